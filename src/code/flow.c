/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Functions of a tree as graphs, read when they are asked for and kept.
 *
 * A name may be defined many times: for each architecture, as a stub where an option is off,
 * static in several files. Which one a caller means is told by where the caller is, without
 * reading what it includes:
 *
 *     in its own file, in a header of its folder or of one around it, in any header, then,
 *     if it is not static there, in another file; code of another architecture never
 *
 * Where nobody says whence it is called, what is not static comes first, then what is of no
 * driver.
 *
 * An empty function is taken for the stub of one that stands elsewhere.
 */
#include "code/held.h"
#include "code/internal.h"

#include <string.h>

/* Files that are opened for one name: of a name that more have, none would be the right one. */
#define MOST_FILES 12

static void flow_free(void *data)
{
	struct md_flow *flow = data;

	if (flow == NULL)
		return;
	g_free(flow->symbol);
	g_free(flow->path);
	g_free(flow->alias);
	g_free(flow->made);
	g_ptr_array_unref(flow->parameters);
	g_hash_table_unref(flow->assigned);
	md_flow_graph_free(flow->graph);
	md_scope_free(flow->scope);
	md_holding_free(flow->holding);
	g_free(flow);
}

struct md_locks *md_locks_new(struct md_source *source)
{
	struct md_locks *locks = g_new0(struct md_locks, 1);

	locks->source = source;
	locks->types = md_types_new(source);
	locks->flows = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, flow_free);
	locks->seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	locks->ways = md_ways_cache_new(locks);
	return locks;
}

void md_locks_free(struct md_locks *locks)
{
	if (locks == NULL)
		return;
	md_ways_cache_free(locks->ways);
	g_hash_table_unref(locks->seen);
	g_hash_table_unref(locks->flows);
	md_types_free(locks->types);
	g_free(locks);
}

/* -------------------------------------------------------------- parameters */

/* The name of a parameter in parts [first, end): the last word, or that of a pointer to call. */
static char *parameter_name(const GArray *parts, guint first, guint end)
{
	guint name = end;

	for (guint i = first; i < end; i++) {
		const struct md_part *part = md_part_at(parts, i);

		if (part->kind == MD_PART_WORD) {
			name = i;
		} else if (md_part_is(part, "(") && i + 1 < end &&
			   md_part_is(md_part_at(parts, i + 1), "*")) {
			guint close = MIN(part->partner, end);

			for (guint j = i + 1; j < close; j++) {
				if (md_part_at(parts, j)->kind == MD_PART_WORD)
					name = j;
			}
			break;
		} else if (strchr("([", part->character) != NULL) {
			i = MIN(part->partner, end);
		}
	}
	return name < end ? md_parts_join(parts, name, name + 1) : g_strdup("");
}

/* Those between the "(" at @open and its partner; @every: each so many of them, from @from on. */
static GPtrArray *parameters_of(const GArray *parts, guint open, guint from, guint every)
{
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	guint first = open + 1, close, number = 0;

	if (open >= parts->len)
		return names;
	close = MIN(md_part_at(parts, open)->partner, parts->len);
	for (guint i = first; i <= close && first < close; i++) {
		const struct md_part *part = i < close ? md_part_at(parts, i) : NULL;

		if (part == NULL || md_part_is(part, ",")) {
			if (number >= from && (number - from) % every == every - 1)
				g_ptr_array_add(names, parameter_name(parts, first, i));
			number++;
			first = i + 1;
		} else if (part->kind == MD_PART_OPERATOR && strchr("([{", part->character)) {
			i = MIN(part->partner, close - 1);
		}
	}
	return names;
}

/* The "(" of the parameters of @symbol before the body at @body; the body where it has none. */
static guint find_parameters(const GArray *parts, guint body, const char *symbol)
{
	guint best = body;

	for (guint i = 0; i + 1 < body; i++) {
		const struct md_part *part = md_part_at(parts, i);

		if (part->kind == MD_PART_WORD && md_part_is(part + 1, "(") &&
		    !md_word_takes_attributes(part->text)) {
			if (md_part_is(part, symbol))
				return i + 1;
			best = i + 1;
		}
		if (md_part_is(part, "("))
			i = MIN(part->partner, body);
	}
	return best;
}

