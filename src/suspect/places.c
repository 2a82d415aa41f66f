/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames to their definitions.
 *
 * Model: a name has several definitions in a kernel (stubs for what is configured away, static
 * functions of drivers, other machines). Each candidate has a score of its own, from what
 * the log says of the frame, and each pair of neighbours on a stack one for how
 * likely the one calls the other: in one file most of all. The row of candidates with
 * the highest sum is taken (Viterbi), so that a function with one definition only decides for
 * its neighbours. The scores are a scale of what outweighs what, no measurements.
 *
 * Cost: frames times the square of the candidates, both bounded.
 */
#include "suspect/ground.h"

#include <string.h>

/* Frames that are looked for: what lies further out says nothing of a fault. */
#define MOST_FRAMES 96
/* Definitions of one name that are looked at: the best by their paths. */
#define MOST_CANDIDATES 16

/* What the log says itself outweighs all else ... */
#define SCORE_SAID 100
/* ... then that it is a function at all, the module, and who calls whom. */
#define SCORE_FUNCTION 40
#define SCORE_MODULE 30
#define SCORE_MODULE_WORD 5
#define SCORE_SAME_FILE 10
#define SCORE_SAME_FOLDER 5
#define SCORE_MOST_ALIKE 4 /* less than what would make it another file */
#define SCORE_CALLS 8
#define SCORE_OTHER_MACHINE -60 /* than most of the stack is of */
#define SCORE_OTHER_CALLED -20	/* a static function of another file is not what is called */
/* Headers have stubs; what starts the machine and what runs in user space crash otherwise. */
#define SCORE_HEADER -6
#define SCORE_APART -15
#define SCORE_DRIVER -3 /* of which the log names no module */

struct candidate {
	const struct md_file *file;
	const struct md_definition *definition;
	int score;	/* its own */
	int sum;	/* of the best row that ends in it */
	int before;	/* the candidate of that row one frame inside; -1: none */
	gboolean local; /* static, and in no header */
	GArray *uses;	/* as md_code_uses() has them */
};

struct search {
	struct md_ground *ground;
	GArray *placed;	       /* of struct md_placed */
	GPtrArray *candidates; /* one a frame: GArray of struct candidate */
};

/* ------------------------------------------------------------- own scores */

/* Whether @path ends in all of @said, whole components of it. */
static gboolean is_said(const char *path, const char *said)
{
	gsize size = strlen(path), end = strlen(said);

	if (end > size || strcmp(path + size - end, said) != 0)
		return FALSE;
	return end == size || said[0] == '/' || path[size - end - 1] == '/';
}

/* "head.o" and "x86_64/entry.o" are made of what is called so but for the suffix. */
static gboolean matches_said(const char *path, const char *said)
{
	gsize size = strlen(said), stem;
	g_autofree char *object = NULL;

	if (!g_str_has_suffix(said, ".o"))
		return is_said(path, said);
	stem = strlen(path);
	while (stem > 0 && path[stem - 1] != '.')
		stem--;
	object = g_strdup_printf("%.*so", (int)stem, path);
	return size > 2 && is_said(object, said);
}

static char *with_underscores(const char *text)
{
	return g_strdelimit(g_strdup(text), "-", '_');
}

/* How much of a module's name stands in @path: the folders and the file are called after it. */
static int score_module(const char *path, const char *module)
{
	g_autofree char *wanted = with_underscores(module), *plain = with_underscores(path);
	g_auto(GStrv) part = g_strsplit_set(plain, "/.", -1);
	g_auto(GStrv) word = g_strsplit(wanted, "_", -1);
	int score = 0;

	for (guint i = 0; part[i] != NULL; i++) {
		if (strcmp(part[i], wanted) == 0)
			return SCORE_MODULE;
	}
	for (guint i = 0; word[i] != NULL; i++)
		score += strlen(word[i]) > 2 && strstr(plain, word[i]) ? SCORE_MODULE_WORD : 0;
	return MIN(score, SCORE_MODULE - 1);
}

