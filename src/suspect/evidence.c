/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a crash has to do with: the functions of its stack, what these use, what
 * their nearest callees use, and the words of its assertion and of the machine.
 *
 * Each name is taken once, from where it is nearest the fault. What is one step of use
 * away counts half; so with each call fewer names are near, and two steps are enough.
 * Of what did not change only the functions of the stack are kept: there is nothing to say of
 * the rest.
 */
#include "suspect/evidence.h"

#include <string.h>

#include "suspect/ground.h"
#include "suspect/internal.h"

/* A function that is called is less likely to be at fault than the one that died. */
#define EACH_USE 0.5
/* A type is used by many, and few uses mind what became of it. */
#define OF_TYPE 0.5
/* What everybody includes would fail everywhere. */
#define OF_SHARED 0.5
/* What reports, allocates, locks for everybody is not what its caller died of. */
#define OF_BYSTANDER 0.2
/* A new constant is a name for a number; what is done with it is elsewhere. */
#define OF_NEW_CONSTANT 0.25
/* What functions further out use is not looked at; nor what callees of these use. */
#define LEAST_FOR_USES 0.05
#define LEAST_FOR_CALLEES 0.5
#define SHORTEST_NAME 3
/* A bound on work; real crashes have some hundred. */
#define MOST_INTERESTS 5000

static void interest_clear(void *data)
{
	struct md_interest *interest = data;

	g_free(interest->name);
	g_free(interest->path);
	g_free(interest->old_path);
}

static void body_clear(void *data)
{
	struct md_body *body = data;

	for (enum md_side side = 0; side < MD_SIDES; side++) {
		if (body->text[side] == NULL)
			continue;
		g_string_free(body->text[side], TRUE);
		g_array_unref(body->uses[side]);
	}
}

static void add_frames(struct md_evidence *evidence)
{
	const GPtrArray *frames = evidence->report->frames;

	for (guint i = 0; i < frames->len; i++) {
		struct md_interest interest = {
			.role = MD_ROLE_FRAME,
			.name = md_frame_source_name(g_ptr_array_index(frames, i)),
			.frame = i,
			.weight = md_frame_nearness(evidence->report, i),
		};

		if (interest.name != NULL)
			g_array_append_val(evidence->interests, interest);
	}
}

void md_evidence_init(struct md_evidence *evidence, const struct md_report *report)
{
	evidence->report = report;
	evidence->interests = g_array_new(FALSE, TRUE, sizeof(struct md_interest));
	g_array_set_clear_func(evidence->interests, interest_clear);
	evidence->bodies = g_array_new(FALSE, TRUE, sizeof(struct md_body));
	g_array_set_clear_func(evidence->bodies, body_clear);
	g_array_set_size(evidence->bodies, report->frames->len);
	evidence->links = g_array_new(FALSE, TRUE, sizeof(struct md_link));
	add_frames(evidence);
}

void md_evidence_clear(struct md_evidence *evidence)
{
	g_clear_pointer(&evidence->interests, g_array_unref);
	g_clear_pointer(&evidence->bodies, g_array_unref);
	g_clear_pointer(&evidence->links, g_array_unref);
}

/* ----------------------------------------------------------------- bodies */

static void body_set(struct md_body *body, enum md_side side, const struct md_file *file,
		     const char *name)
{
	g_autoptr(GString) text = file ? md_file_text_of(file, name) : NULL;

	if (text == NULL || text->len == 0)
		return;
	body->uses[side] = md_code_uses((struct md_slice){ text->str, text->len });
	body->text[side] = g_steal_pointer(&text);
}

static void body_find(struct md_body *body, struct md_ground *ground,
		      const struct md_interest *interest)
{
	if (interest->path != NULL)
		body_set(body, MD_NEW,
			 md_source_file(ground->source[ground->newest], interest->path),
			 interest->name);
	if (interest->old_path != NULL)
		body_set(body, MD_OLD,
			 md_source_file(ground->source[ground->oldest], interest->old_path),
			 interest->name);
}

/* ------------------------------------------------------------------- uses */

/* A name that is used, from where it is nearest the fault. */
struct used {
	const char *path; /* of what uses it; not owned */
	gsize frame;
	guint distance;
	double weight;
	enum md_role role;
	gboolean old; /* only what was there before uses it */
};

struct gathering {
	struct md_evidence *evidence;
	struct md_ground *ground;
	GHashTable *known;  /* set of the names that are interests */
	GHashTable *used;   /* name to struct used, of this step */
	GPtrArray *callees; /* of the next step: struct callee */
};