static guint find_body(const GArray *parts)
{
	guint i = 0;

	while (i < parts->len && !md_part_is(md_part_at(parts, i), "{")) {
		if (md_part_is(md_part_at(parts, i), "("))
			i = md_part_at(parts, i)->partner;
		i++;
	}
	return MIN(i, parts->len);
}

/* Calls of what the function was given, or assigns, are through pointers. */
static void mark_indirect(struct md_flow *flow)
{
	g_autoptr(GHashTable) parameters = g_hash_table_new(g_str_hash, g_str_equal);

	flow->assigned = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; i < flow->parameters->len; i++)
		g_hash_table_add(parameters, g_ptr_array_index(flow->parameters, i));
	for (guint i = 0; i < flow->graph->nodes->len; i++) {
		char *kills = g_array_index(flow->graph->nodes, struct md_node, i).kills;

		if (kills != NULL)
			g_hash_table_add(flow->assigned, kills + (kills[0] == '&'));
	}
	for (guint i = 0; i < flow->graph->calls->len; i++) {
		struct md_call *call = g_ptr_array_index(flow->graph->calls, i);

		call->indirect |= g_hash_table_contains(parameters, call->callee) ||
				  g_hash_table_contains(flow->assigned, call->callee);
	}
}

static void read_function(struct md_flow *flow, const GArray *parts)
{
	guint body = find_body(parts), open = find_parameters(parts, body, flow->symbol);
	/* SYSCALL_DEFINE3(read, unsigned int, fd, ...): a name, then types and names in turn. */
	gboolean call = open > 0 && open < body &&
			memmem(md_part_at(parts, open - 1)->text.data,
			       md_part_at(parts, open - 1)->text.size, "SYSCALL",
			       strlen("SYSCALL")) != NULL;

	flow->parameters =
		parameters_of(parts, open < body ? open : parts->len, call ? 1 : 0, call ? 2 : 1);
	flow->graph = md_flow_graph_new(
		parts, MIN(body + 1, parts->len),
		body < parts->len ? MIN(md_part_at(parts, body)->partner, parts->len) : parts->len,
		flow->line, FALSE);
}

/* "#" "define" NAME, then "(" without a blank where it takes arguments. */
static void read_macro(struct md_flow *flow, const GArray *parts)
{
	guint body = MIN(3, parts->len), open = parts->len;

	if (body < parts->len && md_part_is(md_part_at(parts, body), "(") &&
	    !md_part_at(parts, body)->spaced) {
		open = body;
		body = MIN(md_part_at(parts, open)->partner + 1, parts->len);
	}
	flow->parameters = parameters_of(parts, open, 0, 1);
	/* #define f g: it is g. */
	if (open == parts->len && parts->len == body + 1 &&
	    md_part_at(parts, body)->kind == MD_PART_WORD)
		flow->alias = md_parts_join(parts, body, body + 1);
	flow->graph = md_flow_graph_new(parts, body, parts->len, flow->line, TRUE);
}

static struct md_flow *read_flow(struct md_locks *locks, const struct md_file *file,
				 const struct md_definition *definition, const char *symbol)
{
	struct md_flow *flow = g_new0(struct md_flow, 1);
	g_autoptr(GArray) parts = NULL;

	flow->locks = locks;
	flow->symbol = g_strdup(symbol);
	flow->path = g_strdup(file->path);
	flow->text = md_file_slice(file, definition);
	flow->line = (guint)definition->lines.first + 1;
	flow->macro = definition->kind == MD_DEFINITION_MACRO;
	flow->vanishes = flow->macro || g_str_has_suffix(file->path, ".h") ||
			 md_file_is_static(file, definition);
	parts = md_parts_new(flow->text, flow->macro);
	if (flow->macro)
		read_macro(flow, parts);
	else
		read_function(flow, parts);
	mark_indirect(flow);
	return flow;
}

/* ----------------------------------------------------------------- look-up */

