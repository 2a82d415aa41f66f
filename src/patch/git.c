/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What git puts before the hunks of a file.
 *
 *   diff --git a/OLD b/NEW
 *   old mode 100644 | new mode 100755 | new file mode M | deleted file mode M
 *   similarity index 90%
 *   rename from OLD | rename to NEW | copy from OLD | copy to NEW
 *   index 0123abc..4567def[ 100644]
 *   --- a/OLD            or "GIT binary patch", or "Binary files ... differ",
 *   +++ b/NEW            or nothing at all
 *
 * The names of the first line are not delimited: with blanks in them they are
 * found by what they must end in.
 */
#include "patch/reader.h"

#include "patch/binary.h"
#include "patch/names.h"

#include <string.h>

/* No path is longer; the search for where two names meet is quadratic. */
#define NAMES_LIMIT 16384

struct git_header {
	struct md_patch_file *file;
	struct md_slice from, to; /* of "rename from" and the like, as written */
	gboolean extended;	  /* there is a line that only git writes */
	gboolean similar;	  /* it says that the content changes */
};

static gboolean parse_mode(struct md_slice text, guint32 *mode)
{
	guint32 value = 0;

	/* Git writes six digits: a type and permissions. */
	if (text.size != 6)
		return FALSE;
	for (gsize i = 0; i < text.size; i++) {
		if (text.data[i] < '0' || text.data[i] > '7')
			return FALSE;
		value = value * 8 + (guint32)(text.data[i] - '0');
	}
	*mode = value;
	return TRUE;
}

static gboolean read_old_mode(struct git_header *header, struct md_slice text)
{
	return parse_mode(text, &header->file->old_mode);
}

static gboolean read_new_mode(struct git_header *header, struct md_slice text)
{
	return parse_mode(text, &header->file->new_mode);
}

static gboolean read_deleted(struct git_header *header, struct md_slice text)
{
	header->file->kind = MD_PATCH_DELETE;
	return parse_mode(text, &header->file->old_mode);
}

static gboolean read_created(struct git_header *header, struct md_slice text)
{
	header->file->kind = MD_PATCH_CREATE;
	return parse_mode(text, &header->file->new_mode);
}

static gboolean read_from(struct git_header *header, struct md_slice text)
{
	header->from = text;
	return TRUE;
}

static gboolean read_rename(struct git_header *header, struct md_slice text)
{
	header->file->kind = MD_PATCH_RENAME;
	header->to = text;
	return TRUE;
}

static gboolean read_copy(struct git_header *header, struct md_slice text)
{
	header->file->kind = MD_PATCH_COPY;
	header->to = text;
	return TRUE;
}

static gboolean read_similarity(struct git_header *header, struct md_slice text)
{
	static const struct md_slice same = { "100%", 4 };

	header->similar = !md_slice_equal(text, same);
	return TRUE;
}

static gsize hex_size(struct md_slice text)
{
	gsize size = 0;

	while (size < text.size && g_ascii_isxdigit(text.data[size]))
		size++;
	return size;
}

/* "OLD..NEW[ MODE]": the mode is that of both where none is said otherwise. */
static gboolean read_index(struct git_header *header, struct md_slice text)
{
	struct md_patch_file *file = header->file;
	gsize old_size = hex_size(text), new_size;
	struct md_slice rest = { text.data + old_size, text.size - old_size };

	if (old_size == 0 || !md_slice_has_prefix(rest, ".."))
		return FALSE;
	rest.data += 2;
	rest.size -= 2;
	new_size = hex_size(rest);
	if (new_size == 0)
		return FALSE;
	g_free(file->old_id);
	g_free(file->new_id);
	file->old_id = g_strndup(text.data, old_size);
	file->new_id = g_strndup(rest.data, new_size);
	rest.data += new_size;
	rest.size -= new_size;
	if (rest.size == 0)
		return TRUE;
	rest.data++;
	rest.size--;
	if (!parse_mode(rest, &file->old_mode))
		return FALSE;
	file->new_mode = file->old_mode;
	return TRUE;
}

