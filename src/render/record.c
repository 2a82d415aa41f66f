/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Records of JSON Lines: what all that prints them is made of. */
#include "render/record.h"

#include "render/crash.h"

#include <string.h>

/* The control character that JSON-GLib 1.6 leaves as it is, which no JSON may have (RFC 8259, 7).
 */
#define UNIT_SEPARATOR '\x1f'

/*
 * Behind @start of @out, what a terminal would obey or hide is escaped, as \u202e: it means the
 * same to a reader of JSON.  All other control characters of ASCII are already.
 */
static void escape(GString *out, gsize start)
{
	g_autofree char *record = NULL;

	if (g_str_is_ascii(out->str + start) && strchr(out->str + start, UNIT_SEPARATOR) == NULL)
		return;
	record = g_strdup(out->str + start);
	g_string_truncate(out, start);
	for (const char *at = record; *at != '\0'; at = g_utf8_next_char(at)) {
		gunichar code = g_utf8_get_char(at);

		if (!md_text_is_obeyed(code))
			g_string_append_len(out, at, g_utf8_next_char(at) - at);
		else if (code < 0x10000)
			g_string_append_printf(out, "\\u%04x", code);
		else /* as two halves, RFC 8259, 7 */
			g_string_append_printf(out, "\\u%04x\\u%04x",
					       0xd800 + ((code - 0x10000) >> 10),
					       0xdc00 + ((code - 0x10000) & 0x3ff));
	}
}

void md_record_append(GString *out, JsonBuilder *builder)
{
	g_autoptr(JsonGenerator) generator = json_generator_new();
	g_autoptr(JsonNode) root = json_builder_get_root(builder);
	gsize start = out->len;

	json_generator_set_root(generator, root);
	json_generator_to_gstring(generator, out);
	escape(out, start);
	g_string_append_c(out, '\n');
	json_builder_reset(builder);
}

void md_record_string(JsonBuilder *builder, const char *name, const char *value)
{
	g_autofree char *valid = NULL;

	json_builder_set_member_name(builder, name);
	if (value == NULL) {
		json_builder_add_null_value(builder);
	} else if (g_utf8_validate(value, -1, NULL)) {
		json_builder_add_string_value(builder, value);
	} else {
		valid = g_utf8_make_valid(value, -1);
		json_builder_add_string_value(builder, valid);
	}
}

void md_record_count(JsonBuilder *builder, const char *name, gsize value)
{
	json_builder_set_member_name(builder, name);
	json_builder_add_int_value(builder, (gint64)value);
}

void md_record_begin(JsonBuilder *builder, const char *type)
{
	json_builder_begin_object(builder);
	md_record_string(builder, "type", type);
}

void md_record_flag(JsonBuilder *builder, const char *name, gboolean value)
{
	json_builder_set_member_name(builder, name);
	json_builder_add_boolean_value(builder, value);
}

void md_record_strings(JsonBuilder *builder, const char *name, const GPtrArray *strings)
{
	json_builder_set_member_name(builder, name);
	json_builder_begin_array(builder);
	for (guint i = 0; i < strings->len; i++) {
		g_autofree char *text = g_utf8_make_valid(g_ptr_array_index(strings, i), -1);

		json_builder_add_string_value(builder, text);
	}
	json_builder_end_array(builder);
}

/* -1 is null. */
void md_record_number(JsonBuilder *builder, const char *name, gint64 number)
{
	json_builder_set_member_name(builder, name);
	if (number >= 0)
		json_builder_add_int_value(builder, number);
	else
		json_builder_add_null_value(builder);
}

/* A number of bytes; null where the log does not have it, or no reader of JSON could hold it. */
static void add_bytes(JsonBuilder *builder, const char *name, guint64 bytes)
{
	md_record_number(builder, name, bytes > G_MAXINT64 ? -1 : (gint64)bytes);
}

void md_record_word(JsonBuilder *builder, const char *name, struct md_word word)
{
	g_autofree char *text = md_word_text(word);

	md_record_string(builder, name, text);
}

void md_record_frame(JsonBuilder *builder, const struct md_frame *frame, const char *path,
		     guint line)
{
	md_record_string(builder, "symbol", frame->symbol);
	add_bytes(builder, "offset", frame->offset);
	add_bytes(builder, "size", frame->size);
	md_record_string(builder, "module", frame->module);
	md_record_word(builder, "address", frame->address);
	md_record_flag(builder, "reliable", frame->reliable);
	if (frame->inlined)
		md_record_flag(builder, "inlined", TRUE);
	if (frame->stack != NULL)
		md_record_string(builder, "stack", frame->stack);
	if (path == NULL) {
		path = frame->path;
		line = frame->line;
	}
	if (path != NULL) {
		md_record_string(builder, "path", path);
		md_record_number(builder, "line", line > 0 ? (gint64)line : -1);
	}
}
