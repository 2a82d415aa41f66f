/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What every part of the library shares with its caller: errors, and the
 * hooks through which it says how far it is.  The library never prints,
 * exits or keeps state outside the objects that the caller holds.
 */
#ifndef METADIFF_BASE_H
#define METADIFF_BASE_H

#include <glib.h>

G_BEGIN_DECLS

/**
 * MD_AUTOPTR(md_tree) tree = ...; frees the tree at the end of its block.
 * g_autoptr asks for a typedef of every type, and ours are plain structs.
 * The free function of a type takes NULL.
 */
#define MD_AUTOPTR(type) __attribute__((cleanup(type##_auto_free))) struct type *
#define MD_DEFINE_AUTOPTR(type)                                                                    \
	static inline void type##_auto_free(struct type **object)                                  \
	{                                                                                          \
		type##_free(*object);                                                              \
	}

#if defined(__GNUC__)
#define MD_PUBLIC __attribute__((visibility("default")))
#else
#define MD_PUBLIC
#endif

/**
 * The error domain of the library.  Messages read "WHERE: WHAT", where WHERE
 * is a file, a file and line ("fix.patch:12") or a revision; a program puts
 * its own name in front and prints one line.
 */
#define MD_ERROR (md_error_quark())
MD_PUBLIC GQuark md_error_quark(void);

enum md_error {
	MD_ERROR_INPUT,	    /* what was read is malformed or does not exist */
	MD_ERROR_LIMIT,	    /* what was read is larger than we take */
	MD_ERROR_SETTING,   /* what was asked for makes no sense */
	MD_ERROR_SYSTEM,    /* the system refused: no memory, no disk, no file */
	MD_ERROR_CANCELLED, /* md_hooks.progress asked to stop */
};

/**
 * Calls from long work back to the program.  Any may be NULL.  They come from
 * any thread, from several at once: what they touch, they lock.
 */
struct md_hooks {
	/*
	 * @done of @total steps of @phase ("reading linux.tar.xz"); @total is 0
	 * where it is not known.  Return FALSE to stop the work.
	 */
	gboolean (*progress)(void *data, const char *phase, guint64 done, guint64 total);
	/* One line, no newline, for --verbose. */
	void (*log)(void *data, const char *message);
	void *data;
};

/**
 * @size bytes of @text for a person, on a terminal too: UTF-8, with nothing in it that a terminal
 * would obey, or that hides or turns around what stands beside it. Control characters are
 * written as ^X or <9B>, format characters as <202E>, what is no UTF-8 as U+FFFD. Tabs
 * stay; newlines stay where @lines says so. The caller owns it.
 */
MD_PUBLIC char *md_text_printable(const char *text, gsize size, gboolean lines);

G_END_DECLS

#endif