/* The flow of @symbol in @file; NULL: it has no function or macro of that name. */
static struct md_flow *flow_in(struct md_locks *locks, const struct md_file *file,
			       const char *symbol)
{
	g_autofree char *key = g_strconcat(file->path, "\n", symbol, NULL);
	g_autoptr(GPtrArray) definitions = NULL;
	const struct md_definition *definition;
	struct md_flow *flow = g_hash_table_lookup(locks->flows, key);

	if (flow != NULL || g_hash_table_contains(locks->flows, key))
		return flow;
	definitions = md_file_find_all(file, symbol);
	for (guint i = definitions->len; i-- > 0;) {
		definition = g_ptr_array_index(definitions, i);
		if (definition->kind != MD_DEFINITION_FUNCTION &&
		    definition->kind != MD_DEFINITION_MACRO)
			g_ptr_array_remove_index(definitions, i);
	}
	definition = md_locks_choose(locks, file, definitions);
	if (definition != NULL)
		flow = read_flow(locks, file, definition, symbol);
	if (flow != NULL && g_strcmp0(flow->alias, symbol) == 0)
		g_clear_pointer(&flow, flow_free);
	g_hash_table_insert(locks->flows, g_steal_pointer(&key), flow);
	return flow;
}

/* "x86" of "arch/x86/kernel/smp.c"; size 0: it is of no architecture. */
static struct md_slice machine_of(const char *path)
{
	const char *end;

	if (!g_str_has_prefix(path, "arch/"))
		return (struct md_slice){ "", 0 };
	path += strlen("arch/");
	end = strchr(path, '/');
	return (struct md_slice){ path, end != NULL ? (gsize)(end - path) : strlen(path) };
}

/* How many folders two paths share from the top. */
static guint shared_folders(const char *a, const char *b)
{
	guint folders = 0;

	for (; *a != '\0' && *a == *b; a++, b++)
		folders += *a == '/';
	return folders;
}

/* How near a definition at @path is to a caller at @from; 0: it cannot be meant. */
static guint nearness(const char *path, const char *from)
{
	struct md_slice machine = machine_of(path), own = machine_of(from);
	gboolean header = g_str_has_suffix(path, ".h");
	guint near = 100;

	if (!md_path_is_code(path) || g_str_has_prefix(path, "tools/") ||
	    g_str_has_prefix(path, "samples/") || g_str_has_prefix(path, "scripts/"))
		return 0;
	if (machine.size > 0 && own.size > 0 && !md_slice_equal(machine, own))
		return 0;
	/* Of several machines that of most hosts. */
	if (machine.size > 0 && own.size == 0)
		near -= md_slice_equal(machine, MD_SLICE_LITERAL("x86")) ? 10 : 40;
	near += header ? 30 : 0;
	/* A stack says no more than a name: what all machines run is likelier than one driver. */
	near += *from == '\0' && md_kernel_part_of(path, NULL) == MD_KERNEL_CORE ? 20 : 0;
	near += 5 * MIN(shared_folders(path, from), 5);
	/* What asm-generic/ has, an architecture may have too, and better. */
	near -= strstr(path, "asm-generic/") != NULL ? 15 : 0;
	return near;
}

struct candidate {
	const char *path;
	guint near;
};

static int compare_candidates(const void *a, const void *b)
{
	const struct candidate *left = a, *right = b;

	if (left->near != right->near)
		return left->near < right->near ? 1 : -1;
	return strcmp(left->path, right->path);
}

static gboolean is_stub(const struct md_flow *flow)
{
	return flow->graph->calls->len == 0 && flow->alias == NULL;
}

/* The likeliest of all definitions, none of which is in the file at @from; @headers: in these. */
static struct md_flow *flow_elsewhere(struct md_locks *locks, const char *symbol, const char *from,
				      gboolean headers)
{
	g_autoptr(GArray) hits = g_array_new(FALSE, FALSE, sizeof(struct md_hit));
	g_autoptr(GArray) candidates = g_array_new(FALSE, FALSE, sizeof(struct candidate));
	struct md_flow *local = NULL, *stub = NULL;
	const char *last = NULL;

	md_source_find_name(locks->source, symbol, hits);
	for (guint i = 0; i < hits->len; i++) {
		const char *path = g_array_index(hits, struct md_hit, i).path;
		struct candidate candidate = { path, nearness(path, from) };

		if (candidate.near > 0 && g_strcmp0(path, last) != 0 &&
		    (!headers || g_str_has_suffix(path, ".h")))
			g_array_append_val(candidates, candidate);
		last = path;
	}
	g_array_sort(candidates, compare_candidates);
	for (guint i = 0; i < MIN(candidates->len, MOST_FILES); i++) {
		const char *path = g_array_index(candidates, struct candidate, i).path;
		const struct md_file *file = md_source_file(locks->source, path);
		struct md_flow *flow = file != NULL ? flow_in(locks, file, symbol) : NULL;

		/*
		 * What is static in another file is not meant; where nobody says whence, another
		 * that is not static comes first.
		 */
		if (flow == NULL)
			continue;
		if (flow->vanishes && !g_str_has_suffix(path, ".h")) {
			if (*from == '\0' && local == NULL)
				local = flow;
			continue;
		}
		if (!is_stub(flow))
			return flow;
		stub = stub != NULL ? stub : flow;
	}
	return local != NULL ? local : stub;
}