static gboolean is_header(const char *path)
{
	return g_str_has_suffix(path, ".h");
}

/* Xen has folders for both widths of a machine below the machine's own; words have digits. */
static gboolean is_too_narrow(const struct md_report *report, const struct md_frame *frame,
			      const char *path)
{
	if (strstr(path, "/arm32/") == NULL && strstr(path, "/x86_32/") == NULL)
		return FALSE;
	return frame->address.digits > 8 || report->machine == MD_MACHINE_ARM64 ||
	       report->machine == MD_MACHINE_X86_64;
}

static int score_path(const struct md_report *report, gsize index, const char *path)
{
	static const char *const apart[] = { "/boot/", "/purgatory/", "/vdso", "/realmode/",
					     "/test" };
	const struct md_frame *frame = g_ptr_array_index(report->frames, index);
	int score = 0;

	if (frame->path != NULL && matches_said(path, frame->path))
		score += SCORE_SAID;
	if (index == report->look && report->path != NULL && is_said(path, report->path))
		score += SCORE_SAID;
	if (frame->module != NULL)
		score += score_module(path, frame->module);
	else if (g_str_has_prefix(path, "drivers/") || g_str_has_prefix(path, "sound/"))
		score += SCORE_DRIVER;
	if (is_header(path) && !frame->inlined)
		score += SCORE_HEADER;
	if (is_too_narrow(report, frame, path))
		score += SCORE_OTHER_MACHINE;
	for (guint i = 0; i < G_N_ELEMENTS(apart); i++)
		score += strstr(path, apart[i]) != NULL ? SCORE_APART : 0;
	return score;
}

/* ------------------------------------------------------------- candidates */

struct scored_hit {
	const char *path;
	int score;
};

static int compare_scored(const void *a, const void *b)
{
	const struct scored_hit *left = a, *right = b;

	if (left->score != right->score)
		return left->score > right->score ? -1 : 1;
	return strcmp(left->path, right->path);
}

/* The files of @hits, each once, the best by their paths. */
static GArray *best_files(const struct md_report *report, gsize index, const GArray *hits)
{
	GArray *best = g_array_new(FALSE, FALSE, sizeof(struct scored_hit));
	const char *last = NULL;

	for (guint i = 0; i < hits->len; i++) {
		const char *path = g_array_index(hits, struct md_hit, i).path;
		struct scored_hit scored = { path, score_path(report, index, path) };

		/* Hits of a file stand beside each other. */
		if (path != last)
			g_array_append_val(best, scored);
		last = path;
	}
	g_array_sort(best, compare_scored);
	if (best->len > MOST_CANDIDATES)
		g_array_set_size(best, MOST_CANDIDATES);
	return best;
}

static void add_candidate(const struct search *search, gsize index, const struct scored_hit *hit,
			  GArray *candidates)
{
	const struct md_placed *placed = &g_array_index(search->placed, struct md_placed, index);
	struct candidate candidate = { .score = hit->score, .before = -1 };
	struct md_source *source = search->ground->source[search->ground->newest];

	candidate.file = md_source_file(source, hit->path);
	if (candidate.file == NULL)
		return;
	candidate.definition = md_file_find(candidate.file, placed->name);
	if (candidate.definition == NULL)
		return;
	if (candidate.definition->kind == MD_DEFINITION_FUNCTION ||
	    candidate.definition->kind == MD_DEFINITION_SECTION)
		candidate.score += SCORE_FUNCTION;
	candidate.local =
		!is_header(hit->path) && md_file_is_static(candidate.file, candidate.definition);
	candidate.uses = md_code_uses(md_file_slice(candidate.file, candidate.definition));
	g_array_append_val(candidates, candidate);
}

static void candidate_clear(void *data)
{
	struct candidate *candidate = data;

	g_array_unref(candidate->uses);
}

