/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What changed near a crash, ranked.
 *
 * Each reason to suspect a definition has a weight: how likely it would make it the cause if
 * it were all that is known, times how near the fault it is. Reasons add up as
 * independent ones do: what remains to doubt is the product of what each leaves, and the
 * score is 1 less that. So many weak reasons never outdo certainty, and no scale has to
 * be fitted.
 */
#include <string.h>

#include "suspect/ground.h"
#include "suspect/internal.h"

enum reason {
	REASON_NEW,
	REASON_MODIFIED,
	REASON_REMOVED,
	REASON_FAULT,
	REASON_LINE,
	REASON_CALLS,
	REASON_CALLED,
	REASON_BETWEEN,
	REASON_MEMBER,
	REASON_ASSERTED,
	REASON_MEANT,
	REASONS,
};

/* docs/algorithms/suspects.md has this table, too. */
static const double weights[REASONS] = {
	/* Code that was not there before cannot have failed before. */
	[REASON_NEW] = 0.5,
	/* Code that was there ran before, in some other way. */
	[REASON_MODIFIED] = 0.35,
	/* What used it does without: seldom a crash by itself. */
	[REASON_REMOVED] = 0.25,
	/* It died in it: nothing further out had to go wrong. */
	[REASON_FAULT] = 0.4,
	/* The log names the line, and it is one of those that changed. */
	[REASON_LINE] = 0.4,
	/* The stack came here by a call that was not made before. */
	[REASON_CALLS] = 0.4,
	/* The same, of what was called: it may be innocent of being called. */
	[REASON_CALLED] = 0.2,
	/* It has no frame of its own, but nothing else leads from one frame to the next. */
	[REASON_BETWEEN] = 0.15,
	/* A type changed where code near the fault looks. */
	[REASON_MEMBER] = 0.2,
	/* What was asserted depends on lines that changed. */
	[REASON_ASSERTED] = 0.3,
	/* What the machine reports is what the changed lines deal with. */
	[REASON_MEANT] = 0.3,
};

/* What nobody should be sent to look at. */
#define LEAST_SCORE 0.05
/* Below that no change explains the crash. */
#define LEAST_EXPLANATION 0.1
#define MOST_SUSPECTS 20
/* See suspect_call(). */
#define LEAST_OF_CALL 0.5
/* Functions to name for a revert, and how near the first their score must be. */
#define MOST_REVERTED 3
#define NEAR_THE_FIRST 0.5

/* A reason found, for the order of the sentences. */
struct why {
	double weight;
	char *text; /* NULL: another sentence has it */
};

struct suspicion {
	const struct md_interest *interest;
	struct md_suspect *suspect;
	double doubt;	 /* what remains to doubt that it is it */
	GArray *why;	 /* of struct why */
	gboolean calls;	 /* a call of it that is new was counted */
	gboolean hooked; /* called on the stack by what was there before, and did not */
};

struct ranking {
	struct md_suspects *suspects;
	const struct md_evidence *evidence;
	struct md_ground *ground;
	struct md_workspace *workspace;
	GHashTable *by_name; /* name and path to struct suspicion */
	GPtrArray *all;	     /* of struct suspicion */
};

static void why_clear(void *data)
{
	struct why *why = data;

	g_free(why->text);
}

static void suspicion_free(void *data)
{
	struct suspicion *suspicion = data;

	g_array_unref(suspicion->why);
	md_suspect_free(suspicion->suspect);
	g_free(suspicion);
}

static void give(struct suspicion *suspicion, enum reason reason, double nearness, char *text)
{
	struct why why = { weights[reason] * nearness, text };

	suspicion->doubt *= 1 - why.weight;
	if (text != NULL)
		g_array_append_val(suspicion->why, why);
}

/* ------------------------------------------------------------ the sentences */

