/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tokens of C, read from the first to the last, with brackets that know where they end. */
#ifndef MD_CODE_READER_H
#define MD_CODE_READER_H

#include "code/internal.h"

struct md_pool;

/** Reads tokens. Those that it has not are of the kind MD_TOKEN_END. */
struct md_reader {
	struct md_pool *pool;
	const GArray *tokens; /* of struct md_token */
	guint at, end;
	guint depth; /* of structs in structs and declarators in declarators */
};
const struct md_token *md_reader_peek(const struct md_reader *reader, guint ahead);
/** TRUE, and moved behind it, where @character comes next. */
gboolean md_reader_take(struct md_reader *reader, char character);
/** TRUE for -> and its like: these two characters, with nothing between them. */
gboolean md_reader_is_pair(const struct md_reader *reader, char first, char second);
/** The index behind the bracket that closes the one at @open, or the end. */
guint md_reader_behind(const struct md_reader *reader, guint open);
/** A reader of [first, end) of the tokens of another. */
struct md_reader md_reader_part(const struct md_reader *reader, guint first, guint end);
/** The text from token @first to before token @end. */
struct md_slice md_reader_text(const struct md_reader *reader, guint first, guint end);

/**
 * The tokens of @text, without directives: those of all branches are there. @flat: it stands
 * inside of one.
 */
GArray *md_tokens_new(struct md_slice text, gboolean flat);
/** Those of the item that begins at byte @at, to its ";" or "=", of a function to its body. */
GArray *md_tokens_of_item(struct md_slice text, gsize at);

/** Splits what stands between two brackets at its commas: a new array of struct md_extent. */
GArray *md_reader_split(const struct md_reader *reader, guint first, guint end);

/** The arguments of the call whose bracket is at @open: a new array of struct md_slice. */
GArray *md_reader_arguments(const struct md_reader *reader, guint open);

/** To the next @a, @b or the end, brackets passed over. */
guint md_reader_find_end(const struct md_reader *reader, char a, char b);
/** Behind the next semicolon. */
void md_reader_pass_semicolon(struct md_reader *reader);

#endif