/* Whether one of @candidates can be it: where there is a module, by its path. */
static gboolean has_likely(const struct md_frame *frame, const GArray *candidates)
{
	if (frame->module == NULL)
		return candidates->len > 0;
	for (guint i = 0; i < candidates->len; i++) {
		const struct candidate *candidate = &g_array_index(candidates, struct candidate, i);

		if (score_module(candidate->file->path, frame->module) > 0)
			return TRUE;
	}
	return FALSE;
}

/* Fills @search->candidates, and says in *missing whether a function was not found. */
static gboolean find_candidates(struct search *search, gboolean *missing, GError **error)
{
	const struct md_report *report = search->ground->report;
	struct md_source *source = search->ground->source[search->ground->newest];
	g_autoptr(GHashTable) names = md_names_new(), paths = md_path_set_new();
	g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);

	for (guint i = 0; i < search->placed->len; i++) {
		const char *name = g_array_index(search->placed, struct md_placed, i).name;

		if (name != NULL && i < MOST_FRAMES)
			md_names_add(names, name);
	}
	md_source_find(source, names);
	for (guint i = 0; i < search->placed->len; i++) {
		const char *name = g_array_index(search->placed, struct md_placed, i).name;
		const GArray *hits = name ? g_hash_table_lookup(names, name) : NULL;
		GArray *best = hits ? best_files(report, i, hits)
				    : g_array_new(FALSE, FALSE, sizeof(struct scored_hit));

		for (guint j = 0; j < best->len; j++)
			g_hash_table_add(paths,
					 g_strdup(g_array_index(best, struct scored_hit, j).path));
		g_ptr_array_add(files, best);
	}
	if (!md_source_read(source, paths, error))
		return FALSE;
	*missing = FALSE;
	g_ptr_array_set_size(search->candidates, 0);
	for (guint i = 0; i < files->len; i++) {
		const GArray *best = g_ptr_array_index(files, i);
		const struct md_frame *frame = g_ptr_array_index(report->frames, i);
		GArray *candidates = g_array_new(FALSE, FALSE, sizeof(struct candidate));

		g_array_set_clear_func(candidates, candidate_clear);
		for (guint j = 0; j < best->len; j++)
			add_candidate(search, i, &g_array_index(best, struct scored_hit, j),
				      candidates);
		g_ptr_array_add(search->candidates, candidates);
		*missing |= i >= report->look && i < MOST_FRAMES && frame->reliable &&
			    frame->symbol != NULL && !has_likely(frame, candidates);
	}
	return TRUE;
}

/* ------------------------------------------------------------------- rows */

/* What of the base names is the same at their starts: rcutree.c and rcutree_plugin.h. */
static int score_alike(const char *path, const char *other)
{
	int score = 0;

	while (score < SCORE_MOST_ALIKE && path[score] != '\0' && path[score] == other[score])
		score++;
	return score;
}

/* Whether one of two files of a folder is a header that the other includes by its bare name. */
static gboolean is_included(const struct md_file *one, const struct md_file *other, gsize folder)
{
	const struct md_file *header = is_header(one->path) ? one : other;
	const struct md_file *user = header == one ? other : one;
	g_autofree char *quoted = NULL;

	if (!is_header(header->path) || is_header(user->path))
		return FALSE;
	quoted = g_strdup_printf("\"%s\"", header->path + folder);
	return g_strstr_len(user->text.data, (gssize)user->text.size, quoted) != NULL;
}

static int score_pair(const struct candidate *inner, const struct candidate *outer)
{
	const char *path = inner->file->path, *other = outer->file->path;
	const char *slash = strrchr(path, '/');
	gsize folder = slash ? (gsize)(slash - path) + 1 : 0;
	gboolean called = md_uses_find(outer->uses, inner->definition->name) != NULL;
	int score = called ? SCORE_CALLS : 0;

	if (strcmp(path, other) == 0)
		return score + SCORE_SAME_FILE;
	if (inner->local && called)
		return SCORE_OTHER_CALLED;
	if (strncmp(path, other, folder) != 0 || strchr(other + folder, '/') != NULL)
		return score;
	if (is_included(inner->file, outer->file, folder))
		return score + SCORE_SAME_FILE;
	return score + SCORE_SAME_FOLDER + score_alike(path + folder, other + folder);
}