/* The steps from the function to look at, for a reader. */
static char *say_frame(const struct md_report *report, gsize frame)
{
	const struct md_frame *one = g_ptr_array_index(report->frames, frame);
	gsize look = report->look < report->frames->len ? report->look : 0, steps;
	const struct md_frame *first = g_ptr_array_index(report->frames, look);

	if (g_strcmp0(one->stack, first->stack) != 0)
		return g_strdup_printf("on the stack \"%s\"", one->stack ? one->stack : "task");
	if (frame < look)
		return g_strdup("called at the fault");
	steps = md_frame_steps(report, look, frame);
	if (steps == 0)
		return g_strdup("and the fault is in it");
	return g_strdup_printf("%" G_GSIZE_FORMAT " frame%s above the fault", steps,
			       steps == 1 ? "" : "s");
}

/* The function of a frame; NULL: it has none. */
static const struct md_interest *function_of(const struct md_evidence *evidence, gsize frame)
{
	for (guint i = 0; i < evidence->interests->len; i++) {
		const struct md_interest *interest =
			&g_array_index(evidence->interests, struct md_interest, i);

		if (interest->role == MD_ROLE_FRAME && interest->frame == frame)
			return interest;
	}
	return NULL;
}

static char *say_where(const struct ranking *ranking, const struct md_interest *interest)
{
	const struct md_report *report = ranking->evidence->report;
	const char *user = function_of(ranking->evidence, interest->frame)->name;
	g_autofree char *frame = say_frame(report, interest->frame);
	gboolean fault = interest->frame == report->look;

	if (interest->role == MD_ROLE_FRAME)
		return g_steal_pointer(&frame);
	if (interest->role == MD_ROLE_BETWEEN)
		return g_strdup_printf("on the way out of %s, %s", user,
				       fault ? "in which the fault is" : frame);
	return g_strdup_printf("%s by %s%s, %s", interest->role == MD_ROLE_CALL ? "called" : "used",
			       interest->distance > 1 ? "what is called by " : "", user,
			       fault ? "in which the fault is" : frame);
}

static char *say_change(const struct ranking *ranking, const struct md_interest *interest)
{
	g_autofree char *where = say_where(ranking, interest);
	const char *hand = md_hand_name(interest->hand);

	if (interest->hand == MD_HAND_BOTH)
		hand = "upstream and downstream";
	if (interest->change == MD_CHANGE_NEW)
		return g_strdup_printf("new in %s, %s",
				       md_tree_name(ranking->ground->tree[ranking->ground->newest]),
				       where);
	/* Without a downstream nobody told whose the trees are. */
	if (ranking->ground->newest == MD_NEW_BASE)
		return g_strdup_printf("%s, %s", md_change_name(interest->change), where);
	return g_strdup_printf("%s by %s, %s", md_change_name(interest->change), hand, where);
}

/* ------------------------------------------------------------------ reasons */

static enum reason reason_of_change(enum md_change change)
{
	return change == MD_CHANGE_NEW	      ? REASON_NEW
	       : change == MD_CHANGE_MODIFIED ? REASON_MODIFIED
					      : REASON_REMOVED;
}

static gboolean is_type(const struct md_interest *interest)
{
	return interest->kind == MD_DEFINITION_STRUCT || interest->kind == MD_DEFINITION_UNION ||
	       interest->kind == MD_DEFINITION_ENUM;
}

/* The log names a line of a file: whether it lies in what was changed of @interest. */
static gboolean has_line(const struct md_report *report, const struct md_interest *interest,
			 const struct md_columns *columns)
{
	struct md_walk walk = { 0 };
	gsize first = interest->lines[MD_NEW].first;

	if (report->line == 0 || report->path == NULL || interest->path == NULL ||
	    !g_str_has_suffix(interest->path, report->path))
		return FALSE;
	while (walk.column < columns->count) {
		gboolean here = first + walk.position[MD_NEW_DOWNSTREAM] + 1 == report->line;

		if (here && md_mark_shown(columns->mark[walk.column]) == '+')
			return TRUE;
		md_walk_next(&walk, columns);
	}
	return FALSE;
}

