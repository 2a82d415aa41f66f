/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The model as text again, such that reading it gives the same model, and
 * the model turned around.
 */
#include "patch/binary.h"
#include "patch/names.h"

#include <string.h>

/* A name alone in its line: blanks need a tab behind them. */
static void print_name_line(GString *out, const char *sign, const char *name, gboolean absent)
{
	g_string_append(out, sign);
	if (name == NULL)
		g_string_append(out, "/dev/null");
	else
		md_name_print(out, name, FALSE);
	/* A named file that is not there shows by its time. */
	if (name != NULL && absent)
		g_string_append(out, "\t1970-01-01 00:00:00.000000000 +0000");
	else if (name != NULL && strchr(name, ' ') != NULL)
		g_string_append_c(out, '\t');
	g_string_append_c(out, '\n');
}

static void print_mode(GString *out, const char *what, guint32 mode)
{
	if (mode != 0)
		g_string_append_printf(out, "%s %06o\n", what, mode);
}

/* The name behind the prefix that `diff --git` puts before it. */
static const char *without_prefix(const char *name)
{
	const char *slash = strchr(name, '/');

	return slash && slash[1] != '\0' ? slash + 1 : name;
}

static void print_move(GString *out, const struct md_patch_file *file, const char *what)
{
	if (file->old_name == NULL || file->new_name == NULL) {
		/* Names that could not be told apart: only the kind is known. */
		g_string_append_printf(out, "%s from \n%s to \n", what, what);
		return;
	}
	g_string_append_printf(out, "%s from ", what);
	md_name_print(out, without_prefix(file->old_name), FALSE);
	g_string_append_printf(out, "\n%s to ", what);
	md_name_print(out, without_prefix(file->new_name), FALSE);
	g_string_append_c(out, '\n');
}

/* The name that a file would have on the other side: git gives both for one that is made. */
static char *other_prefix(const char *name, char prefix, char other)
{
	char *copy = g_strdup(name);

	if (copy != NULL && copy[0] == prefix && copy[1] == '/')
		copy[0] = other;
	return copy;
}

static void print_git_header(GString *out, const struct md_patch_file *file)
{
	g_autofree char *no_old = other_prefix(file->new_name, 'b', 'a');
	g_autofree char *no_new = other_prefix(file->old_name, 'a', 'b');
	const char *old_name = file->old_name ? file->old_name : no_old;
	const char *new_name = file->new_name ? file->new_name : no_new;

	g_string_append(out, "diff --git ");
	if (old_name != NULL) {
		md_name_print(out, old_name, TRUE);
		g_string_append_c(out, ' ');
		md_name_print(out, new_name, TRUE);
	}
	g_string_append_c(out, '\n');
	/* Before the modes, for it may say one for both. */
	if (file->old_id != NULL)
		g_string_append_printf(out, "index %s..%s\n", file->old_id, file->new_id);
	if (file->kind == MD_PATCH_CREATE) {
		g_string_append_printf(out, "new file mode %06o\n", file->new_mode);
		print_mode(out, "old mode", file->old_mode);
	} else if (file->kind == MD_PATCH_DELETE) {
		g_string_append_printf(out, "deleted file mode %06o\n", file->old_mode);
		print_mode(out, "new mode", file->new_mode);
	} else {
		print_mode(out, "old mode", file->old_mode);
		print_mode(out, "new mode", file->new_mode);
	}
	if (file->kind == MD_PATCH_RENAME)
		print_move(out, file, "rename");
	else if (file->kind == MD_PATCH_COPY)
		print_move(out, file, "copy");
}

static void print_binary(GString *out, const struct md_patch_file *file)
{
	if (file->binary_data == NULL) {
		g_string_append_printf(out, "Binary files %s and %s differ\n",
				       file->old_name ? file->old_name : "/dev/null",
				       file->new_name ? file->new_name : "/dev/null");
		return;
	}
	g_string_append(out, "GIT binary patch\n");
	md_binary_print(out, file->binary_data, file->binary_is_delta);
	if (file->binary_reverse_data != NULL)
		md_binary_print(out, file->binary_reverse_data, file->binary_reverse_is_delta);
}

static void print_range(GString *out, char sign, gsize start, gsize count)
{
	g_string_append_printf(out, "%c%zu", sign, start);
	if (count != 1)
		g_string_append_printf(out, ",%zu", count);
}