/* The sums of frame @outer, whose inner neighbour that has candidates is @inner, or NULL. */
static void join(const GArray *inner, GArray *outer, gboolean related)
{
	for (guint i = 0; i < outer->len; i++) {
		struct candidate *to = &g_array_index(outer, struct candidate, i);
		int best = 0;

		to->before = -1;
		for (guint j = 0; inner != NULL && j < inner->len; j++) {
			const struct candidate *from = &g_array_index(inner, struct candidate, j);
			int sum = from->sum + (related ? score_pair(from, to) : 0);

			if (to->before >= 0 && sum <= best)
				continue;
			best = sum;
			to->before = (int)j;
		}
		to->sum = to->score + best;
	}
}

static void take(struct search *search, guint index, int chosen)
{
	const GArray *candidates = g_ptr_array_index(search->candidates, index);
	const struct candidate *candidate =
		&g_array_index(candidates, struct candidate, (guint)chosen);
	struct md_placed *placed = &g_array_index(search->placed, struct md_placed, index);

	placed->file = candidate->file;
	placed->definition = candidate->definition;
	placed->others = candidates->len - 1;
}

static void choose_row(struct search *search)
{
	const GPtrArray *frames = search->ground->report->frames;
	g_autoptr(GArray) row = g_array_new(FALSE, FALSE, sizeof(guint));
	const GArray *last = NULL;
	int best = 0;

	for (guint i = 0; i < search->candidates->len; i++) {
		GArray *candidates = g_ptr_array_index(search->candidates, i);
		guint before = row->len > 0 ? g_array_index(row, guint, row->len - 1) : i;
		const struct md_frame *frame = g_ptr_array_index(frames, i);
		const struct md_frame *inner = g_ptr_array_index(frames, before);

		if (candidates->len == 0)
			continue;
		join(last, candidates, g_strcmp0(frame->stack, inner->stack) == 0);
		last = candidates;
		g_array_append_val(row, i);
	}
	for (guint i = 1; last != NULL && i < last->len; i++) {
		if (g_array_index(last, struct candidate, i).sum >
		    g_array_index(last, struct candidate, best).sum)
			best = (int)i;
	}
	for (guint i = row->len; i-- > 0;) {
		guint index = g_array_index(row, guint, i);
		const GArray *candidates = g_ptr_array_index(search->candidates, index);

		take(search, index, best);
		best = g_array_index(candidates, struct candidate, best).before;
	}
}

/* ---------------------------------------------------------------- machines */

/* The folder of the machine that @path is for, up to its slash; empty: for all. */
static struct md_slice machine_of(const char *path)
{
	const char *folder = strstr(path, "arch/");

	if (folder == NULL || (folder > path && folder[-1] != '/'))
		return (struct md_slice){ "", 0 };
	folder += strlen("arch/");
	return (struct md_slice){ folder, strcspn(folder, "/") };
}

static const char *path_of(const GArray *candidates, guint index)
{
	return g_array_index(candidates, struct candidate, index).file->path;
}

/* The machine that all of @candidates are for; empty: there is none. */
static struct md_slice only_machine(const GArray *candidates)
{
	struct md_slice machine = { "", 0 };

	for (guint i = 0; i < candidates->len; i++) {
		struct md_slice other = machine_of(path_of(candidates, i));

		if (i > 0 && !md_slice_equal(machine, other))
			return (struct md_slice){ "", 0 };
		machine = other;
	}
	return machine;
}

/*
 * A log may not say which machine it is from. The functions that only one machine has do;
 * what is another's is then out.
 */