/* The first word of @role that the changed lines have; NULL: none. */
static const char *changed_word(const struct md_evidence *evidence, enum md_role role,
				const struct md_columns *columns)
{
	for (guint i = evidence->interests->len; i-- > 0;) {
		const struct md_interest *interest =
			&g_array_index(evidence->interests, struct md_interest, i);

		/* They stand at the end. */
		if (interest->role != MD_ROLE_ASSERTED && interest->role != MD_ROLE_MEANT)
			break;
		if (interest->role == role &&
		    md_changed_lines_have(columns, md_slice_from_string(interest->name)))
			return interest->name;
	}
	return NULL;
}

/* The meaning that has @word; its text. */
static const char *meaning_of(const struct md_report *report, const char *word)
{
	for (guint i = 0; i < report->meanings->len; i++) {
		const struct md_meaning *meaning =
			&g_array_index(report->meanings, struct md_meaning, i);

		for (guint j = 0; meaning->words != NULL && meaning->words[j] != NULL; j++) {
			if (strcmp(meaning->words[j], word) == 0)
				return meaning->text;
		}
	}
	return word;
}

static void give_words(struct ranking *ranking, struct suspicion *suspicion,
		       const struct md_interest *interest, const struct md_columns *columns)
{
	const struct md_report *report = ranking->evidence->report;
	const char *asserted = changed_word(ranking->evidence, MD_ROLE_ASSERTED, columns);
	const char *meant = changed_word(ranking->evidence, MD_ROLE_MEANT, columns);

	if (asserted != NULL)
		give(suspicion, REASON_ASSERTED, interest->weight,
		     g_strdup_printf("its changed lines have %s, of which the assertion is",
				     asserted));
	if (meant != NULL)
		give(suspicion, REASON_MEANT, interest->weight,
		     g_strdup_printf("its changed lines have %s: %s", meant,
				     meaning_of(report, meant)));
	if (has_line(report, interest, columns))
		give(suspicion, REASON_LINE, 1,
		     g_strdup_printf("line %u, which the log names, was changed", report->line));
}

/* A member that a function of the stack uses and that changed in its type; NULL: none. */
static char *changed_member(const struct md_evidence *evidence, const struct md_interest *interest,
			    const struct md_columns *columns)
{
	const struct md_body *body =
		&g_array_index(evidence->bodies, struct md_body, interest->frame);
	const GArray *uses = body->uses[MD_NEW];

	for (guint i = 0; uses != NULL && i < uses->len; i++) {
		const struct md_use *use = &g_array_index(uses, struct md_use, i);

		if (use->role == MD_USE_MEMBER && md_changed_lines_have(columns, use->name))
			return g_strndup(use->name.data, use->name.size);
	}
	return NULL;
}

static struct suspicion *suspicion_of(struct ranking *ranking, const struct md_interest *interest)
{
	const char *path = interest->path ? interest->path : interest->old_path;
	g_autofree char *key = g_strdup_printf("%s %s", interest->name, path ? path : "");
	struct suspicion *suspicion = g_hash_table_lookup(ranking->by_name, key);

	if (suspicion != NULL)
		return suspicion;
	suspicion = g_new0(struct suspicion, 1);
	suspicion->interest = interest;
	suspicion->doubt = 1;
	suspicion->why = g_array_new(FALSE, TRUE, sizeof(struct why));
	g_array_set_clear_func(suspicion->why, why_clear);
	suspicion->suspect = md_suspect_new();
	g_hash_table_insert(ranking->by_name, g_steal_pointer(&key), suspicion);
	g_ptr_array_add(ranking->all, suspicion);
	return suspicion;
}