/* A function whose own uses are looked at. */
struct callee {
	char *name, *path;
	gsize frame;
	double weight;
};

static void callee_free(void *data)
{
	struct callee *callee = data;

	g_free(callee->name);
	g_free(callee->path);
	g_free(callee);
}

static void note(struct gathering *gathering, const struct md_use *use, const struct used *from)
{
	g_autofree char *name = g_strndup(use->name.data, use->name.size);
	struct used *known = g_hash_table_lookup(gathering->used, name);

	/* Names so short are of local variables. */
	if (use->role == MD_USE_NAME && use->name.size < SHORTEST_NAME)
		return;
	/* What a member is called is found in its type, what is configured in no source. */
	if (use->role == MD_USE_MEMBER || g_str_has_prefix(name, "CONFIG_") ||
	    g_hash_table_contains(gathering->known, name))
		return;
	if (known != NULL && known->weight >= from->weight) {
		known->old &= from->old;
		return;
	}
	if (known == NULL && g_hash_table_size(gathering->used) > MOST_INTERESTS)
		return;
	known = g_memdup2(from, sizeof(*from));
	known->role = use->role == MD_USE_CALL	 ? MD_ROLE_CALL
		      : use->role == MD_USE_TYPE ? MD_ROLE_TYPE
						 : MD_ROLE_NAME;
	g_hash_table_replace(gathering->used, g_steal_pointer(&name), known);
}

static void note_all(struct gathering *gathering, const GArray *uses, const struct used *from)
{
	for (guint i = 0; uses != NULL && i < uses->len; i++)
		note(gathering, &g_array_index(uses, struct md_use, i), from);
}

static const char *interest_path(const struct md_interest *interest)
{
	return interest->path ? interest->path : interest->old_path;
}

static gboolean is_bystander(const char *name)
{
	return md_symbol_is_bystander(name) || strstr(name, "print") != NULL;
}

static double weigh(const struct used *used, const struct md_interest *interest)
{
	enum md_definition_kind kind = interest->kind;
	double weight = used->weight * EACH_USE;

	if (strstr(interest_path(interest), "include/") != NULL)
		weight *= OF_SHARED;
	if (is_bystander(interest->name))
		weight *= OF_BYSTANDER;
	if (kind == MD_DEFINITION_STRUCT || kind == MD_DEFINITION_UNION ||
	    kind == MD_DEFINITION_ENUM)
		return weight * OF_TYPE;
	if (kind == MD_DEFINITION_MACRO && interest->change == MD_CHANGE_NEW &&
	    interest->lines[MD_NEW].end - interest->lines[MD_NEW].first == 1)
		return weight * OF_NEW_CONSTANT;
	return weight;
}

static void add_interest(struct gathering *gathering, const char *name, const struct used *used,
			 const char *path, const char *old_path)
{
	GArray *interests = gathering->evidence->interests;
	struct md_interest interest = {
		.role = used->role,
		.name = g_strdup(name),
		.path = g_strdup(path),
		.old_path = g_strdup(old_path),
		.frame = used->frame,
		.distance = used->distance,
	};

	g_array_append_val(interests, interest);
	g_hash_table_add(gathering->known, g_strdup(name));
}

static void add_callee(struct gathering *gathering, const char *name, const struct used *used,
		       const char *path)
{
	struct callee *callee;

	if (used->role != MD_ROLE_CALL || used->weight < LEAST_FOR_CALLEES || used->distance > 1)
		return;
	callee = g_new0(struct callee, 1);
	callee->name = g_strdup(name);
	callee->path = g_strdup(path);
	callee->frame = used->frame;
	callee->weight = used->weight * EACH_USE;
	g_ptr_array_add(gathering->callees, callee);
}

