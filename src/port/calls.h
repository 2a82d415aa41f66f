/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Calls and what they call, one of which is undone without the other. */
#ifndef MD_PORT_CALLS_H
#define MD_PORT_CALLS_H

#include "code/code.h"
#include "port/internal.h"

struct md_calls;
struct md_calls *md_calls_new(void);
void md_calls_free(struct md_calls *calls);
MD_DEFINE_AUTOPTR(md_calls)

/** Takes down what may not fit any more because the file @path became @after. */
void md_calls_watch(struct md_calls *calls, const char *path, struct md_slice before,
		    struct md_slice after);
/** The names to look for: the keys. */
GHashTable *md_calls_names(const struct md_calls *calls);
/** Looks at one file of the tree that is left; by several threads. */
void md_calls_visit(struct md_calls *calls, const char *path, struct md_slice text);
/** The calls that do not fit: a new array of struct md_reference, which are the caller's. */
GPtrArray *md_calls_finish(struct md_calls *calls);

/** TRUE for what nothing outside of its file sees: it is static, or a macro, in no header. */
gboolean md_definition_is_local(const char *path, struct md_slice text,
				const struct md_definition *definition);

#endif
