/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The page: one file that holds the records of --format=jsonl and the scripts that show them
 * (page/).  It loads nothing, and runs and styles nothing but these: its policy names their
 * hashes.  The records stand in a data block, where "<" alone could end it: as it is only ever
 * part of a JSON string there, it is written as its escape.
 */
#include "render/html.h"

#include "render/page.h"
#include "render/terminal.h"

#include <string.h>

/* In the order in which they are read. */
static const char *const styles[] = { "page.css", "region.css", "comparison.css", "triage.css",
				      "media.css" };
static const char *const scripts[] = {
	"elements.js", "copy.js",    "records.js",    "keys.js",   "sides.js",	 "words.js",
	"source.js",   "paint.js",   "lines.js",      "marks.js",  "columns.js", "steps.js",
	"region.js",   "entries.js", "review.js",     "filter.js", "treemap.js", "overview.js",
	"list.js",     "walk.js",    "comparison.js", "triage.js", "stack.js",	 "suspects.js",
	"tasks.js",    "knot.js",    "crash.js",      "lockup.js", "main.js",
};

static GBytes *part(const char *name)
{
	g_autofree char *path = g_strconcat("/metadiff/page/", name, NULL);
	GBytes *bytes = g_resource_lookup_data(md_page_get_resource(), path,
					       G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

	g_assert(bytes != NULL); /* built in */
	return bytes;
}

static void append_parts(GString *out, const char *const *names, gsize count)
{
	for (gsize i = 0; i < count; i++) {
		g_autoptr(GBytes) bytes = part(names[i]);

		g_string_append_len(out, g_bytes_get_data(bytes, NULL),
				    (gssize)g_bytes_get_size(bytes));
	}
}

/* Of all parts as one, as a policy names it: https://www.w3.org/TR/CSP3/#grammardef-hash-source. */
static void append_hash(GString *out, const char *const *names, gsize count)
{
	g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
	guint8 digest[32];
	gsize size = sizeof(digest);
	g_autofree char *base64 = NULL;

	for (gsize i = 0; i < count; i++) {
		g_autoptr(GBytes) bytes = part(names[i]);

		g_checksum_update(checksum, g_bytes_get_data(bytes, NULL),
				  (gssize)g_bytes_get_size(bytes));
	}
	g_checksum_get_digest(checksum, digest, &size);
	base64 = g_base64_encode(digest, size);
	g_string_append_printf(out, "'sha256-%s'", base64);
}

/* @view, a name of ours, is what page/main.js shows it as. */
static void page_begin(GString *out, const char *view, const char *title)
{
	g_autofree char *text = md_terminal_name(title, FALSE);
	g_autofree char *escaped = g_markup_escape_text(text, -1);

	g_string_append(out,
			"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
			"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
			"'none'; base-uri 'none'; form-action 'none'; style-src ");
	append_hash(out, styles, G_N_ELEMENTS(styles));
	g_string_append(out, "; script-src ");
	append_hash(out, scripts, G_N_ELEMENTS(scripts));
	g_string_append_printf(out,
			       "\">\n<meta name=\"viewport\" "
			       "content=\"width=device-width, initial-scale=1\">\n"
			       "<title>%s</title>\n<style>",
			       escaped);
	append_parts(out, styles, G_N_ELEMENTS(styles));
	g_string_append_printf(
		out,
		"</style>\n</head>\n<body data-view=\"%s\">\n<main id=\"page\"></main>\n"
		"<noscript>This page shows its records with JavaScript. Without it, "
		"--format=text says the same.</noscript>\n"
		"<script type=\"application/x-ndjson\" id=\"records\">\n",
		view);
}

/* Whole records of --format=jsonl, as many as one likes. */
static void page_append(GString *out, const GString *records)
{
	const char *from = records->str;
	const char *at;

	while ((at = strchr(from, '<')) != NULL) {
		g_string_append_len(out, from, at - from);
		g_string_append(out, "\\u003c");
		from = at + 1;
	}
	g_string_append(out, from);
}

static void page_end(GString *out)
{
	g_string_append(out, "</script>\n<script>");
	append_parts(out, scripts, G_N_ELEMENTS(scripts));
	g_string_append(out, "</script>\n</body>\n</html>\n");
}

/* ------------------------------------------------------------- comparison */

static void begin(GString *out, const struct md_comparison *comparison,
		  const struct md_render_settings *settings)
{
	g_autoptr(GString) records = g_string_new(NULL);
	g_autofree char *title =
		g_strdup_printf("%s to %s", md_tree_name(comparison->tree[MD_OLD_DOWNSTREAM]),
				md_tree_name(comparison->tree[MD_NEW_DOWNSTREAM]));

	page_begin(out, "comparison", title);
	md_format_jsonl.begin(records, comparison, settings);
	page_append(out, records);
}

static void append_file(GString *out, const struct md_comparison *comparison,
			const struct md_file_comparison *file, gboolean first,
			const struct md_render_settings *settings)
{
	g_autoptr(GString) records = g_string_new(NULL);

	md_format_jsonl.file(records, comparison, file, first, settings);
	page_append(out, records);
}

static void end(GString *out, const struct md_comparison *comparison,
		const struct md_render_settings *settings)
{
	g_autoptr(GString) records = g_string_new(NULL);

	md_format_jsonl.end(records, comparison, settings);
	page_append(out, records);
	page_end(out);
}

const struct md_format md_format_html = { "html", begin, append_file, end };

/* -------------------------------------------------------- crash and lockup */

void md_crash_html(GString *out, const struct md_log *log, const struct md_suspects *suspects,
		   const struct md_lockup *lockup, const char *const *revert,
		   const struct md_render_settings *settings)
{
	g_autoptr(GString) records = g_string_new(NULL);
	const struct md_report *report = md_crash_main(log, suspects);

	page_begin(out, "crash", report != NULL ? report->title : "No crash");
	md_crash_jsonl(records, log, suspects, lockup, revert, settings);
	page_append(out, records);
	page_end(out);
}

void md_lockup_html(GString *out, const struct md_lockup *lockup,
		    const struct md_render_settings *settings)
{
	g_autoptr(GString) records = g_string_new(NULL);
	g_autofree char *title =
		lockup->knots->len > 0 ? md_knot_title(lockup, g_ptr_array_index(lockup->knots, 0))
				       : g_strdup("No deadlock was found");

	page_begin(out, "lockup", title);
	md_lockup_jsonl(records, lockup, settings);
	page_append(out, records);
	page_end(out);
}
