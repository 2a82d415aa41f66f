/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Records of JSON Lines: what all that prints them is made of. */
#include "render/record.h"

void md_record_append(GString *out, JsonBuilder *builder)
{
	g_autoptr(JsonGenerator) generator = json_generator_new();
	g_autoptr(JsonNode) root = json_builder_get_root(builder);

	json_generator_set_root(generator, root);
	json_generator_to_gstring(generator, out);
	g_string_append_c(out, '\n');
	json_builder_reset(builder);
}

void md_record_string(JsonBuilder *builder, const char *name, const char *value)
{
	json_builder_set_member_name(builder, name);
	if (value != NULL)
		json_builder_add_string_value(builder, value);
	else
		json_builder_add_null_value(builder);
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

/* A name is whatever bytes the user typed or the patch had. */
void md_record_name(JsonBuilder *builder, const char *name, const char *value)
{
	g_autofree char *text = g_utf8_make_valid(value, -1);

	md_record_string(builder, name, text);
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