void md_patch_print_hunk(const struct md_hunk *hunk, GString *out)
{
	g_string_append(out, "@@ ");
	print_range(out, '-', hunk->old_start, hunk->old_count);
	g_string_append_c(out, ' ');
	print_range(out, '+', hunk->new_start, hunk->new_count);
	g_string_append(out, " @@");
	if (hunk->heading.size > 0) {
		g_string_append_c(out, ' ');
		g_string_append_len(out, hunk->heading.data, (gssize)hunk->heading.size);
	}
	g_string_append_c(out, '\n');
	for (gsize i = 0; i < hunk->line_count; i++) {
		struct md_slice text = hunk->line[i].text;

		g_string_append_c(out, hunk->line[i].sign);
		g_string_append_len(out, text.data, (gssize)text.size);
		if (text.size == 0 || text.data[text.size - 1] != '\n')
			g_string_append(out, "\n\\ No newline at end of file\n");
	}
}

void md_patch_print(const struct md_patch *patch, GString *out)
{
	guint group = 0;

	for (guint i = 0; i < patch->files->len; i++) {
		const struct md_patch_file *file = g_ptr_array_index(patch->files, i);

		if (file->group != group)
			g_string_append(out, "From 0000000000000000000000000000000000000000 "
					     "Mon Sep 17 00:00:00 2001\n\n");
		group = file->group;
		/* What follows a git header at once belongs to it. */
		if (!file->git && i > 0)
			g_string_append_c(out, '\n');
		if (file->git)
			print_git_header(out, file);
		if (file->binary)
			print_binary(out, file);
		if (file->hunk_count == 0)
			continue;
		print_name_line(out, "--- ", file->old_name, file->kind == MD_PATCH_CREATE);
		print_name_line(out, "+++ ", file->new_name, file->kind == MD_PATCH_DELETE);
		for (gsize j = 0; j < file->hunk_count; j++)
			md_patch_print_hunk(&file->hunk[j], out);
	}
}

/* ---------------------------------------------------------------- reverse */

#define SWAP(a, b)                                                                                 \
	do {                                                                                       \
		__auto_type swapped = (a);                                                         \
		(a) = (b);                                                                         \
		(b) = swapped;                                                                     \
	} while (0)

static void reverse_file(struct md_patch_file *file)
{
	if (file->kind == MD_PATCH_CREATE)
		file->kind = MD_PATCH_DELETE;
	else if (file->kind == MD_PATCH_DELETE)
		file->kind = MD_PATCH_CREATE;
	SWAP(file->old_name, file->new_name);
	SWAP(file->old_mode, file->new_mode);
	SWAP(file->old_id, file->new_id);
	SWAP(file->binary_data, file->binary_reverse_data);
	SWAP(file->binary_is_delta, file->binary_reverse_is_delta);
}

/* Turns the signs around and puts the deletions of each run first again. */
static void reverse_lines(struct md_hunk_line *line, gsize count, GArray *added)
{
	for (gsize i = 0; i < count;) {
		gsize end = i, kept = i;

		g_array_set_size(added, 0);
		for (; end < count && line[end].sign != ' '; end++) {
			line[end].sign = line[end].sign == '-' ? '+' : '-';
			if (line[end].sign == '+')
				g_array_append_val(added, line[end]);
			else
				line[kept++] = line[end];
		}
		if (added->len > 0)
			memcpy(line + kept, added->data, added->len * sizeof(*line));
		i = end + (end < count);
	}
}

void md_patch_reverse(struct md_patch *patch)
{
	g_autoptr(GArray) added = g_array_new(FALSE, FALSE, sizeof(struct md_hunk_line));
	struct md_hunk *hunk = patch->hunks;
	struct md_hunk_line *line = patch->lines;
	guint count = patch->files->len, last_group = 0;

	for (guint i = 0; i < count; i++) {
		struct md_patch_file *file = g_ptr_array_index(patch->files, i);

		reverse_file(file);
		last_group = file->group;
		for (gsize j = 0; j < file->hunk_count; j++, hunk++) {
			SWAP(hunk->old_start, hunk->new_start);
			SWAP(hunk->old_count, hunk->new_count);
			reverse_lines(line, hunk->line_count, added);
			line += hunk->line_count;
		}
	}
	/* What was done last is undone first. */
	for (guint i = 0; i < count / 2; i++)
		SWAP(patch->files->pdata[i], patch->files->pdata[count - 1 - i]);
	for (guint i = 0; i < count; i++) {
		struct md_patch_file *file = g_ptr_array_index(patch->files, i);

		file->group = last_group - file->group;
	}
}