/* What is known of a definition that changed, by itself. */
static void suspect_interest(struct ranking *ranking, const struct md_interest *interest)
{
	struct suspicion *suspicion;
	struct md_columns columns;
	g_autofree char *member = NULL;

	md_changed_lines_find(ranking->ground, interest, ranking->workspace, &columns);
	if (is_type(interest))
		member = changed_member(ranking->evidence, interest, &columns);
	/* A type by itself does nothing. */
	if (is_type(interest) && member == NULL)
		return;
	suspicion = suspicion_of(ranking, interest);
	/* Met before, nearer the fault: a function that calls itself. */
	if (suspicion->interest != interest)
		return;
	give(suspicion, reason_of_change(interest->change), interest->weight,
	     say_change(ranking, interest));
	if (interest->role == MD_ROLE_FRAME && interest->frame == ranking->evidence->report->look)
		give(suspicion, REASON_FAULT, 1, NULL);
	if (interest->role == MD_ROLE_BETWEEN)
		give(suspicion, REASON_BETWEEN, interest->weight, NULL);
	if (member != NULL)
		give(suspicion, REASON_MEMBER, interest->weight,
		     g_strdup_printf("%s, a member that is used there, changed", member));
	give_words(ranking, suspicion, interest, &columns);
	md_changed_lines_show(&columns, interest, suspicion->suspect);
}

/* ------------------------------------------------------------------- calls */

/*
 * A call on the stack that was not made before. However far out it is, this stack could not
 * have been without it: that counts half at the least.
 */
static void suspect_call(struct ranking *ranking, const struct md_link *link)
{
	const GArray *interests = ranking->evidence->interests;
	const struct md_interest *caller =
		&g_array_index(interests, struct md_interest, link->caller);
	const struct md_interest *callee =
		&g_array_index(interests, struct md_interest, link->callee);
	struct suspicion *suspicion = suspicion_of(ranking, caller);
	double nearness = MAX(callee->weight, LEAST_OF_CALL);
	gboolean made = caller->change == MD_CHANGE_NEW;

	/* A log may have the two more than once. */
	if (suspicion->interest != caller || suspicion->calls)
		return;
	suspicion->calls = TRUE;
	/* Of new code it is not surprising what it calls. */
	if (!made)
		give(suspicion, REASON_CALLS, nearness,
		     g_strdup_printf("calls %s, which %s", callee->name,
				     callee->change == MD_CHANGE_NEW ? "is new"
								     : "it did not before"));
	if (callee->change == MD_CHANGE_NONE)
		return;
	suspicion = suspicion_of(ranking, callee);
	suspicion->hooked |= !made;
	give(suspicion, REASON_CALLED, nearness,
	     g_strdup_printf("called by %s, which %s", caller->name,
			     made ? "is new" : "did not call it before"));
}

/* ---------------------------------------------------------------- one tree */

/*
 * Folders of what serves everybody: a fault there is most often what a caller did. The
 * same idea as that of the function to look at, for files.
 */
static const char *const generic[] = {
	"mm/",
	"lib/",
	"include/",
	"arch/",
	"kernel/locking/",
	"kernel/rcu/",
	"kernel/sched/",
	"kernel/time/",
	"kernel/irq/",
	"kernel/entry/",
	"kernel/printk",
	"kernel/panic.c",
	"kernel/softirq",
	"kernel/workqueue",
	"kernel/kthread",
	"kernel/fork.c",
	"kernel/kcov.c",
	"kernel/hung",
	"kernel/watchdog",
	"net/core/skbuff.c",
	"net/socket.c",
	"net/core/sock",
	"fs/read_write",
	"fs/ioctl.c",
	"security/",
};
#define OF_GENERIC 0.3

static gboolean is_generic(const char *path)
{
	for (guint i = 0; i < G_N_ELEMENTS(generic); i++) {
		if (g_str_has_prefix(path, generic[i]))
			return TRUE;
	}
	return FALSE;
}

/* The frame of @interest where the log names its file, which the tree may not have; or NULL. */
static const struct md_frame *said_frame(const struct ranking *ranking,
					 const struct md_interest *interest)
{
	const struct md_frame *frame =
		g_ptr_array_index(ranking->evidence->report->frames, interest->frame);

	return frame->path != NULL && strchr(frame->path, '/') != NULL ? frame : NULL;
}

