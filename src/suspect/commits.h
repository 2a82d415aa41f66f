/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files that rank commits share.
 *
 *   commits_changes  a commit          -> the definitions that it touched, and how
 *   commits_words    a log, a message  -> which words of the log the message says
 *   commits_repairs  messages          -> which commit reverts or fixes which
 *   commits          a range           -> the clues of all of its commits (commits_hunt.h)
 *   commits_reasons  clues             -> how likely each makes its commit the one
 *   commits_named    all of these      -> the likeliest, each with its reasons in words
 */
#ifndef MD_SUSPECT_COMMITS_H
#define MD_SUSPECT_COMMITS_H

#include "code/code.h"
#include "diff/diff.h"
#include "suspect/evidence.h"
#include "tree/tree.h"

/* ------------------------------------------------------------------ changes */

/** A name that is used more often, or less, in a definition than before. */
struct md_word_change {
	guint word; /* as the table that was given has it, from 0 */
	gint more;  /* below 0: less */
};

/** A definition that a commit changed, or, without a name, what lies between them. */
struct md_touched {
	const struct md_commit_file *file;
	char *name;	       /* NULL: between the definitions */
	guint lines[MD_SIDES]; /* of code that went and that came, without those that moved */
	guint moved;	       /* lines that it had before, or another definition had */
	gboolean is[MD_SIDES]; /* it is there before, after */
	GArray *words;	       /* of struct md_word_change, each word once */
};

/** What one commit did. */
struct md_commit_changes {
	GPtrArray *touched; /* of struct md_touched */
};

/** What matters; the tables are owned by whoever asks. */
struct md_change_query {
	GHashTable *words;  /* names whose uses count (char *), to their number plus one */
	GHashTable *names;  /* names whose definitions count (char *) */
	GHashTable *places; /* paths that have, or had, such definitions (char *) */
	/* The architecture that crashed: code of others did not run. */
	enum md_machine machine;
};

/** Finds out what the commit did to files of code. Those where nothing matters are skimmed. */
void md_commit_changes_init(struct md_commit_changes *changes, struct md_workspace *workspace,
			    const struct md_commits *commits, const struct md_commit_text *text,
			    const struct md_change_query *query);
void md_commit_changes_clear(struct md_commit_changes *changes);

/** By how much uses of @word grew in all that the commit touched. */
gint md_commit_changes_net(const struct md_commit_changes *changes, guint word);

/* -------------------------------------------------------------------- words */

/** So many words of a log are looked for in messages: as many as a set of bits holds. */
#define MD_LOG_WORDS 64

/** The words of a log that a message may say, the most telling first. */
struct md_log_words {
	char *word[MD_LOG_WORDS]; /* in lower case */
	double weight[MD_LOG_WORDS];
	guint count;
};
void md_log_words_init(struct md_log_words *words, const struct md_evidence *evidence);
void md_log_words_clear(struct md_log_words *words);
/** A bit for each of @words that @message says. */
guint64 md_log_words_said(const struct md_log_words *words, const char *message);

/* ------------------------------------------------------------------ repairs */

/** A commit that a message says it undoes or repairs. */
struct md_repaired {
	gboolean reverted;
	char id[MD_ID_SIZE * 2 + 1]; /* lower case, perhaps the beginning alone */
	char *subject;		     /* as the message has it; NULL: it does not */
};
/** What @message says of that: an array of struct md_repaired, perhaps empty. */
GArray *md_message_repairs(const char *message);

/** Whether @repaired means @commit. */
gboolean md_repaired_is(const struct md_repaired *repaired, const struct md_commit *commit);

/* --------------------------------------------------------------- all of them */

/**
 * Fills @suspects->commits, and the commits of the suspects, from the history between the bases,
 * or else between the downstreams. Without one there are none.
 */
gboolean md_commits_rank(struct md_suspects *suspects, const struct md_evidence *evidence,
			 const struct md_suspect_settings *settings, const struct md_hooks *hooks,
			 GError **error);

#endif
