/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Source code as definitions: which function, struct or table a line lies in.
 *
 *   lexer    text        -> tokens of C, bodies passed over at speed
 *   items    tokens      -> the definitions at the top level of a C file
 *   name     definition  -> what it is called, by tree-sitter
 *   heading  text        -> the same for other languages, by the shape of lines
 *   headlines text       -> where a name may be defined, at the speed of reading
 *   uses     text        -> the names that it uses, each with its role
 *
 * The text of a kernel file is not C before the preprocessor ran, so nothing
 * here fails: what cannot be understood has no definitions.
 *
 * There are two more views of a C file: the names that it uses (words), and all of it cut
 * into pieces, what stands between definitions as well.
 */
#ifndef MD_CODE_H
#define MD_CODE_H

#include "base/base.h"

enum md_definition_kind {
	MD_DEFINITION_FUNCTION,
	MD_DEFINITION_STRUCT,
	MD_DEFINITION_UNION,
	MD_DEFINITION_ENUM,
	MD_DEFINITION_INITIALIZER, /* a variable with its value in braces */
	MD_DEFINITION_MACRO,	   /* #define */
	MD_DEFINITION_SECTION,	   /* of a file that is not C: a target, a symbol, a class */
	MD_DEFINITION_VARIABLE,	   /* without braces; in md_outline_new_full() alone */
	MD_DEFINITION_KINDS,
};

/** "function" and so on. */
const char *md_definition_kind_name(enum md_definition_kind kind);

/** Bytes [first, end) of a text. */
struct md_extent {
	gsize first, end;
};

/** A definition at the top level of a file. */
struct md_definition {
	enum md_definition_kind kind;
	const char *name;	/* NULL: it has none (enum { A }), or nobody asked yet */
	struct md_extent lines; /* from 0: the line behind its last one ends it */

	/* Where it is C: its bytes, and those of its first two bodies. */
	struct md_extent bytes, body[2];
	gboolean named; /* @name is what it will be */
};

/** TRUE for a macro of one line: a constant, not a place that code is in. */
static inline gboolean md_definition_is_constant(const struct md_definition *definition)
{
	return definition->kind == MD_DEFINITION_MACRO &&
	       definition->lines.end - definition->lines.first == 1;
}

/** TRUE where a file of this name is C, or assembly that goes through C's preprocessor. */
gboolean md_path_is_code(const char *path);

/**
 * Calls @visit for every identifier of C text, keywords and numbers too, that stands neither in
 * a comment nor in a string nor behind #include, with its line, from 0.
 */
typedef void (*md_word_visit)(void *data, struct md_slice word, gsize line);
void md_words_each(struct md_slice text, md_word_visit visit, void *data);

/** What a piece of a C file is. */
enum md_piece_kind {
	MD_PIECE_DEFINITION,  /* of the outline */
	MD_PIECE_VARIABLE,    /* variables without a value in braces, typedefs */
	MD_PIECE_DECLARATION, /* what is defined elsewhere: a prototype, extern, struct a; */
	MD_PIECE_CALL,	      /* a macro: EXPORT_SYMBOL(a); */
	MD_PIECE_INCLUDE,     /* its name is what stands in the quotes or brackets */
	MD_PIECE_DIRECTIVE,
	MD_PIECE_OTHER, /* comments, what was not understood */
};

/**
 * One thing at the top level of a file, with the comment above it and the blank lines behind it,
 * so that taking out its lines takes it out.
 */
struct md_piece {
	enum md_piece_kind kind;
	enum md_definition_kind definition; /* of which kind, where it is one */
	gboolean local;			    /* nothing outside of its file sees it: static */
	const char *name;		    /* of what it defines or declares; NULL: none */
	const char *const *names;	    /* all of them, where it declares several */
	guint name_count;
	struct md_extent lines, core; /* from 0; without the comment and the blank lines */
};

/** All pieces of one text: their lines, in order, are all of it. */
struct md_pieces;
struct md_pieces *md_pieces_new(const char *path, struct md_slice text);
void md_pieces_free(struct md_pieces *pieces);
MD_DEFINE_AUTOPTR(md_pieces)
/** An array of struct md_piece. */
const GArray *md_pieces_all(const struct md_pieces *pieces);

/** The definitions of one text, in order; they do not overlap. */
struct md_outline;

/**
 * Looks for the definitions in @text, which must outlive the outline.  @path
 * says what language it is.
 */
struct md_outline *md_outline_new(const char *path, struct md_slice text);
/** The same with variables that have no value, or none in braces. */
struct md_outline *md_outline_new_full(const char *path, struct md_slice text);
void md_outline_free(struct md_outline *outline);
MD_DEFINE_AUTOPTR(md_outline)

/** All of them, named: an array of struct md_definition. */
const GArray *md_outline_definitions(struct md_outline *outline);

/**
 * The definition, named, in which lines [first, end) lie: the one around the
 * first line, or else the first that lies among them, a constant only where
 * nothing else does. Where first is end, the one around the place between two
 * lines. NULL where there is none or it has no name.
 */
const struct md_definition *md_outline_find(struct md_outline *outline, gsize first, gsize end);

/** A line on which something of that name may be defined. */
struct md_headline {
	guint32 hash; /* md_name_hash() of its name */
	guint32 line; /* from 0 */
};

/**
 * Where definitions may begin in @text: an array of struct md_headline, by line. Few lines too
 * many, and few too few: those that are not written in kernel style.
 */
GArray *md_headlines_find(const char *path, struct md_slice text);
guint32 md_name_hash(struct md_slice name);

/** What a name is to the code that uses it. */
enum md_use_role {
	MD_USE_CALL,
	MD_USE_TYPE, /* struct NAME */
	MD_USE_MEMBER,
	MD_USE_NAME, /* a macro, a variable, a function that is not called here */
};

/** A name that is used, once for each role that it has. */
struct md_use {
	struct md_slice name; /* in the text */
	enum md_use_role role;
	gsize line; /* of the first, from 0 */
};

/** The names in @text, which is C: a new array of struct md_use, by name. */
GArray *md_code_uses(struct md_slice text);
/** The first of that name in such an array, or NULL. */
const struct md_use *md_uses_find(const GArray *uses, const char *name);

/** TRUE where two texts differ in comments and blanks at most. */
gboolean md_code_equal(struct md_slice a, struct md_slice b);

#endif
