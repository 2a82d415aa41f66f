/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words, numbers and places that kernels print, read one by one. */
#include "crash/parser.h"

#include <string.h>

gboolean md_scan_hex(const char **text, struct md_word *word)
{
	const char *at = *text;
	struct md_word read = { 0 };

	if (at[0] == '0' && at[1] == 'x')
		at += 2;
	for (; g_ascii_isxdigit(*at); at++) {
		if (++read.digits > 16)
			return FALSE;
		read.value = read.value << 4 | (guint)g_ascii_xdigit_value(*at);
	}
	if (read.digits == 0)
		return FALSE;
	*word = read;
	*text = at;
	return TRUE;
}

gboolean md_scan_bracketed(const char **text, struct md_word *address)
{
	const char *at = *text;
	struct md_word word;

	if (*at++ != '[')
		return FALSE;
	at += *at == '<';
	if (!md_scan_hex(&at, &word))
		return FALSE;
	at += *at == '>';
	if (*at++ != ']')
		return FALSE;
	md_scan_blanks(&at);
	*address = word;
	*text = at;
	return TRUE;
}

gboolean md_scan_number(const char **text, guint64 *number)
{
	const char *at = *text;
	guint64 read = 0;

	for (; g_ascii_isdigit(*at); at++) {
		if (read > (G_MAXUINT64 - 9) / 10)
			return FALSE;
		read = read * 10 + (guint)(*at - '0');
	}
	if (at == *text)
		return FALSE;
	*number = read;
	*text = at;
	return TRUE;
}

/* The longest that Linux knows, since it has symbols of Rust (KSYM_NAME_LEN). */
#define SYMBOL_MAX 512

gboolean md_scan_symbol(const char **text, struct md_slice *symbol)
{
	const char *at = *text;

	/* The dot is of the 64-bit PowerPC's first ABI, where the name without it is data. */
	if (*at == '.' && (g_ascii_isalpha(at[1]) || at[1] == '_'))
		at++;
	if (!g_ascii_isalpha(*at) && *at != '_' && *at != '$')
		return FALSE;
	symbol->data = at;
	while (g_ascii_isalnum(*at) || *at == '_' || *at == '.' || *at == '$')
		at++;
	symbol->size = (gsize)(at - symbol->data);
	if (symbol->size >= SYMBOL_MAX)
		return FALSE;
	*text = at;
	return TRUE;
}

gboolean md_scan_place(const char **text, struct md_slice *path, guint *line)
{
	const char *at = *text, *colon = NULL;
	guint64 number;

	for (; *at != '\0' && *at != ' ' && *at != ')' && *at != '('; at++) {
		if (*at == ':' && g_ascii_isdigit(at[1])) {
			colon = at++;
			break;
		}
	}
	if (colon == NULL || colon == *text || !md_scan_number(&at, &number) || number > G_MAXINT32)
		return FALSE;
	path->data = *text;
	path->size = (gsize)(colon - *text);
	/* A file has a suffix; "12:30" and "kworker/0:1" are no places. */
	if (memchr(path->data, '.', path->size) == NULL)
		return FALSE;
	if (*at == ':' && g_ascii_isdigit(at[1])) {
		at++;
		at += strspn(at, "0123456789");
	}
	*line = (guint)number;
	*text = at;
	return TRUE;
}

char *md_slice_dup(struct md_slice slice)
{
	return g_strndup(slice.data, slice.size);
}

void md_set_once(char **string, struct md_slice value)
{
	if (*string == NULL && value.size > 0)
		*string = md_slice_dup(value);
}
