/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How the stack came about: who called whom, through functions that have no frame.
 *
 * A frame's function calls the one inside it, or calls one that was compiled into it and
 * that calls it, and so on. What can be compiled in is known: static functions of the
 * same file, and those of headers. So from the outer frame these are gone through, nearest
 * first, until one calls the inner frame's function; the way there is the chain. A call in
 * a chain that was not made before is new: this very stack could not have been.
 *
 * Where the way leads through a pointer there is none to find. All pairs go step by step
 * together, so that each step looks up names once. Cost: bounded by MOST_VISITED
 * functions a pair.
 */
#include "suspect/ground.h"

#include <string.h>

/* Functions compiled into each other: more are rare. */
#define MOST_STEPS 4
#define MOST_VISITED 200

/* A function on the way, or that may be. */
struct node {
	char *name, *path;
	int parent; /* its caller among the nodes; -1: the outer frame itself */
	guint depth;
};

/* Two neighbours on a stack, and the search for the way from one to the other. */
struct gap {
	guint outer, inner; /* indexes of interests */
	GArray *nodes;	    /* of struct node, in order of depth */
	guint next;	    /* the first that was not looked into */
	int found;	    /* the node that calls the inner; -1: not yet */
	GHashTable *seen;   /* set of names, inside the nodes */
};

static void node_clear(void *data)
{
	struct node *node = data;

	g_free(node->name);
	g_free(node->path);
}

static void gap_free(void *data)
{
	struct gap *gap = data;

	g_hash_table_unref(gap->seen);
	g_array_unref(gap->nodes);
	g_free(gap);
}

static const struct md_interest *interest_at(const struct md_evidence *evidence, guint index)
{
	return &g_array_index(evidence->interests, struct md_interest, index);
}

static void add_node(struct gap *gap, const char *name, const char *path, int parent, guint depth)
{
	struct node node = { g_strdup(name), g_strdup(path), parent, depth };

	g_array_append_val(gap->nodes, node);
	g_hash_table_add(gap->seen, node.name);
}

/* The gap between frame interest @inner and the next frame outside it; NULL: there is none. */
static struct gap *gap_new(const struct md_evidence *evidence, guint inner)
{
	const GPtrArray *frames = evidence->report->frames;
	const struct md_interest *callee = interest_at(evidence, inner);
	const struct md_frame *frame = g_ptr_array_index(frames, callee->frame);

	for (guint i = inner + 1; i < evidence->interests->len && frame->reliable; i++) {
		const struct md_interest *caller = interest_at(evidence, i);
		const struct md_frame *other = g_ptr_array_index(frames, caller->frame);
		struct gap *gap;

		if (!other->reliable || g_strcmp0(other->stack, frame->stack) != 0)
			continue;
		if (caller->path == NULL || strcmp(caller->name, callee->name) == 0)
			return NULL;
		gap = g_new0(struct gap, 1);
		gap->outer = i;
		gap->inner = inner;
		gap->found = -1;
		gap->nodes = g_array_new(FALSE, TRUE, sizeof(struct node));
		g_array_set_clear_func(gap->nodes, node_clear);
		gap->seen = g_hash_table_new(g_str_hash, g_str_equal);
		add_node(gap, caller->name, caller->path, -1, 0);
		return gap;
	}
	return NULL;
}

static gboolean can_be_inlined(const char *path, const char *from)
{
	return strcmp(path, from) == 0 || g_str_has_suffix(path, ".h");
}

static GArray *uses_of(struct md_ground *ground, const struct node *node)
{
	const struct md_file *file = md_source_file(ground->source[ground->newest], node->path);
	g_autoptr(GString) text = file ? md_file_text_of(file, node->name) : g_string_new(NULL);
	GArray *uses = md_code_uses((struct md_slice){ text->str, text->len });

	/* The names outlive the text: they are copied here, and freed with the uses. */
	for (guint i = 0; i < uses->len; i++) {
		struct md_use *use = &g_array_index(uses, struct md_use, i);

		use->name.data = g_strndup(use->name.data, use->name.size);
	}
	return uses;
}

static void uses_free(void *data)
{
	GArray *uses = data;

	for (guint i = 0; i < uses->len; i++)
		g_free((char *)g_array_index(uses, struct md_use, i).name.data);
	g_array_unref(uses);
}

/* Looks into the nodes of the next depth: sets @gap->found, or notes what they call. */
static void look_into(struct md_ground *ground, const struct md_evidence *evidence, struct gap *gap,
		      guint depth, GPtrArray *uses, GHashTable *names)
{
	const char *wanted = interest_at(evidence, gap->inner)->name;

	for (guint i = gap->next; i < gap->nodes->len && gap->found < 0; i++) {
		const struct node *node = &g_array_index(gap->nodes, struct node, i);
		GArray *all = uses_of(ground, node);

		g_ptr_array_add(uses, all);
		if (md_uses_find(all, wanted) != NULL) {
			gap->found = (int)i;
			return;
		}
		for (guint j = 0; depth < MOST_STEPS && j < all->len; j++) {
			const struct md_use *use = &g_array_index(all, struct md_use, j);

			if (use->role == MD_USE_CALL &&
			    !g_hash_table_contains(gap->seen, use->name.data))
				md_names_add(names, use->name.data);
		}
	}
}