/* Makes interests of the names that were noted and that changed, or may have. */
static void resolve(struct gathering *gathering)
{
	struct md_ground *ground = gathering->ground;
	g_autoptr(GHashTable) names = md_names_new(), gone = md_names_new();
	GHashTableIter iter;
	void *name, *value;

	g_hash_table_iter_init(&iter, gathering->used);
	while (g_hash_table_iter_next(&iter, &name, NULL))
		md_names_add(names, name);
	md_source_find(ground->source[ground->newest], names);
	g_hash_table_iter_init(&iter, gathering->used);
	while (g_hash_table_iter_next(&iter, &name, &value)) {
		const struct used *used = value;
		const GArray *hits = g_hash_table_lookup(names, name);
		const struct md_hit *hit = md_hits_visible(hits, used->path);

		if (hit != NULL)
			add_callee(gathering, name, used, hit->path);
		if (hit != NULL && g_hash_table_contains(ground->changed, hit->path))
			add_interest(gathering, name, used, hit->path, NULL);
		else if (hits->len == 0 && used->old)
			md_names_add(gone, name);
	}
	md_source_find(ground->source[ground->oldest], gone);
	g_hash_table_iter_init(&iter, gone);
	while (g_hash_table_iter_next(&iter, &name, &value)) {
		const struct used *used = g_hash_table_lookup(gathering->used, name);
		const struct md_hit *hit = md_hits_visible(value, used->path);

		if (hit != NULL)
			add_interest(gathering, name, used, NULL, hit->path);
	}
}

static gboolean is_same_folder(const char *path, const char *other)
{
	const char *slash = strrchr(path, '/');
	gsize folder = slash ? (gsize)(slash - path) + 1 : 0;

	return strncmp(path, other, folder) == 0 && strchr(other + folder, '/') == NULL;
}

/*
 * Whether @interest cannot be what was used: static in another file, or a variable of
 * far away, whose name is more likely that of a local one.
 */
static gboolean is_hidden(struct md_ground *ground, const struct md_interest *interest,
			  const struct used *used)
{
	const char *path = interest_path(interest);
	enum md_version version = interest->path ? ground->newest : ground->oldest;
	const struct md_file *file;
	const struct md_definition *found;

	if (strcmp(path, used->path) == 0 || g_str_has_suffix(path, ".h"))
		return FALSE;
	if (used->role == MD_ROLE_NAME && !is_same_folder(path, used->path))
		return TRUE;
	file = md_source_file(ground->source[version], path);
	found = file ? md_file_find(file, interest->name) : NULL;
	return found == NULL || md_file_is_static(file, found) ||
	       found->kind == MD_DEFINITION_MACRO;
}

/* Compares the new interests; those that turn out unchanged, or no definitions, go. */
static gboolean settle(struct gathering *gathering, guint first, GError **error)
{
	GArray *interests = gathering->evidence->interests;

	if (!md_changes_find(gathering->ground, interests, first, error))
		return FALSE;
	for (guint i = interests->len; i-- > first;) {
		struct md_interest *interest = &g_array_index(interests, struct md_interest, i);
		const struct used *used = g_hash_table_lookup(gathering->used, interest->name);

		interest->weight = weigh(used, interest);
		if (interest->change == MD_CHANGE_NONE ||
		    is_hidden(gathering->ground, interest, used))
			g_array_remove_index(interests, i);
	}
	return TRUE;
}

static gboolean resolve_step(struct gathering *gathering, GError **error)
{
	guint first = gathering->evidence->interests->len;

	resolve(gathering);
	if (!settle(gathering, first, error))
		return FALSE;
	g_hash_table_remove_all(gathering->used);
	return TRUE;
}

/* What the functions of the stack use. */
static void note_frames(struct gathering *gathering)
{
	const struct md_evidence *evidence = gathering->evidence;

	for (guint i = 0; i < evidence->interests->len; i++) {
		const struct md_interest *interest =
			&g_array_index(evidence->interests, struct md_interest, i);
		const struct md_body *body =
			&g_array_index(evidence->bodies, struct md_body, interest->frame);
		struct used from = { interest->path, interest->frame, 1, interest->weight };

		if (interest->role != MD_ROLE_FRAME || interest->weight < LEAST_FOR_USES ||
		    interest->path == NULL)
			continue;
		note_all(gathering, body->uses[MD_NEW], &from);
		from.old = TRUE;
		note_all(gathering, body->uses[MD_OLD], &from);
	}
}

/* ---------------------------------------------------------------- callees */

static gboolean read_callees(struct gathering *gathering, const GPtrArray *callees, GError **error)
{
	g_autoptr(GHashTable) paths = md_path_set_new();
	struct md_ground *ground = gathering->ground;

	for (guint i = 0; i < callees->len; i++) {
		const struct callee *callee = g_ptr_array_index(callees, i);

		g_hash_table_add(paths, g_strdup(callee->path));
	}
	return md_source_read(ground->source[ground->newest], paths, error);
}