static const struct {
	const char *prefix;
	gboolean (*read)(struct git_header *header, struct md_slice text);
} header_table[] = {
	{ "old mode ", read_old_mode },
	{ "new mode ", read_new_mode },
	{ "deleted file mode ", read_deleted },
	{ "new file mode ", read_created },
	{ "rename from ", read_from },
	{ "rename to ", read_rename },
	{ "copy from ", read_from },
	{ "copy to ", read_copy },
	{ "similarity index ", read_similarity },
	{ "dissimilarity index ", read_similarity },
	{ "index ", read_index },
};

/* Takes one header line; *taken is FALSE when the next line is none. */
static gboolean read_header_line(struct md_reader *reader, struct git_header *header,
				 gboolean *taken, GError **error)
{
	struct md_slice line, text;
	gsize i = 0, size;

	while (i < G_N_ELEMENTS(header_table) && !md_cursor_at(&reader->at, header_table[i].prefix))
		i++;
	*taken = i < G_N_ELEMENTS(header_table);
	if (!*taken)
		return TRUE;
	md_cursor_next(&reader->at, &line);
	text = md_line_text(line);
	size = strlen(header_table[i].prefix);
	text.data += size;
	text.size -= MIN(size, text.size);
	header->extended = TRUE;
	if (!header_table[i].read(header, text))
		return md_reader_fail(reader, reader->at.line - 1, error, "malformed \"%.*s\" line",
				      (int)size - 1, header_table[i].prefix);
	return TRUE;
}

static struct md_slice after_first_slash(struct md_slice name)
{
	const char *slash = name.size ? memchr(name.data, '/', name.size) : NULL;
	gsize skipped = slash ? (gsize)(slash - name.data) + 1 : 0;

	return (struct md_slice){ name.data + skipped, name.size - skipped };
}

/* Whether @name is @tail, alone or behind a folder. */
static gboolean ends_in(struct md_slice name, const char *tail)
{
	gsize size = strlen(tail);

	return name.size >= size && memcmp(name.data + name.size - size, tail, size) == 0 &&
	       (name.size == size || name.data[name.size - size - 1] == '/');
}

static void split_at(struct md_slice text, gsize blank, struct md_patch_file *file)
{
	file->old_name = g_strndup(text.data, blank);
	file->new_name = g_strndup(text.data + blank + 1, text.size - blank - 1);
}

/* Splits two names that are not quoted at the one blank that makes sense. */
static void split_plain(struct md_slice text, const char *from, const char *to,
			struct md_patch_file *file)
{
	const char *blank = memchr(text.data, ' ', text.size);

	if (blank != NULL && blank == memrchr(text.data, ' ', text.size)) {
		split_at(text, (gsize)(blank - text.data), file);
		return;
	}
	for (gsize i = 1; i + 1 < text.size && text.size <= NAMES_LIMIT; i++) {
		struct md_slice old = { text.data, i };
		struct md_slice new = { text.data + i + 1, text.size - i - 1 };

		if (text.data[i] != ' ')
			continue;
		if (from && to
			    ? ends_in(old, from) && ends_in(new, to)
			    : md_slice_equal(old, new) || md_slice_equal(after_first_slash(old),
									 after_first_slash(new))) {
			split_at(text, i, file);
			return;
		}
	}
}

/* Splits names of which one or both are quoted. */
static gboolean split_quoted(struct md_slice text, struct md_patch_file *file)
{
	g_autofree char *old = NULL;
	g_autofree char *new = NULL;
	const char *quote;

	if (text.data[0] == '"') {
		old = md_name_unquote(&text);
	} else {
		quote = memchr(text.data, '"', text.size);
		if (quote == NULL || quote == text.data || quote[-1] != ' ')
			return FALSE;
		old = g_strndup(text.data, (gsize)(quote - text.data) - 1);
		text.size -= (gsize)(quote - text.data) - 1;
		text.data = quote - 1;
	}
	if (old == NULL || text.size < 2 || text.data[0] != ' ')
		return FALSE;
	text.data++;
	text.size--;
	if (text.data[0] != '"')
		new = g_strndup(text.data, text.size);
	else if ((new = md_name_unquote(&text)) == NULL || text.size > 0)
		return FALSE;
	file->old_name = g_steal_pointer(&old);
	file->new_name = g_steal_pointer(&new);
	return TRUE;
}