static void choose_machine(struct search *search)
{
	g_autoptr(GHashTable) votes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autofree char *most = NULL;
	guint best = 0;

	for (guint i = 0; i < search->candidates->len; i++) {
		struct md_slice machine = only_machine(g_ptr_array_index(search->candidates, i));
		g_autofree char *name = g_strndup(machine.data, machine.size);
		guint count = GPOINTER_TO_UINT(g_hash_table_lookup(votes, name)) + 1;

		if (machine.size == 0)
			continue;
		if (count > best) {
			best = count;
			g_free(most);
			most = g_strdup(name);
		}
		g_hash_table_replace(votes, g_steal_pointer(&name), GUINT_TO_POINTER(count));
	}
	for (guint i = 0; most != NULL && i < search->candidates->len; i++) {
		GArray *candidates = g_ptr_array_index(search->candidates, i);

		for (guint j = 0; j < candidates->len; j++) {
			struct md_slice machine = machine_of(path_of(candidates, j));

			if (machine.size > 0 && !md_slice_is(machine, most))
				g_array_index(candidates, struct candidate, j).score +=
					SCORE_OTHER_MACHINE;
		}
	}
}

static void placed_clear(void *data)
{
	struct md_placed *placed = data;

	g_free(placed->name);
}

static void candidates_free(void *data)
{
	g_array_unref(data);
}

GArray *md_frames_place(struct md_ground *ground, GError **error)
{
	const GPtrArray *frames = ground->report->frames;
	g_autoptr(GArray) placed = g_array_new(FALSE, TRUE, sizeof(struct md_placed));
	g_autoptr(GPtrArray) candidates = g_ptr_array_new_with_free_func(candidates_free);
	struct search search = { ground, placed, candidates };
	gboolean missing;

	g_array_set_clear_func(placed, placed_clear);
	for (guint i = 0; i < frames->len; i++) {
		struct md_placed one = { md_frame_source_name(g_ptr_array_index(frames, i)) };

		g_array_append_val(placed, one);
	}
	if (!find_candidates(&search, &missing, error))
		return NULL;
	if (missing && !ground->drivers &&
	    (!md_ground_add_drivers(ground, error) || !find_candidates(&search, &missing, error)))
		return NULL;
	choose_machine(&search);
	choose_row(&search);
	return g_steal_pointer(&placed);
}

/* ---------------------------------------------------------------- visible */

/* More definitions than these, none of them near: a name that anything may be called. */
#define MOST_ELSEWHERE 4

enum {
	NEAR_ELSEWHERE, /* in another .c file */
	NEAR_HEADER,
	NEAR_FOLDER,
	NEAR_FILE,
};

static int nearness(const char *path, const char *other)
{
	const char *slash = strrchr(path, '/');

	if (strcmp(path, other) == 0)
		return NEAR_FILE;
	if (slash != NULL && strncmp(path, other, (gsize)(slash - path) + 1) == 0)
		return NEAR_FOLDER;
	return is_header(other) ? NEAR_HEADER : NEAR_ELSEWHERE;
}

static gsize common_prefix(const char *a, const char *b)
{
	gsize i = 0;

	while (a[i] != '\0' && a[i] == b[i])
		i++;
	return i;
}

const struct md_hit *md_hits_visible(const GArray *hits, const char *path)
{
	const struct md_hit *best = NULL;
	guint equal = 0;

	for (guint i = 0; i < hits->len; i++) {
		const struct md_hit *hit = &g_array_index(hits, struct md_hit, i);
		int order;

		order = best == NULL ? 1 : nearness(path, hit->path) - nearness(path, best->path);
		equal = order > 0 ? 1 : equal + (order == 0);
		if (order > 0 || (order == 0 &&
				  common_prefix(path, hit->path) > common_prefix(path, best->path)))
			best = hit;
	}
	if (best != NULL && equal > MOST_ELSEWHERE && nearness(path, best->path) < NEAR_FOLDER)
		return NULL;
	return best;
}
