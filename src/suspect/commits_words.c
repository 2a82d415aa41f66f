/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which words of a log the message of a commit says: names of functions and of what they
 * are made of, the words of the line that says what happened. How rare a word is in all
 * messages of the range is for the caller to say.
 */
#include "suspect/commits.h"

#include <string.h>

/* Half a name, the name of a file: shared by many. */
#define OF_PARTS 0.5
/* What happened is said in the words of the machine, most of it the same in all logs. */
#define OF_TITLE 0.5
/* Shorter words ("at", "of") are in all messages. */
#define LEAST_LETTERS 3

/* The next word of @text, in lower case, owned; NULL at the end. "_" parts words in @parts. */
static char *next_word(const char **text, gboolean parts)
{
	while (**text != '\0') {
		const char *at = *text;
		gsize size = 0;

		while (g_ascii_isalnum(at[size]) || (!parts && at[size] == '_'))
			size++;
		*text += MAX(size, 1);
		if (size >= LEAST_LETTERS && !g_ascii_isdigit(at[0]))
			return g_ascii_strdown(at, size);
	}
	return NULL;
}

static gboolean has_word(const struct md_log_words *words, const char *word)
{
	for (guint i = 0; i < words->count; i++) {
		if (strcmp(words->word[i], word) == 0)
			return TRUE;
	}
	return FALSE;
}

static void add_words(struct md_log_words *words, const char *text, double weight, gboolean parts)
{
	char *word;

	while (text != NULL && (word = next_word(&text, parts)) != NULL) {
		if (words->count == MD_LOG_WORDS || has_word(words, word)) {
			g_free(word);
			continue;
		}
		words->weight[words->count] = weight;
		words->word[words->count++] = word;
	}
}

/* The functions of the stack: their names, or what these and their files are made of. */
static void add_frames(struct md_log_words *words, const struct md_evidence *evidence,
		       gboolean parts)
{
	for (guint i = 0; i < evidence->interests->len; i++) {
		const struct md_interest *interest =
			&g_array_index(evidence->interests, struct md_interest, i);
		const struct md_frame *frame;
		const char *path, *slash;

		if (interest->role != MD_ROLE_FRAME)
			continue;
		if (!parts) {
			add_words(words, interest->name, interest->weight, FALSE);
			continue;
		}
		add_words(words, interest->name, interest->weight * OF_PARTS, TRUE);
		frame = g_ptr_array_index(evidence->report->frames, interest->frame);
		path = interest->path != NULL ? interest->path : frame->path;
		slash = path != NULL ? strrchr(path, '/') : NULL;
		add_words(words, slash != NULL ? slash + 1 : path, interest->weight * OF_PARTS,
			  TRUE);
	}
}

void md_log_words_init(struct md_log_words *words, const struct md_evidence *evidence)
{
	const struct md_report *report = evidence->report;

	words->count = 0;
	add_words(words, report->assertion, 1, FALSE);
	add_frames(words, evidence, FALSE);
	add_words(words, report->title, OF_TITLE, FALSE);
	add_words(words, report->assertion, OF_PARTS, TRUE);
	add_words(words, report->path, OF_PARTS, TRUE);
	add_frames(words, evidence, TRUE);
}

void md_log_words_clear(struct md_log_words *words)
{
	for (guint i = 0; i < words->count; i++)
		g_free(words->word[i]);
	words->count = 0;
}

guint64 md_log_words_said(const struct md_log_words *words, const char *message)
{
	g_autoptr(GHashTable) said = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	guint64 bits = 0;

	for (int parts = 0; parts < 2; parts++) {
		const char *rest = message;
		char *word;

		while ((word = next_word(&rest, parts)) != NULL)
			g_hash_table_add(said, word);
	}
	for (guint i = 0; i < words->count; i++) {
		if (g_hash_table_contains(said, words->word[i]))
			bits |= (guint64)1 << i;
	}
	return bits;
}