/* The name of a "rename from" line; NULL when there is none or it is malformed. */
static char *plain_name(struct md_slice text)
{
	if (text.size == 0)
		return NULL;
	if (text.data[0] == '"')
		return md_name_unquote(&text);
	return g_strndup(text.data, text.size);
}

static void find_names(struct md_slice text, const struct git_header *header)
{
	g_autofree char *from = plain_name(header->from);
	g_autofree char *to = plain_name(header->to);
	struct md_patch_file *file = header->file;

	if (text.size == 0 || memchr(text.data, '\0', text.size) != NULL)
		return;
	if (memchr(text.data, '"', text.size) == NULL || !split_quoted(text, file))
		split_plain(text, from, to, file);
}

/* Reads what stands behind the header: hunks, a binary patch, a notice or nothing. */
static gboolean read_body(struct md_reader *reader, struct md_patch_file *file, GError **error)
{
	struct md_slice line, old_name, new_name;
	struct md_cursor ahead = reader->at;

	if (!md_cursor_next(&ahead, &line))
		return TRUE;
	if (md_slice_has_prefix(line, "GIT binary patch")) {
		reader->at = ahead;
		return md_read_git_binary(reader, file, error);
	}
	if (md_is_binary_notice(line, &old_name, &new_name)) {
		reader->at = ahead;
		file->binary = TRUE;
		return TRUE;
	}
	if (!md_slice_has_prefix(line, "--- ") || !md_cursor_at(&ahead, "+++ "))
		return TRUE;
	md_cursor_next(&ahead, &line);
	if (!md_cursor_at(&ahead, "@@ -"))
		return md_reader_fail(reader, reader->at.line, error,
				      "no hunk follows the names of the file");
	return md_reader_named_hunks(reader, file, "@@ -", md_read_unified_hunk, error);
}

/* Whether the header alone is a whole change, as that of a rename may be. */
static gboolean is_complete(const struct git_header *header)
{
	const struct md_patch_file *file = header->file;
	const struct md_slice nothing = { "", 0 };
	gboolean has_ids = file->old_id != NULL;

	if (file->hunk_count > 0 || file->binary || !header->extended)
		return TRUE;
	switch (file->kind) {
	case MD_PATCH_CREATE:
		return !has_ids || md_binary_has_id(nothing, file->new_id);
	case MD_PATCH_DELETE:
		/* `git diff --irreversible-delete` leaves the content out. */
		return TRUE;
	case MD_PATCH_MODIFY:
		return file->old_mode != 0 && file->new_mode != 0 &&
		       file->old_mode != file->new_mode && !has_ids;
	case MD_PATCH_RENAME:
	case MD_PATCH_COPY:
		return !header->similar && !has_ids;
	}
	return TRUE;
}

gboolean md_read_git(struct md_reader *reader, GError **error)
{
	MD_AUTOPTR(md_patch_file) file = md_reader_file_new(reader, reader->at.line);
	struct git_header header = { .file = file };
	gsize start = reader->at.line;
	gboolean taken = TRUE;
	struct md_slice line;

	file->git = TRUE;
	md_cursor_next(&reader->at, &line);
	while (taken)
		if (!read_header_line(reader, &header, &taken, error))
			return FALSE;
	line = md_line_text(line);
	line.data += strlen("diff --git ");
	line.size -= strlen("diff --git ");
	find_names(line, &header);
	if (!read_body(reader, file, error))
		return FALSE;
	if (!is_complete(&header))
		return md_reader_fail(reader, start, error,
				      "the header says that the file changes, but no hunk follows");
	if (file->kind == MD_PATCH_CREATE)
		g_clear_pointer(&file->old_name, g_free);
	else if (file->kind == MD_PATCH_DELETE)
		g_clear_pointer(&file->new_name, g_free);
	/* Without any of these it was a line of prose. */
	if (header.extended || file->hunk_count > 0 || file->binary)
		md_reader_add(reader, g_steal_pointer(&file));
	return TRUE;
}