static void suspect_frame(struct ranking *ranking, const struct md_interest *interest)
{
	const struct md_frame *said = said_frame(ranking, interest);
	struct suspicion *suspicion;
	struct why why = { 1, NULL };
	gboolean shared;

	if (interest->path == NULL && said == NULL)
		return;
	suspicion = suspicion_of(ranking, interest);
	if (suspicion->interest != interest)
		return;
	shared = is_generic(interest->path ? interest->path : said->path) ||
		 md_symbol_is_bystander(interest->name);
	suspicion->doubt = 1 - interest->weight * (shared ? OF_GENERIC : 1);
	why.text = interest->frame == ranking->evidence->report->look
			   ? g_strdup("the fault is in it")
			   : say_frame(ranking->evidence->report, interest->frame);
	if (interest->path == NULL) {
		suspicion->suspect->path = g_strdup(said->path);
		suspicion->suspect->line = said->line;
	}
	g_array_append_val(suspicion->why, why);
}

/* ------------------------------------------------------------------ result */

static int compare_whys(const void *a, const void *b)
{
	const struct why *left = a, *right = b;

	return (left->weight < right->weight) - (left->weight > right->weight);
}

static int compare_suspicions(const void *a, const void *b)
{
	const struct suspicion *left = *(const struct suspicion *const *)a;
	const struct suspicion *right = *(const struct suspicion *const *)b;

	if (left->doubt != right->doubt)
		return left->doubt < right->doubt ? -1 : 1;
	if (left->interest->frame != right->interest->frame)
		return left->interest->frame < right->interest->frame ? -1 : 1;
	return strcmp(left->interest->name, right->interest->name);
}

/* Hands the suspect of @suspicion to the result. */
static void finish(struct ranking *ranking, struct suspicion *suspicion)
{
	const struct md_interest *interest = suspicion->interest;
	struct md_suspect *suspect = g_steal_pointer(&suspicion->suspect);
	enum md_side side = interest->path ? MD_NEW : MD_OLD;

	suspect->symbol = g_strdup(interest->name);
	if (suspect->path == NULL) {
		suspect->path = g_strdup(interest->path ? interest->path : interest->old_path);
		suspect->line = (guint)interest->lines[side].first + 1;
	}
	suspect->change = interest->change;
	suspect->hand = interest->hand;
	suspect->score = 1 - suspicion->doubt;
	suspect->frame = interest->role == MD_ROLE_FRAME ? interest->frame
							 : ranking->evidence->report->frames->len;
	g_array_sort(suspicion->why, compare_whys);
	for (guint i = 0; i < suspicion->why->len; i++) {
		struct why *why = &g_array_index(suspicion->why, struct why, i);

		g_ptr_array_add(suspect->why, g_steal_pointer(&why->text));
	}
	g_ptr_array_add(ranking->suspects->suspects, suspect);
}

/* Whether another file that may differ has a definition of the name of @interest as well. */
static gboolean is_shared_name(const struct ranking *ranking, const struct md_interest *interest)
{
	const struct md_ground *ground = ranking->ground;
	const char *path = interest->path ? interest->path : interest->old_path;
	g_autoptr(GHashTable) names = md_names_new();
	const GArray *hits = md_names_add(names, interest->name);

	md_source_find(ground->source[ground->newest], names);
	md_source_find(ground->source[ground->oldest], names);
	for (guint i = 0; i < hits->len; i++) {
		const char *other = g_array_index(hits, struct md_hit, i).path;

		/* The stub in a header belongs to the function, and where it was is no other. */
		if (strcmp(other, path) != 0 && g_strcmp0(other, interest->old_path) != 0 &&
		    g_str_has_suffix(other, ".h") == g_str_has_suffix(path, ".h") &&
		    g_hash_table_contains(ground->changed, other))
			return TRUE;
	}
	return FALSE;
}