/* What the nearest callees use, which were found on the way. */
static gboolean note_callees(struct gathering *gathering, const GPtrArray *callees, GError **error)
{
	struct md_ground *ground = gathering->ground;

	if (!read_callees(gathering, callees, error))
		return FALSE;
	for (guint i = 0; i < callees->len; i++) {
		const struct callee *callee = g_ptr_array_index(callees, i);
		const struct md_file *file =
			md_source_file(ground->source[ground->newest], callee->path);
		const struct md_definition *found = file ? md_file_find(file, callee->name) : NULL;
		struct used from = { callee->path, callee->frame, 2, callee->weight };
		g_autoptr(GArray) uses = NULL;

		if (found == NULL || found->kind != MD_DEFINITION_FUNCTION)
			continue;
		uses = md_code_uses(md_file_slice(file, found));
		note_all(gathering, uses, &from);
	}
	return TRUE;
}

/* ------------------------------------------------------------------ words */

static void add_word(struct gathering *gathering, enum md_role role, const char *word, gsize size)
{
	struct md_evidence *evidence = gathering->evidence;
	struct md_interest interest = {
		.role = role,
		.name = g_strndup(word, size),
		.frame = evidence->report->frames->len,
		.weight = 1,
	};

	g_array_append_val(evidence->interests, interest);
}

static void add_words(struct gathering *gathering)
{
	const struct md_report *report = gathering->evidence->report;

	if (report->assertion != NULL) {
		g_autoptr(GArray) uses = md_code_uses(md_slice_from_string(report->assertion));

		for (guint i = 0; i < uses->len; i++) {
			struct md_slice name = g_array_index(uses, struct md_use, i).name;

			add_word(gathering, MD_ROLE_ASSERTED, name.data, name.size);
		}
	}
	for (guint i = 0; i < report->meanings->len; i++) {
		const struct md_meaning *meaning =
			&g_array_index(report->meanings, struct md_meaning, i);

		for (guint j = 0; meaning->words != NULL && meaning->words[j] != NULL; j++)
			add_word(gathering, MD_ROLE_MEANT, meaning->words[j],
				 strlen(meaning->words[j]));
	}
}

/* -------------------------------------------------------------------- all */

static gboolean gather(struct gathering *gathering, GError **error)
{
	g_autoptr(GPtrArray) callees = NULL;

	for (guint i = 0; i < gathering->evidence->interests->len; i++)
		g_hash_table_add(gathering->known,
				 g_strdup(g_array_index(gathering->evidence->interests,
							struct md_interest, i)
						  .name));
	note_frames(gathering);
	if (!resolve_step(gathering, error))
		return FALSE;
	callees = g_steal_pointer(&gathering->callees);
	gathering->callees = g_ptr_array_new_with_free_func(callee_free);
	if (!note_callees(gathering, callees, error) || !resolve_step(gathering, error))
		return FALSE;
	add_words(gathering);
	return TRUE;
}

static void find_bodies(struct md_evidence *evidence, struct md_ground *ground)
{
	for (guint i = 0; i < evidence->interests->len; i++) {
		const struct md_interest *interest =
			&g_array_index(evidence->interests, struct md_interest, i);

		body_find(&g_array_index(evidence->bodies, struct md_body, interest->frame), ground,
			  interest);
	}
}

static void place_interests(struct md_evidence *evidence, const GArray *placed)
{
	for (guint i = 0; i < evidence->interests->len; i++) {
		struct md_interest *interest =
			&g_array_index(evidence->interests, struct md_interest, i);
		const struct md_placed *place =
			&g_array_index(placed, struct md_placed, interest->frame);

		if (place->file != NULL)
			interest->path = g_strdup(place->file->path);
	}
}

gboolean md_evidence_gather(struct md_evidence *evidence, struct md_ground *ground,
			    const GArray *placed, GError **error)
{
	g_autoptr(GHashTable) known = md_path_set_new();
	g_autoptr(GHashTable) used = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	struct gathering gathering = { evidence, ground, known, used,
				       g_ptr_array_new_with_free_func(callee_free) };
	gboolean done;

	place_interests(evidence, placed);
	if (!md_changes_find(ground, evidence->interests, 0, error)) {
		g_ptr_array_unref(gathering.callees);
		return FALSE;
	}
	find_bodies(evidence, ground);
	done = !md_ground_is_compared(ground) ||
	       (md_links_find(evidence, ground, error) && gather(&gathering, error));
	g_ptr_array_unref(gathering.callees);
	return done;
}