/* Adds what the nodes of this depth call to the next; @uses are theirs, from @first on. */
static void go_on(struct gap *gap, const GPtrArray *uses, guint first, GHashTable *names)
{
	guint end = gap->nodes->len;

	for (guint i = gap->next; i < end; i++) {
		const GArray *all = g_ptr_array_index(uses, first + i - gap->next);
		guint depth = g_array_index(gap->nodes, struct node, i).depth + 1;

		for (guint j = 0; j < all->len && gap->nodes->len < MOST_VISITED; j++) {
			const struct md_use *use = &g_array_index(all, struct md_use, j);
			const char *path = g_array_index(gap->nodes, struct node, i).path;
			const GArray *hits = g_hash_table_lookup(names, use->name.data);
			const struct md_hit *hit;

			if (hits == NULL || use->role != MD_USE_CALL ||
			    g_hash_table_contains(gap->seen, use->name.data))
				continue;
			hit = md_hits_visible(hits, path);
			if (hit != NULL && can_be_inlined(hit->path, path))
				add_node(gap, use->name.data, hit->path, (int)i, depth);
		}
	}
	gap->next = end;
}

/* All gaps one step further. */
static void step(struct md_ground *ground, const struct md_evidence *evidence, GPtrArray *gaps,
		 guint depth)
{
	g_autoptr(GPtrArray) uses = g_ptr_array_new_with_free_func(uses_free);
	g_autoptr(GHashTable) names = md_names_new();
	g_autofree guint *first = g_new0(guint, gaps->len);

	for (guint i = 0; i < gaps->len; i++) {
		struct gap *gap = g_ptr_array_index(gaps, i);

		first[i] = uses->len;
		if (gap->found < 0)
			look_into(ground, evidence, gap, depth, uses, names);
	}
	md_source_find(ground->source[ground->newest], names);
	for (guint i = 0; i < gaps->len; i++) {
		struct gap *gap = g_ptr_array_index(gaps, i);

		if (gap->found < 0)
			go_on(gap, uses, first[i], names);
	}
}

/* ------------------------------------------------------------------ chains */

/* The interest in @node, which is made where there is none; of a gap's first it is the outer. */
static guint interest_of(struct md_evidence *evidence, const struct gap *gap, guint index)
{
	const struct node *node = &g_array_index(gap->nodes, struct node, index);
	const struct md_interest *outer = interest_at(evidence, gap->outer);
	struct md_interest between = { .role = MD_ROLE_BETWEEN, .distance = node->depth };

	if (node->parent < 0)
		return gap->outer;
	for (guint i = 0; i < evidence->interests->len; i++) {
		const struct md_interest *known = interest_at(evidence, i);

		if (strcmp(known->name, node->name) == 0 && g_strcmp0(known->path, node->path) == 0)
			return i;
	}
	between.name = g_strdup(node->name);
	between.path = g_strdup(node->path);
	between.frame = outer->frame;
	between.weight = outer->weight;
	g_array_append_val(evidence->interests, between);
	return evidence->interests->len - 1;
}

/* Every call of the chain that @gap found, the inner first. */
static void add_links(struct md_evidence *evidence, const struct gap *gap)
{
	struct md_link link = { .callee = gap->inner };

	for (int at = gap->found; at >= 0;) {
		const struct node *node = &g_array_index(gap->nodes, struct node, (guint)at);

		link.caller = interest_of(evidence, gap, (guint)at);
		g_array_append_val(evidence->links, link);
		link.callee = link.caller;
		at = node->parent;
	}
}

/* Whether the caller did not call this before, or was not there. */
static gboolean is_fresh(struct md_ground *ground, const struct md_evidence *evidence,
			 const struct md_link *link)
{
	const struct md_interest *caller = interest_at(evidence, link->caller);
	const struct md_file *file;
	g_autoptr(GString) text = NULL;
	g_autoptr(GArray) uses = NULL;

	if (caller->change == MD_CHANGE_NEW)
		return TRUE;
	if (caller->change != MD_CHANGE_MODIFIED || caller->old_path == NULL)
		return FALSE;
	file = md_source_file(ground->source[ground->oldest], caller->old_path);
	text = file ? md_file_text_of(file, caller->name) : g_string_new(NULL);
	uses = md_code_uses((struct md_slice){ text->str, text->len });
	return text->len > 0 &&
	       md_uses_find(uses, interest_at(evidence, link->callee)->name) == NULL;
}

gboolean md_links_find(struct md_evidence *evidence, struct md_ground *ground, GError **error)
{
	g_autoptr(GPtrArray) gaps = g_ptr_array_new_with_free_func(gap_free);
	guint frames = evidence->interests->len;

	for (guint i = 0; i < frames; i++) {
		struct gap *gap = gap_new(evidence, i);

		if (gap != NULL)
			g_ptr_array_add(gaps, gap);
	}
	for (guint depth = 0; depth <= MOST_STEPS; depth++)
		step(ground, evidence, gaps, depth);
	for (guint i = 0; i < gaps->len; i++)
		add_links(evidence, g_ptr_array_index(gaps, i));
	if (!md_changes_find(ground, evidence->interests, frames, error))
		return FALSE;
	for (guint i = 0; i < evidence->links->len; i++) {
		struct md_link *link = &g_array_index(evidence->links, struct md_link, i);

		link->fresh = is_fresh(ground, evidence, link);
	}
	return TRUE;
}
