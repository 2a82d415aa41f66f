/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * File names as patches write them: quoting as git and GNU diff do it, and
 * the folders that -pN drops.  A name that could lead out of a tree ends here.
 */
#include "patch/names.h"

#include <string.h>

/*
 * No path of a source tree is this deep, and nobody strips more: it bounds
 * the work that a name made of slashes can cause.
 */
#define STRIP_LIMIT 16

/* The letters that stand for a byte after a backslash. */
static const struct {
	char letter, byte;
} escape_table[] = {
	{ 'a', '\a' }, { 'b', '\b' }, { 'f', '\f' },  { 'n', '\n' }, { 'r', '\r' },
	{ 't', '\t' }, { 'v', '\v' }, { '\\', '\\' }, { '"', '"' },
};

static gboolean is_octal(char byte, char last)
{
	return byte >= '0' && byte <= last;
}

/* The byte that an escape at @text (behind the backslash) stands for; 0: malformed. */
static char unescape(const char *text, gsize size, gsize *used)
{
	if (size == 0)
		return 0;
	for (gsize i = 0; i < G_N_ELEMENTS(escape_table); i++) {
		if (escape_table[i].letter == text[0]) {
			*used = 1;
			return escape_table[i].byte;
		}
	}
	if (size < 3 || !is_octal(text[0], '3') || !is_octal(text[1], '7') ||
	    !is_octal(text[2], '7'))
		return 0;
	*used = 3;
	return (char)((text[0] - '0') << 6 | (text[1] - '0') << 3 | (text[2] - '0'));
}

char *md_name_unquote(struct md_slice *text)
{
	g_autoptr(GString) name = g_string_new(NULL);
	gsize at = 1;

	if (text->size == 0 || text->data[0] != '"')
		return NULL;
	while (at < text->size && text->data[at] != '"') {
		char byte = text->data[at++];
		gsize used = 0;

		if (byte == '\\') {
			byte = unescape(text->data + at, text->size - at, &used);
			at += used;
		}
		if (byte == 0)
			return NULL;
		g_string_append_c(name, byte);
	}
	if (at == text->size)
		return NULL;
	text->data += at + 1;
	text->size -= at + 1;
	return g_string_free(g_steal_pointer(&name), FALSE);
}

static gboolean needs_quotes(const char *name, gboolean quote_blanks)
{
	/* Blanks at the ends are lost on readers. */
	if (name[0] == '\0' || name[0] == ' ' || name[strlen(name) - 1] == ' ')
		return TRUE;
	for (const char *c = name; *c != '\0'; c++)
		if ((guchar)*c < ' ' || (guchar)*c >= 0x7f || *c == '"' || *c == '\\' ||
		    (*c == ' ' && quote_blanks))
			return TRUE;
	return FALSE;
}

void md_name_print(GString *out, const char *name, gboolean quote_blanks)
{
	if (!needs_quotes(name, quote_blanks)) {
		g_string_append(out, name);
		return;
	}
	g_string_append_c(out, '"');
	for (const char *c = name; *c != '\0'; c++) {
		gsize i = 0;

		while (i < G_N_ELEMENTS(escape_table) && escape_table[i].byte != *c)
			i++;
		if (i < G_N_ELEMENTS(escape_table))
			g_string_append_printf(out, "\\%c", escape_table[i].letter);
		else if ((guchar)*c < ' ' || (guchar)*c >= 0x7f)
			g_string_append_printf(out, "\\%03o", (guchar)*c);
		else
			g_string_append_c(out, *c);
	}
	g_string_append_c(out, '"');
}

/* Skips @strip runs of slashes and what stands before them, as GNU patch counts. */
static const char *skip_folders(const char *name, guint strip)
{
	for (; strip > 0; strip--) {
		name = strchr(name, '/');
		if (name == NULL)
			return NULL;
		while (*name == '/')
			name++;
	}
	return name;
}

char *md_name_strip(const char *name, guint strip, enum md_name_fault *fault)
{
	const char *rest = skip_folders(name, strip);
	g_autoptr(GString) path = g_string_new(NULL);
	enum md_name_fault found = MD_NAME_GOOD;

	if (rest == NULL)
		found = MD_NAME_SHORT;
	else if (*rest == '/')
		found = MD_NAME_UNSAFE;
	while (found == MD_NAME_GOOD && *rest != '\0') {
		gsize size = strcspn(rest, "/");

		if (size == 2 && memcmp(rest, "..", 2) == 0) {
			found = MD_NAME_UNSAFE;
		} else if (size > 0 && !(size == 1 && rest[0] == '.')) {
			if (path->len > 0)
				g_string_append_c(path, '/');
			g_string_append_len(path, rest, size);
		}
		rest += size + (rest[size] == '/');
	}
	if (found == MD_NAME_GOOD && path->len == 0)
		found = MD_NAME_SHORT;
	if (fault != NULL)
		*fault = found;
	return found == MD_NAME_GOOD ? g_string_free(g_steal_pointer(&path), FALSE) : NULL;
}

char *md_patch_strip_name(const char *name, guint strip)
{
	return md_name_strip(name, strip, NULL);
}

static gsize count_folders(const char *path)
{
	gsize count = 0;

	for (; *path != '\0'; path++)
		count += *path == '/';
	return count;
}

static gsize last_part_size(const char *path)
{
	const char *slash = strrchr(path, '/');

	return strlen(slash ? slash + 1 : path);
}

gboolean md_name_better(const char *a, const char *b)
{
	gsize folders_a = count_folders(a), folders_b = count_folders(b);
	gsize last_a = last_part_size(a), last_b = last_part_size(b);

	if (folders_a != folders_b)
		return folders_a < folders_b;
	if (last_a != last_b)
		return last_a < last_b;
	return strlen(a) < strlen(b);
}

guint md_name_strips(const char *name)
{
	guint count = 1;

	while (count < STRIP_LIMIT && (name = skip_folders(name, 1)) != NULL)
		count++;
	return count;
}