/* What guard(name)() calls, as we name it: class_name. */
static struct md_flow *guard_flow(struct md_locks *locks, const char *symbol)
{
	g_autofree char *key = g_strconcat("guard\n", symbol, NULL);
	g_autoptr(GArray) parts = NULL;
	struct md_flow *flow;
	const char *path;
	char *made;
	gsize line;

	if (!g_str_has_prefix(symbol, "class_"))
		return NULL;
	flow = g_hash_table_lookup(locks->flows, key);
	made = flow == NULL ? md_guard_find(locks, symbol + strlen("class_"), &path, &line) : NULL;
	if (made == NULL)
		return flow;
	flow = g_new0(struct md_flow, 1);
	flow->locks = locks;
	flow->symbol = g_strdup(symbol);
	flow->path = g_strdup(path);
	flow->made = made;
	flow->text = md_slice_from_string(made);
	flow->line = (guint)line + 1;
	flow->macro = flow->vanishes = TRUE;
	parts = md_parts_new(flow->text, TRUE);
	read_macro(flow, parts);
	mark_indirect(flow);
	g_hash_table_insert(locks->flows, g_steal_pointer(&key), flow);
	return flow;
}

/* #define f g, and g again: aliases are followed so far. */
#define MOST_ALIASES 4

static struct md_flow *find_flow(struct md_locks *locks, const char *symbol, const char *from,
				 gboolean inlined)
{
	g_autofree char *key = g_strconcat(inlined ? "inline " : "", from, "\n", symbol, NULL);
	struct md_flow *flow = NULL;
	void *found;

	if (g_hash_table_lookup_extended(locks->seen, key, NULL, &found))
		return found;
	for (guint i = 0; i < MOST_ALIASES && symbol != NULL; i++) {
		const struct md_file *file =
			*from != '\0' ? md_source_file(locks->source, from) : NULL;

		flow = file != NULL ? flow_in(locks, file, symbol) : NULL;
		if (flow == NULL)
			flow = flow_elsewhere(locks, symbol, from, inlined);
		if (flow == NULL)
			flow = guard_flow(locks, symbol);
		symbol = flow != NULL ? flow->alias : NULL;
	}
	if (flow != NULL && flow->alias != NULL)
		flow = NULL;
	g_hash_table_insert(locks->seen, g_steal_pointer(&key), flow);
	return flow;
}

struct md_flow *md_flow_find(struct md_locks *locks, const char *symbol, const char *path)
{
	return find_flow(locks, symbol, path != NULL ? path : "", FALSE);
}

struct md_flow *md_flow_find_inline(struct md_locks *locks, const char *symbol, const char *path)
{
	return find_flow(locks, symbol, path, TRUE);
}

const char *md_flow_symbol(const struct md_flow *flow)
{
	return flow->symbol;
}

const char *md_flow_path(const struct md_flow *flow)
{
	return flow->path;
}

guint md_flow_line(const struct md_flow *flow)
{
	return flow->line;
}

gboolean md_flow_may_vanish(const struct md_flow *flow)
{
	return flow->vanishes;
}

const GPtrArray *md_flow_calls(const struct md_flow *flow)
{
	return flow->graph->calls;
}

struct md_scope *md_flow_scope(struct md_flow *flow)
{
	if (flow->scope == NULL)
		flow->scope = md_scope_new(flow->locks->types, flow->path, flow->text);
	return flow->scope;
}
