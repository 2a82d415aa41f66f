/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which of several definitions of one name in a file is compiled.
 *
 * The configuration is not known. What is known is which macros nobody in the tree defines, as an
 * architecture's that is not this one; and that kernels on which somebody reads a lockup have
 * most options on, but not those that cost speed. So each definition is weighed by the
 * #ifs around it:
 *
 *     #if 0, #ifdef of what nobody defines           never
 *     #ifdef CONFIG_SMP ... #else here               not likely
 *     #ifdef CONFIG_DEBUG_MUTEXES, CONFIG_PREEMPT_RT not likely
 *
 * and of the likeliest the longest is taken, for stubs are short. Cost: the directives of a file,
 * once for each name that it defines twice.
 */
#include "code/held.h"
#include "code/internal.h"

#include <string.h>

#define DEEPEST_CONDITION 64
/* More than all unlikely conditions together. */
#define NEVER 1000

/* Options that are off on most machines, or parts of their names. */
static const char *const rare[] = { "DEBUG",	      "LOCKDEP", "PROVE_",	"PREEMPT_RT",
				    "LOCK_STAT",      "KASAN",	 "KCSAN",	"KMSAN",
				    "TRACE_IRQFLAGS", "SPARSE",	 "__CHECKER__", "_TEST" };

gboolean md_locks_may_be_defined(struct md_locks *locks, const char *name, const char *from)
{
	g_autoptr(GArray) hits = NULL;

	if (g_str_has_prefix(name, "CONFIG_") || *name == '\0')
		return TRUE;
	/* What compilers define begins so. */
	if (g_str_has_prefix(name, "__GNUC") || g_str_has_prefix(name, "__clang") ||
	    g_str_has_prefix(name, "__x86_64") || strcmp(name, "MODULE") == 0 ||
	    strcmp(name, "__KERNEL__") == 0)
		return TRUE;
	hits = g_array_new(FALSE, FALSE, sizeof(struct md_hit));
	md_source_find_name(locks->source, name, hits);
	for (guint i = 0; i < hits->len; i++) {
		const char *path = g_array_index(hits, struct md_hit, i).path;

		if (!g_str_has_prefix(path, "arch/") || g_str_has_prefix(path, "arch/x86/") ||
		    g_str_has_prefix(from, "arch/"))
			return TRUE;
	}
	return FALSE;
}

/* What an #if costs the branches that it has. */
struct condition {
	guint first, other; /* unlikely: the first branch, the others */
	gboolean behind;    /* we are in another */
};

static gboolean is_rare(struct md_slice text)
{
	for (guint i = 0; i < G_N_ELEMENTS(rare); i++) {
		if (memmem(text.data, text.size, rare[i], strlen(rare[i])) != NULL)
			return TRUE;
	}
	return FALSE;
}

static struct condition weigh(struct md_locks *locks, const struct md_token *token,
			      const char *from)
{
	g_autofree char *name = NULL;
	struct condition condition = { 0, 1, FALSE };
	gboolean negated;

	if (md_token_condition(token) == MD_CONDITION_IF_0)
		return (struct condition){ NEVER, 0, FALSE };
	name = md_condition_key(token->text, &negated);
	if (is_rare(token->text))
		condition = (struct condition){ 1, 0, FALSE };
	/* "#" and a single name */
	if (strpbrk(name + 1, "()&|!<>=+ ") == NULL &&
	    !md_locks_may_be_defined(locks, name + 1, from))
		condition = (struct condition){ NEVER, 0, FALSE };
	if (negated)
		condition = (struct condition){ condition.other, condition.first, FALSE };
	return condition;
}

static guint sum_of(const struct condition *conditions, guint count)
{
	guint sum = 0;

	for (guint i = 0; i < MIN(count, DEEPEST_CONDITION); i++)
		sum += conditions[i].behind ? conditions[i].other : conditions[i].first;
	return sum;
}

const struct md_definition *md_locks_choose(struct md_locks *locks, const struct md_file *file,
					    const GPtrArray *definitions)
{
	struct condition conditions[DEEPEST_CONDITION];
	struct md_lexer lexer = { .text = file->text };
	const struct md_definition *best = NULL;
	guint depth = 0, next = 0, least = G_MAXUINT;

	if (definitions->len == 1)
		return g_ptr_array_index(definitions, 0);
	while (next < definitions->len) {
		const struct md_definition *definition = g_ptr_array_index(definitions, next);
		struct md_token token = md_lexer_next(&lexer, TRUE);
		enum md_condition kind = token.kind == MD_TOKEN_DIRECTIVE
						 ? md_token_condition(&token)
						 : MD_CONDITION_NONE;

		if (token.kind == MD_TOKEN_END || token.line >= definition->lines.first) {
			guint sum = sum_of(conditions, depth);

			if (sum < least || (sum == least && best != NULL &&
					    definition->lines.end - definition->lines.first >
						    best->lines.end - best->lines.first)) {
				best = definition;
				least = sum;
			}
			next++;
		}
		if (kind == MD_CONDITION_IF || kind == MD_CONDITION_IF_0) {
			if (depth < DEEPEST_CONDITION)
				conditions[depth] = weigh(locks, &token, file->path);
			depth++;
		} else if (kind == MD_CONDITION_ELSE && depth > 0 && depth <= DEEPEST_CONDITION) {
			conditions[depth - 1].behind = TRUE;
		} else if (kind == MD_CONDITION_ENDIF && depth > 0) {
			depth--;
		}
	}
	return best;
}
