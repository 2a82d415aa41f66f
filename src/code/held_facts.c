/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which facts the states of held.c know: there is room for some tens, and a function may have
 * hundreds of conditions. And one that is always followed: whether interrupts are off.
 */
#include "code/held_states.h"
#include "code/internal.h"

#include <string.h>

/* Whether @key speaks of the variable, or the member, @word; @whole: not only of its members. */
static gboolean mentions(const char *key, const char *word, gsize size, gboolean member,
			 gboolean whole)
{
	for (const char *at = key; (at = strstr(at, word)) != NULL; at++) {
		gboolean behind = at > key && (at[-1] == '.' || at[-1] == '>');

		if ((at == key || !(g_ascii_isalnum(at[-1]) || at[-1] == '_')) &&
		    !(g_ascii_isalnum(at[size]) || at[size] == '_') && behind == member &&
		    !(whole && at[size] == '.'))
			return TRUE;
	}
	return FALSE;
}

/* The facts that an assignment ends, of the keys @followed, as a mask of their bits. */
static void find_killed(const GPtrArray *followed, const char *target, guint64 *mask)
{
	gsize end, first;
	g_autofree char *word = NULL;
	gboolean member, address = target[0] == '&';

	target += address;
	end = strlen(target);

	/* The variable, or the last member: of "p->a[i]" "a". */
	while (end > 0 && target[end - 1] == ']') {
		while (end > 0 && target[end - 1] != '[')
			end--;
		end -= end > 0;
	}
	for (first = end;
	     first > 0 && (g_ascii_isalnum(target[first - 1]) || target[first - 1] == '_');)
		first--;
	member = first > 0 && (target[first - 1] == '.' || target[first - 1] == '>');
	word = g_strndup(target + first, end - first);
	for (guint i = 0; i < followed->len && *word != '\0'; i++) {
		const struct md_key *key = g_ptr_array_index(followed, i);

		if (strchr("@?#", key->text[0]) == NULL &&
		    mentions(key->text, word, end - first, member, address))
			mask[key->bit / MD_FACTS_PER_WORD] |= (guint64)MD_VALUE_ANY
							      << key->bit % MD_FACTS_PER_WORD * 3;
	}
}

gboolean md_state_is_never(const struct md_state_run *run, const struct md_key *key)
{
	return key->text[0] == '#' && strpbrk(key->text + 1, "()&|!<>=+ ") == NULL &&
	       !md_locks_may_be_defined(run->flow->locks, key->text + 1, run->flow->path);
}

/*
 * Who gets the facts there are: results where the call's outcomes differ, then what is asked or
 * told twice, then what the caller may know.
 */
enum {
	RANK_RESULT,
	RANK_TWICE,
	RANK_CALLER,
	RANK_NONE,
};

static guint rank_of(const struct md_state_run *run, const struct md_key *key)
{
	guint64 call;

	if (key->text[0] != '@') {
		if (key->uses > 1 || md_state_is_never(run, key))
			return RANK_TWICE;
		return key->text[0] == '?' || md_lock_is_own(run->flow, key->text) ? RANK_NONE
										   : RANK_CALLER;
	}
	call = g_ascii_strtoull(key->text + 1, NULL, 10);
	return call < run->effects->len &&
			       g_array_index(run->effects, struct md_effect, (guint)call).asked
		       ? RANK_RESULT
		       : RANK_NONE;
}

void md_state_choose_facts(struct md_state_run *run)
{
	GArray *keys = run->flow->graph->keys;
	g_autofree guint *rank = g_new(guint, keys->len);
	g_autoptr(GPtrArray) followed = g_ptr_array_new();
	guint bit = MD_FACT_KEYS;

	for (guint i = 0; i < keys->len; i++)
		rank[i] = rank_of(run, &g_array_index(keys, struct md_key, i));
	for (guint round = 0; round < RANK_NONE; round++) {
		for (guint i = 0; i < keys->len && bit < MD_FACTS_MAX; i++) {
			struct md_key *key = &g_array_index(keys, struct md_key, i);

			if (rank[i] != round)
				continue;
			key->bit = bit++;
			g_ptr_array_add(followed, key);
			if (round == RANK_RESULT)
				run->result_bit[g_ascii_strtoull(key->text + 1, NULL, 10)] =
					key->bit;
		}
	}
	for (guint i = 0; i < run->flow->graph->nodes->len; i++) {
		const struct md_node *node =
			&g_array_index(run->flow->graph->nodes, struct md_node, i);

		if (node->kind == MD_NODE_SET && node->kills != NULL)
			find_killed(followed, node->kills, &run->kill[2 * i]);
		run->killed[0] |= run->kill[2 * i];
		run->killed[1] |= run->kill[2 * i + 1];
	}
}

/* -------------------------------------------------------------- interrupts */

static const struct {
	const char *name;
	guint signs; /* of MD_FACT_INTERRUPTS, positive: off */
} interrupt_calls[] = {
	{ "local_irq_disable", MD_VALUE_POSITIVE },
	{ "local_irq_save", MD_VALUE_POSITIVE },
	{ "raw_local_irq_disable", MD_VALUE_POSITIVE },
	{ "raw_local_irq_save", MD_VALUE_POSITIVE },
	{ "arch_local_irq_disable", MD_VALUE_POSITIVE },
	{ "arch_local_irq_save", MD_VALUE_POSITIVE },
	{ "local_irq_enable", MD_VALUE_ZERO },
	{ "raw_local_irq_enable", MD_VALUE_ZERO },
	{ "arch_local_irq_enable", MD_VALUE_ZERO },
	{ "local_irq_restore", MD_VALUE_ANY },
	{ "raw_local_irq_restore", MD_VALUE_ANY },
	{ "arch_local_irq_restore", MD_VALUE_ANY },
};

void md_state_note_interrupts(struct md_state *state, const struct md_call *call)
{
	for (guint i = 0; i < G_N_ELEMENTS(interrupt_calls); i++) {
		if (strcmp(call->callee, interrupt_calls[i].name) == 0)
			md_state_set_fact(state, MD_FACT_INTERRUPTS, interrupt_calls[i].signs);
	}
}
