/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Many words looked for at once: Aho and Corasick's automaton ("Efficient string
 * matching", 1975), with all failures worked out beforehand, so that a byte costs two
 * loads and no branch but the end.  Bytes that are in no word share one class, which
 * keeps the table (states x classes) in the first cache.
 *
 * It is what reads the ordinary part of a log: a regular expression of the same words
 * costs ten times as much, a strstr() a word forty times.
 */
#include "crash/parser.h"

#include <string.h>

struct md_words {
	guint8 class_of[256];
	guint classes;
	guint16 *next; /* [state * classes + class] */
	guint8 *final; /* [state]: bit i: a word of list i ends here */
};

/* A state has its number in 16 bits; what the parsers ask for is far below. */
#define STATES_MAX 8192

/* A state of the tree of all words, whose branches are a list; 0 is the root and "none". */
struct branch {
	guint16 first;	 /* of its branches */
	guint16 sibling; /* the next branch of the same state */
	guint8 class;	 /* of the byte that leads here */
	guint8 final;	 /* as there */
};

static void number_classes(struct md_words *words, const GPtrArray *list)
{
	for (guint i = 0; i < list->len; i++) {
		for (const guint8 *at = g_ptr_array_index(list, i); *at != '\0'; at++) {
			if (words->class_of[*at] == 0)
				words->class_of[*at] = (guint8)words->classes++;
		}
	}
}

static guint grow_branch(GArray *tree, guint state, guint8 class)
{
	struct branch branch = { .class = class };
	guint at = g_array_index(tree, struct branch, state).first;

	while (at != 0 && g_array_index(tree, struct branch, at).class != class)
		at = g_array_index(tree, struct branch, at).sibling;
	if (at != 0)
		return at;
	at = tree->len;
	g_assert(at < STATES_MAX);
	branch.sibling = g_array_index(tree, struct branch, state).first;
	g_array_index(tree, struct branch, state).first = (guint16)at;
	g_array_append_val(tree, branch);
	return at;
}

static void grow_tree(GArray *tree, const struct md_words *words, const GPtrArray *list, guint bit)
{
	for (guint i = 0; i < list->len; i++) {
		guint state = 0;

		for (const guint8 *at = g_ptr_array_index(list, i); *at != '\0'; at++)
			state = grow_branch(tree, state, words->class_of[*at]);
		g_array_index(tree, struct branch, state).final |= (guint8)bit;
	}
}

/*
 * Breadth first: a state goes where its longest suffix would, but into its own branches. That one's
 * row is complete then, for it is nearer to the root.
 */
static void fill_table(struct md_words *words, const GArray *tree)
{
	g_autofree guint16 *queue = g_new(guint16, tree->len);
	g_autofree guint16 *suffix = g_new0(guint16, tree->len);
	guint first = 0, end = 0;

	queue[end++] = 0;
	while (first < end) {
		guint state = queue[first++];
		const struct branch *branch = &g_array_index(tree, struct branch, state);
		const guint16 *other = &words->next[suffix[state] * words->classes];
		guint16 *next = &words->next[state * words->classes];

		words->final[state] = branch->final | words->final[suffix[state]];
		if (state != 0)
			memcpy(next, other, words->classes * sizeof(*next));
		for (guint at = branch->first; at != 0; at = branch->sibling) {
			branch = &g_array_index(tree, struct branch, at);
			suffix[at] = state != 0 ? other[branch->class] : 0;
			next[branch->class] = (guint16)at;
			queue[end++] = (guint16)at;
		}
	}
}

struct md_words *md_words_new(GPtrArray *const *lists, guint count)
{
	struct md_words *words = g_new0(struct md_words, 1);
	g_autoptr(GArray) tree = g_array_new(FALSE, TRUE, sizeof(struct branch));

	words->classes = 1;
	g_array_set_size(tree, 1);
	for (guint i = 0; i < count; i++) {
		number_classes(words, lists[i]);
		grow_tree(tree, words, lists[i], 1U << i);
	}
	words->next = g_new0(guint16, tree->len * words->classes);
	words->final = g_new0(guint8, tree->len);
	fill_table(words, tree);
	return words;
}

void md_words_free(struct md_words *words)
{
	if (words == NULL)
		return;
	g_free(words->next);
	g_free(words->final);
	g_free(words);
}

gboolean md_words_found(const struct md_words *words, guint lists, const char *text, gsize size)
{
	const guint8 *at = (const guint8 *)text, *end = at + size;
	guint state = 0;

	for (; at < end; at++) {
		state = words->next[state * words->classes + words->class_of[*at]];
		if (words->final[state] & lists)
			return TRUE;
	}
	return FALSE;
}
