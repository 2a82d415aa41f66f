/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a comparison can find, by name: the classes of regions, and what has no region. A region
 * with a class of its own counts under that alone; a mixed one counts under the names of its lines
 * as well, for what a rebase lost may stand among other changes.
 */
#include "compare/internal.h"

#include <string.h>

/* Behind the classes; those of lines are in no region but a mixed one. */
enum finding {
	FINDING_REVERSED = MD_CLASSES,
	FINDING_REVIVED,
	FINDING_REJECT,
	FINDING_MODE,	/* of a file */
	FINDING_BINARY, /* content that differs from the carried one */
	FINDINGS,
};

static const char *finding_name(guint finding)
{
	static const char *const name[FINDINGS] = {
		[FINDING_REVERSED] = "reversed", [FINDING_REVIVED] = "revived",
		[FINDING_REJECT] = "reject",	 [FINDING_MODE] = "mode",
		[FINDING_BINARY] = "binary",
	};

	return finding < MD_CLASSES ? md_class_name((enum md_class)finding) : name[finding];
}

/* The finding of that name as a set; 0: there is none. */
static guint32 finding_by_name(const char *name)
{
	for (guint finding = 0; finding < FINDINGS; finding++) {
		if (strcmp(name, finding_name(finding)) == 0)
			return MD_BIT(finding);
	}
	return 0;
}

static gboolean fail_unknown(const char *name, GError **error)
{
	g_autoptr(GString) names = g_string_new(NULL);

	for (guint finding = 0; finding < FINDINGS; finding++)
		g_string_append_printf(names, "%s, ", finding_name(finding));
	g_set_error(error, MD_ERROR, MD_ERROR_SETTING, "--fail-on: '%s' is none of %sall", name,
		    names->str);
	return FALSE;
}

gboolean md_findings_parse(const char *names, const struct md_compare_settings *settings,
			   guint32 *findings, GError **error)
{
	g_auto(GStrv) name = g_strsplit(names, ",", -1);
	guint32 set = 0;

	for (guint i = 0; name[i] != NULL; i++) {
		guint32 marks = md_mark_set_by_name(name[i]);
		guint32 finding = finding_by_name(name[i]);

		if (strcmp(name[i], "all") == 0)
			finding = MD_FINDINGS_ALL;
		if (finding == 0)
			return fail_unknown(name[i], error);
		/* A check that could never fail is none. */
		if (marks != 0 && (marks & settings->shown) == 0) {
			g_set_error(error, MD_ERROR, MD_ERROR_SETTING,
				    "--fail-on: '%s' is hidden; name it in --show, too", name[i]);
			return FALSE;
		}
		set |= finding;
	}
	if (set == 0)
		return fail_unknown("", error);
	*findings = set;
	return TRUE;
}

/* What @region counts under. */
static guint32 findings_of_region(const struct md_file_region *region, guint32 shown)
{
	guint32 found = MD_BIT(region->class);

	for (gsize i = 0; region->class == MD_CLASS_MIXED && i < region->count; i++) {
		if (md_mark_is_shown(region->mark[i], shown))
			found |= finding_by_name(md_mark_info(region->mark[i])->name);
	}
	return found;
}

const char *md_file_finding(const struct md_file_comparison *file)
{
	gboolean present[MD_VERSIONS];
	md_mark presence;

	for (enum md_version version = 0; version < MD_VERSIONS; version++)
		present[version] = file->mode[version] != MD_MODE_ABSENT;
	presence = md_mark_of_presence(present);
	if (md_mark_shown(presence) != ' ')
		return file->told->len > 0 ? NULL : md_mark_info(presence)->name;
	if (file->mode[MD_CARRIED] != file->mode[MD_NEW_DOWNSTREAM])
		return finding_name(FINDING_MODE);
	return file->binary ? finding_name(FINDING_BINARY) : NULL;
}

static gsize count_file(const struct md_file_comparison *file, guint32 shown, guint32 findings)
{
	const char *own = md_file_finding(file);
	gsize count = own != NULL && (finding_by_name(own) & findings) != 0;

	for (guint i = 0; i < file->told->len; i++) {
		const struct md_file_region *region = g_ptr_array_index(file->told, i);

		if (md_file_region_is_news(region, shown))
			count += (findings_of_region(region, shown) & findings) != 0;
	}
	return count;
}

gsize md_comparison_count(const struct md_comparison *comparison, guint32 findings)
{
	gsize count = 0;

	if (findings == MD_FINDINGS_ALL)
		return comparison->summary.files + comparison->summary.rejects;
	if (findings & MD_BIT(FINDING_REJECT))
		count += comparison->summary.rejects;
	for (guint i = 0; i < comparison->files->len; i++) {
		const struct md_file_comparison *file = g_ptr_array_index(comparison->files, i);

		if (md_file_comparison_is_news(file, comparison->shown))
			count += count_file(file, comparison->shown, findings);
	}
	return count;
}
