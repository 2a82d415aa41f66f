/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The classes of guards that a tree defines, as <linux/cleanup.h> has them since 6.5:
 *
 *     DEFINE_GUARD(device, struct device *, device_lock(_T), device_unlock(_T))
 *     DEFINE_LOCK_GUARD_1(rq_lock, struct rq, rq_lock(_T->lock, &_T->rf), ...)
 *     DEFINE_LOCK_GUARD_0(cpus_read_lock, cpus_read_lock(), cpus_read_unlock())
 *
 * _T is what guard(name)(x) is given, or in the second form _T->lock is. The third argument is
 * all that we need: that the end of the block undoes it is what guards are for.
 */
#include "code/flow.h"

#include <string.h>

/* Lines of one definition: kernels have 4. */
#define MOST_LINES 12

static const char *const macros[] = { "DEFINE_GUARD", "DEFINE_LOCK_GUARD_1",
				      "DEFINE_LOCK_GUARD_0" };

/* The start of the argument behind @from, a comma or an opening parenthesis; and its end. */
static guint argument_end(const GArray *parts, guint from, guint end)
{
	for (guint i = from; i < end; i++) {
		const struct md_part *part = md_part_at(parts, i);

		if (md_part_is(part, ","))
			return i;
		if (part->kind == MD_PART_OPERATOR && strchr("([{", part->character) != NULL)
			i = MIN(part->partner, end);
	}
	return end;
}

/* Tokens [first, end), "_T->lock" made "_T". */
static char *make_macro(const GArray *parts, const char *name, guint first, guint end)
{
	g_autoptr(GString) text = g_string_new(NULL);

	g_string_append_printf(text, "#define class_%s(_T) ", name);
	for (guint i = first; i < end; i++) {
		struct md_slice token = md_part_at(parts, i)->text;

		g_string_append_len(text, token.data, (gssize)token.size);
		g_string_append_c(text, ' ');
		if (md_part_is(md_part_at(parts, i), "_T") && i + 2 < end &&
		    md_part_is(md_part_at(parts, i + 1), "->") &&
		    md_part_is(md_part_at(parts, i + 2), "lock"))
			i += 2;
	}
	return g_string_free(g_steal_pointer(&text), FALSE);
}

/* The class @name where @text begins with its definition; or NULL. */
static char *read_guard(struct md_slice text, const char *name)
{
	g_autoptr(GArray) parts = md_parts_new(text, FALSE);
	guint close, at = 2;
	gboolean defines = FALSE;

	if (parts->len < 4 || !md_part_is(md_part_at(parts, 1), "(") ||
	    !md_part_is(md_part_at(parts, 2), name))
		return NULL;
	for (guint i = 0; i < G_N_ELEMENTS(macros); i++)
		defines |= md_part_is(md_part_at(parts, 0), macros[i]);
	if (!defines)
		return NULL;
	close = MIN(md_part_at(parts, 1)->partner, parts->len);
	/* Behind the name; of the first two forms behind the type as well. */
	at = argument_end(parts, at, close) + 1;
	if (!md_part_is(md_part_at(parts, 0), "DEFINE_LOCK_GUARD_0"))
		at = argument_end(parts, at, close) + 1;
	return at < close ? make_macro(parts, name, at, argument_end(parts, at, close)) : NULL;
}

char *md_guard_find(struct md_locks *locks, const char *name, const char **path, gsize *line)
{
	g_autoptr(GArray) hits = g_array_new(FALSE, FALSE, sizeof(struct md_hit));

	md_source_find_name(locks->source, name, hits);
	for (guint i = 0; i < hits->len; i++) {
		const struct md_hit *hit = &g_array_index(hits, struct md_hit, i);
		const struct md_file *file = md_source_file(locks->source, hit->path);
		char *made = file != NULL ? read_guard(md_slice_lines(file->text, hit->line,
								      hit->line + MOST_LINES),
						       name)
					  : NULL;

		if (made == NULL)
			continue;
		*path = hit->path;
		*line = hit->line;
		return made;
	}
	return NULL;
}
