/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks of output what every reader of it relies on. */
#include "printed.h"

#include <json-glib/json-glib.h>
#include <stdlib.h>
#include <string.h>

gboolean printed_take(void *data, const char *bytes, gsize size, GError **error)
{
	g_string_append_len(data, bytes, (gssize)size);
	return TRUE;
}

/* Aborts, as g_error() would not: a fuzzer keeps the input of a SIGABRT, not of a SIGTRAP. */
static G_NORETURN G_GNUC_PRINTF(1, 2) void complain(const char *format, ...)
{
	g_autofree char *message = NULL;
	va_list arguments;

	va_start(arguments, format);
	message = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_printerr("%s\n", message);
	abort();
}

static void check_terminal(const char *text, gsize size)
{
	const char *invalid;

	if (!g_utf8_validate(text, (gssize)size, &invalid))
		complain("not UTF-8: %s", invalid);
	for (const char *at = text; at < text + size; at = g_utf8_next_char(at)) {
		gunichar code = g_utf8_get_char(at);

		if (code != '\t' && code != '\n' && md_text_is_obeyed(code))
			complain("U+%04X: %s", code, at);
	}
}

/* Lines from @at to @end, each a JSON object. */
static void check_records(const char *at, const char *end)
{
	g_autoptr(JsonParser) parser = json_parser_new();
	struct md_slice rest = { at, (gsize)(end - at) }, line;

	while (md_slice_next_line(&rest, &line)) {
		g_autoptr(GError) error = NULL;

		if (!json_parser_load_from_data(parser, line.data, (gssize)line.size, &error))
			complain("no record: %s: %.*s", error->message, (int)line.size, line.data);
		g_assert_true(JSON_NODE_HOLDS_OBJECT(json_parser_get_root(parser)));
	}
}

/* Returns where the records end: what stands behind is the same in every page. */
static const char *check_page(const GString *text)
{
	static const char start[] = "id=\"records\">\n";
	const char *records = strstr(text->str, start);
	const char *end = records ? strstr(records, "</script>") : NULL;

	g_assert_nonnull(end);
	check_records(records + strlen(start), end);
	/* Behind them stands the script that shows them, and nothing else. */
	g_assert_true(g_str_has_prefix(end, "</script>\n<script>"));
	g_assert_null(memchr(records + strlen(start), '<',
			     (gsize)(end - records - (gssize)strlen(start))));
	return end;
}

void printed_check(const char *format, const GString *text)
{
	const char *end = text->str + text->len;

	if (strcmp(format, "jsonl") == 0)
		check_records(text->str, end);
	else if (strcmp(format, "html") == 0)
		end = check_page(text);
	check_terminal(text->str, (gsize)(end - text->str));
}
