/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known of values: keys, tests of them, and the nodes that set them.
 */
#include "code/builder.h"

guint md_lower_key(struct md_builder *builder, const char *text, gboolean memory)
{
	guint index = GPOINTER_TO_UINT(g_hash_table_lookup(builder->keys, text));
	struct md_key key = { .memory = memory, .bit = MD_KEY_NONE };

	if (index == 0) {
		key.text = g_strdup(text);
		g_array_append_val(builder->graph->keys, key);
		index = builder->graph->keys->len;
		g_hash_table_insert(builder->keys, g_strdup(text), GUINT_TO_POINTER(index));
	}
	g_array_index(builder->graph->keys, struct md_key, index - 1).uses++;
	return index - 1;
}

gboolean md_lower_is_memory(const struct md_builder *builder, guint first, guint end)
{
	for (guint i = first; i < end; i++) {
		const struct md_part *part = md_part_at(builder->parts, i);

		if (part->kind == MD_PART_OPERATOR && part->text.data[0] != '=' &&
		    (md_part_is(part, "->") || strchr(".*[", part->character) != NULL))
			return TRUE;
	}
	return FALSE;
}

guint md_lower_key_of(struct md_builder *builder, guint first, guint end)
{
	g_autofree char *text = NULL;

	if (first >= end || end - first > MD_KEY_PARTS_MAX)
		return MD_KEY_NONE;
	text = md_parts_join(builder->parts, first, end);
	return md_lower_key(builder, text, md_lower_is_memory(builder, first, end));
}

struct md_value md_value_test(struct md_value value, guint truth)
{
	if (value.key == MD_KEY_NONE) {
		if ((value.sign & ~truth) == 0)
			return md_value_constant(MD_VALUE_POSITIVE);
		return (value.sign & truth) == 0 ? md_value_constant(MD_VALUE_ZERO)
						 : MD_VALUE_UNKNOWN;
	}
	if (value.test) {
		/* It is positive or zero. */
		if ((truth & MD_VALUE_POSITIVE) && (truth & MD_VALUE_ZERO))
			return md_value_constant(MD_VALUE_POSITIVE);
		if (!(truth & (MD_VALUE_POSITIVE | MD_VALUE_ZERO)))
			return md_value_constant(MD_VALUE_ZERO);
		if (truth & MD_VALUE_ZERO)
			value.truth = MD_VALUE_ANY & ~value.truth;
		return value;
	}
	value.test = TRUE;
	value.truth = truth;
	return value;
}

/* ------------------------------------------------------------------- nodes */

void md_lower_set(struct md_builder *builder, char *kills, guint target, struct md_value value)
{
	guint node = md_builder_add(builder, MD_NODE_SET);
	struct md_node *set = md_builder_node(builder, node);

	set->kills = kills;
	set->target = target;
	set->value = value;
}

void md_lower_kill(struct md_builder *builder, guint index)
{
	struct md_slice word = md_part_at(builder->parts, index)->text;

	md_lower_set(builder, g_strndup(word.data, word.size), MD_KEY_NONE, MD_VALUE_UNKNOWN);
}

void md_lower_kill_arguments(struct md_builder *builder, guint first, guint end)
{
	while (first < end) {
		guint comma = md_builder_find(builder, first, end, ",");

		if (comma == first + 1 && md_builder_is_word(builder, first, end))
			md_lower_kill(builder, first);
		first = comma + 1;
	}
}

guint md_lower_temporary(struct md_builder *builder)
{
	g_autofree char *text = g_strdup_printf("?%u", builder->graph->nodes->len);

	return md_lower_key(builder, text, FALSE);
}
