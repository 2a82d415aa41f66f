/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A stack as calls in the source: which function calls which, with which arguments.
 *
 * Frames and the functions between them that were compiled into others become one row of calls,
 * from the inside outwards. Along it, what a function calls by the name of a parameter is followed
 * to whoever passed it: the same object under another name.
 */
#include "lockup/internal.h"

#include <string.h>

/* Longer ones are no names of objects. */
#define EXPRESSION_MAX 400

static const struct md_call *find_call(struct md_flow *flow, const struct md_way_step *step,
				       const char *callee)
{
	const GPtrArray *calls = md_flow_calls(flow);
	const struct md_call *by_line = NULL, *by_name = NULL;

	for (guint i = 0; i < calls->len; i++) {
		const struct md_call *call = g_ptr_array_index(calls, i);
		gboolean named = strcmp(call->callee, callee) == 0;

		if (named && call->line == step->line)
			return call;
		if (call->line == step->line && by_line == NULL)
			by_line = call;
		if (named && by_name == NULL)
			by_name = call;
	}
	return by_name != NULL ? by_name : by_line;
}

/* The calls of one way, the innermost first. */
static void add_way(GArray *sites, struct md_locks *locks, const struct md_way *way, gsize frame,
		    const char *inner)
{
	for (guint i = way->steps->len; i-- > 0;) {
		const struct md_way_step *step = g_ptr_array_index(way->steps, i);
		struct md_site site = { .symbol = step->symbol, .frame = frame, .called = TRUE };

		site.flow = md_flow_find(locks, step->symbol, step->path);
		if (site.flow != NULL)
			site.call = find_call(site.flow, step, inner);
		g_array_append_val(sites, site);
		inner = step->symbol;
	}
}

GArray *md_sites_new(struct md_locks *locks, struct md_functions *functions,
		     const struct md_lockup_task *task)
{
	GArray *sites = g_array_new(FALSE, TRUE, sizeof(struct md_site));
	const GPtrArray *frames = task->task->frames;
	gsize inner = md_frames_next(frames, 0), outer;

	for (; inner < frames->len; inner = outer) {
		const struct md_frame *inside = g_ptr_array_index(frames, inner);
		const struct md_frame *outside;
		const struct md_way *way = NULL;

		outer = md_frames_next(frames, inner + 1);
		if (outer >= frames->len)
			break;
		outside = g_ptr_array_index(frames, outer);
		if (outer < task->ways->len)
			way = g_ptr_array_index(task->ways, outer);
		if (way != NULL) {
			add_way(sites, locks, way, outer,
				md_functions_find(functions, inside)->name);
			continue;
		}
		if (sites->len > 0)
			g_array_index(sites, struct md_site, sites->len - 1).called = FALSE;
		struct md_site site = { .symbol = md_functions_find(functions, outside)->name,
					.frame = outer,
					.called = TRUE };
		site.flow = md_flow_find(locks, site.symbol, outside->path);
		g_array_append_val(sites, site);
	}
	if (sites->len > 0)
		g_array_index(sites, struct md_site, sites->len - 1).called = FALSE;
	return sites;
}

/* The first name of an expression, which all of it hangs on: "rq" of "&rq->lock". */
static gboolean find_base(const char *expression, struct md_slice *base)
{
	const char *at = expression + strspn(expression, "&*( \t\n");
	gsize size = 0;

	while (g_ascii_isalnum(at[size]) || at[size] == '_')
		size++;
	*base = (struct md_slice){ at, size };
	/* A call, a cast: not a name of an object. */
	return size > 0 && !g_ascii_isdigit(at[0]) && at[size] != '(' &&
	       strchr(at + size, ' ') == NULL;
}

/* Without blanks, and "(&a)->b" as "a.b". */
static char *simplify(const char *expression)
{
	g_autoptr(GString) text = g_string_new(NULL);
	gboolean again = TRUE;

	for (const char *at = expression; *at != '\0'; at++) {
		if (!g_ascii_isspace(*at))
			g_string_append_c(text, *at);
	}
	while (again) {
		const char *open = strstr(text->str, "(&");
		gsize size = open != NULL ? strspn(open + 2, "abcdefghijklmnopqrstuvwxyz"
							     "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
							     "0123456789_->.[]")
					  : 0;

		again = open != NULL && size > 0 && open[2 + size] == ')' &&
			strncmp(open + 2 + size + 1, "->", 2) == 0;
		if (again) {
			gsize start = (gsize)(open - text->str);

			g_string_erase(text, (gssize)(start + 2 + size), 3);
			g_string_insert_c(text, (gssize)(start + 2 + size), '.');
			g_string_erase(text, (gssize)start, 2);
		}
	}
	return g_string_free(g_steal_pointer(&text), FALSE);
}

/* @expression with @argument, what the caller passed, in place of @base. */
static char *substitute(const char *expression, struct md_slice base, const char *argument)
{
	gboolean plain = strspn(argument, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
					  "0123456789_->.[]") == strlen(argument);
	gsize before = (gsize)(base.data - expression);
	g_autofree char *text = g_strdup_printf(
		plain || strlen(expression) == base.size ? "%.*s%s%s" : "%.*s(%s)%s", (int)before,
		expression, argument, base.data + base.size);

	return simplify(text);
}

char *md_sites_trace(const GArray *sites, guint from, guint to, const char *expression)
{
	g_autofree char *now = simplify(expression);

	for (guint i = from; i < to; i++) {
		const struct md_site *site = &g_array_index(sites, struct md_site, i);
		const struct md_site *caller = &g_array_index(sites, struct md_site, i + 1);
		struct md_slice base;
		char *next;
		int parameter;

		if (!site->called || site->flow == NULL || caller->call == NULL ||
		    !find_base(now, &base))
			return NULL;
		parameter = md_scope_parameter(md_flow_scope(site->flow), base);
		if (parameter < 0 || (guint)parameter >= caller->call->arguments->len)
			return NULL;
		next = substitute(now, base,
				  g_ptr_array_index(caller->call->arguments, (guint)parameter));
		g_free(now);
		now = next;
		if (strlen(now) > EXPRESSION_MAX)
			return NULL;
	}
	return g_steal_pointer(&now);
}

void md_sites_name_parameter(const GArray *sites, guint site, int parameter,
			     struct md_lock_name *name)
{
	*name = (struct md_lock_name){ .parameter = parameter };
	for (; site + 1 < sites->len && name->name == NULL && name->parameter >= 0; site++) {
		const struct md_site *at = &g_array_index(sites, struct md_site, site);
		const struct md_site *caller = &g_array_index(sites, struct md_site, site + 1);
		const char *argument;

		if (!at->called || caller->flow == NULL || caller->call == NULL ||
		    (guint)name->parameter >= caller->call->arguments->len)
			return;
		argument = g_ptr_array_index(caller->call->arguments, (guint)name->parameter);
		md_lock_name_clear(name);
		*name = (struct md_lock_name){ .parameter = -1 };
		md_scope_name_lock(md_flow_scope(caller->flow),
				   (struct md_slice){ argument, strlen(argument) }, name);
	}
}