static void name_for_revert(struct ranking *ranking, const struct md_interest *interest)
{
	struct md_suspects *suspects = ranking->suspects;
	const char *path = interest->path ? interest->path : interest->old_path;

	g_ptr_array_add(suspects->revert, is_shared_name(ranking, interest)
						  ? g_strdup_printf("%s:%s", path, interest->name)
						  : g_strdup(interest->name));
	suspects->revert_hands |= interest->hand;
}

static void name_new_ones(struct ranking *ranking, gboolean hooked)
{
	const struct suspicion *first = g_ptr_array_index(ranking->all, 0);

	for (guint i = 0; i < ranking->suspects->suspects->len; i++) {
		const struct suspicion *suspicion = g_ptr_array_index(ranking->all, i);
		const struct md_interest *interest = suspicion->interest;

		if (interest->change == MD_CHANGE_NEW && suspicion->hooked >= hooked &&
		    (hooked || interest->role == MD_ROLE_FRAME) &&
		    1 - suspicion->doubt >= (1 - first->doubt) * NEAR_THE_FIRST &&
		    ranking->suspects->revert->len < MOST_REVERTED)
			name_for_revert(ranking, interest);
	}
}

/* Whether @suspicion is of a function of the stack, or compiled into one, that was there before. */
static gboolean is_modified_frame(const struct suspicion *suspicion)
{
	const struct md_interest *interest = suspicion->interest;

	return interest->change == MD_CHANGE_MODIFIED &&
	       (interest->role == MD_ROLE_FRAME || interest->role == MD_ROLE_BETWEEN);
}

/*
 * What a revert should name: the first suspect, and the new functions that old ones now call
 * on this stack, for what these call in turn is reached no more. A function that was
 * there is left to what it calls now: its call goes with that. Where nothing is named so, all
 * new ones of the stack, or else the first suspect after all.
 */
static void choose_reverts(struct ranking *ranking)
{
	struct md_suspects *suspects = ranking->suspects;
	const struct suspicion *first;

	if (suspects->unexplained || suspects->suspects->len == 0)
		return;
	first = g_ptr_array_index(ranking->all, 0);
	if (is_modified_frame(first) && !first->calls)
		name_for_revert(ranking, first->interest);
	name_new_ones(ranking, TRUE);
	if (suspects->revert->len == 0)
		name_new_ones(ranking, FALSE);
	if (suspects->revert->len == 0 && is_modified_frame(first))
		name_for_revert(ranking, first->interest);
}

static void rank_all(struct ranking *ranking)
{
	struct md_suspects *suspects = ranking->suspects;

	g_ptr_array_sort(ranking->all, compare_suspicions);
	for (guint i = 0; i < ranking->all->len && i < MOST_SUSPECTS; i++) {
		struct suspicion *suspicion = g_ptr_array_index(ranking->all, i);

		if (1 - suspicion->doubt >= LEAST_SCORE || !suspects->compared)
			finish(ranking, suspicion);
	}
	if (!suspects->compared)
		return;
	suspects->unexplained =
		suspects->suspects->len == 0 ||
		((struct md_suspect *)g_ptr_array_index(suspects->suspects, 0))->score <
			LEAST_EXPLANATION;
	choose_reverts(ranking);
}

void md_suspects_rank(struct md_suspects *suspects, const struct md_evidence *evidence,
		      struct md_ground *ground)
{
	MD_AUTOPTR(md_workspace) workspace = md_workspace_new();
	g_autoptr(GHashTable) by_name =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(suspicion_free);
	struct ranking ranking = { suspects, evidence, ground, workspace, by_name, all };

	for (guint i = 0; i < evidence->interests->len; i++) {
		const struct md_interest *interest =
			&g_array_index(evidence->interests, struct md_interest, i);

		if (!suspects->compared)
			suspect_frame(&ranking, interest);
		else if (interest->change != MD_CHANGE_NONE)
			suspect_interest(&ranking, interest);
	}
	for (guint i = 0; i < evidence->links->len; i++) {
		const struct md_link *link = &g_array_index(evidence->links, struct md_link, i);

		if (link->fresh)
			suspect_call(&ranking, link);
	}
	rank_all(&ranking);
}
