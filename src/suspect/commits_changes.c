/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a commit did to code.
 *
 * Model: the two versions of each file are cut down to what lies between their common
 * beginning and end, and compared by lines without the blanks around them, so that code
 * that was only indented anew is not changed. A changed line counts
 * where it has a word outside of comments. Lines that went at one place of
 * the commit and came at another, in this file or that, were moved: they
 * are counted apart, for moving code is not what breaks it, most of the time.
 * Names are counted by definition, so that a call which moved to another function is new there.
 * Cost: reading both versions, a pass of the lexer, a two-way diff of what lies between.
 */
#include "suspect/commits.h"

#include <string.h>

/*
 * Lines that a commit changed in one file, and in all, beyond which it is an import: nobody
 * reads it line by line, and a two-way diff of two different files of that size is slow.
 */
#define MOST_LINES 20000

/* Longer names are not looked up: the kernel's are below 64 bytes. */
#define MOST_NAME 128

/* A changed line of code. */
struct line {
	guint number; /* equal lines of the commit have one */
	guint touched;
	enum md_side side;
	guint first_word, words; /* in the array of the commit */
};

struct reader {
	struct md_commit_changes *changes;
	struct md_workspace *workspace;
	const struct md_change_query *query;
	GHashTable *numbers; /* struct md_slice to its number plus one */
	GPtrArray *contents; /* of GBytes, where these are */
	GArray *lines;	     /* of struct line */
	GArray *used;	     /* of guint: words that matter, in order of the lines */
};

/* One side of a file: lines [first, end) are those that may differ. */
struct side {
	struct md_slice text;
	gsize first; /* number of the first line of @middle */
	gsize at;    /* of its first byte in @text */
	struct md_slice middle;
	GArray *line;	/* of struct md_slice */
	GArray *number; /* of guint32 */
	guint8 *changed;
	struct md_outline *outline;
};

static struct md_slice strip(struct md_slice line)
{
	while (line.size > 0 && g_ascii_isspace(line.data[0])) {
		line.data++;
		line.size--;
	}
	while (line.size > 0 && g_ascii_isspace(line.data[line.size - 1]))
		line.size--;
	return line;
}

static guint slice_hash(gconstpointer slice)
{
	const struct md_slice *text = slice;

	/* Nothing is decided by it: the worst that chosen collisions do is to be slow. */
	return md_line_hash(*text, 0);
}

static gboolean slice_same(gconstpointer a, gconstpointer b)
{
	return md_slice_equal(*(const struct md_slice *)a, *(const struct md_slice *)b);
}

static void touched_free(void *data)
{
	struct md_touched *touched = data;

	g_free(touched->name);
	g_array_unref(touched->words);
	g_free(touched);
}

/* ------------------------------------------------------------------- files */

/* The folders below arch/ that code for a machine is in. */
static const struct {
	enum md_machine machine;
	const char *name;
} folders[] = {
	{ MD_MACHINE_X86_64, "x86" },  { MD_MACHINE_X86, "x86" },
	{ MD_MACHINE_ARM64, "arm64" }, { MD_MACHINE_ARM64, "arm" }, /* Xen has both there */
	{ MD_MACHINE_ARM, "arm" },     { MD_MACHINE_POWERPC, "powerpc" },
	{ MD_MACHINE_POWERPC, "ppc" }, { MD_MACHINE_RISCV, "riscv" },
	{ MD_MACHINE_S390, "s390" },   { MD_MACHINE_MIPS, "mips" },
};

/* The folder of the architecture that @path is of; empty: none. */
static struct md_slice folder_of(const char *path)
{
	static const char *const before[] = { "arch/", "include/asm-" };

	for (guint i = 0; i < G_N_ELEMENTS(before); i++) {
		const char *at = strstr(path, before[i]);
		gsize size;

		if (at == NULL || (at > path && at[-1] != '/'))
			continue;
		at += strlen(before[i]);
		size = strcspn(at, "/");
		if (at[size] == '/' && strncmp(at, "generic/", strlen("generic/")) != 0)
			return (struct md_slice){ at, size };
	}
	return (struct md_slice){ "", 0 };
}

/* Programs, documents and the like are in the repository, but not in the kernel. */
static gboolean is_beside(const char *path)
{
	static const char *const beside[] = { "tools/",	  "Documentation/", "docs/",  "scripts/",
					      "samples/", "stubdom/",	    "extras/" };

	for (guint i = 0; i < G_N_ELEMENTS(beside); i++) {
		if (g_str_has_prefix(path, beside[i]))
			return TRUE;
	}
	return FALSE;
}

/* Whether code of this path can have run where it crashed. */
static gboolean runs(enum md_machine machine, const char *path)
{
	struct md_slice folder = folder_of(path);

	if (is_beside(path))
		return FALSE;
	if (folder.size == 0 || machine == MD_MACHINE_UNKNOWN)
		return TRUE;
	for (guint i = 0; i < G_N_ELEMENTS(folders); i++) {
		if (folders[i].machine == machine && md_slice_is(folder, folders[i].name))
			return TRUE;
	}
	return FALSE;
}

/* -------------------------------------------------------------- two versions */

/* Whether a line begins @tail bytes before the end of @text, or where @first says that one does. */
static gboolean is_border(struct md_slice text, gsize tail, gsize first)
{
	gsize at = text.size - tail;

	return at == first || text.data[at - 1] == '\n';
}

/* Cuts the common beginning and end off both, at borders of lines. */
static void trim(struct side side[MD_SIDES])
{
	struct md_slice old = side[MD_OLD].text, new = side[MD_NEW].text;
	gsize least = MIN(old.size, new.size), same = 0, line = 0, lines = 0, tail = 0;

	while (same < least && old.data[same] == new.data[same]) {
		same++;
		if (old.data[same - 1] == '\n') {
			line = same;
			lines++;
		}
	}
	while (tail < least - line &&
	       old.data[old.size - 1 - tail] == new.data[new.size - 1 - tail])
		tail++;
	while (tail > 0 && !(is_border(old, tail, line) && is_border(new, tail, line)))
		tail--;
	for (enum md_side i = MD_OLD; i < MD_SIDES; i++) {
		side[i].at = line;
		side[i].first = lines;
		side[i].middle = side[i].text;
		if (side[i].text.size > 0)
			side[i].middle = (struct md_slice){ side[i].text.data + line,
							    side[i].text.size - line - tail };
	}
}

static guint number_of(struct reader *reader, struct md_slice line)
{
	guint number = GPOINTER_TO_UINT(g_hash_table_lookup(reader->numbers, &line));

	if (number == 0) {
		number = g_hash_table_size(reader->numbers) + 1;
		g_hash_table_insert(reader->numbers, g_memdup2(&line, sizeof(line)),
				    GUINT_TO_POINTER(number));
	}
	return number - 1;
}

static gboolean split(struct reader *reader, struct side *side)
{
	struct md_slice rest = side->middle, line;

	side->line = g_array_new(FALSE, FALSE, sizeof(struct md_slice));
	side->number = g_array_new(FALSE, FALSE, sizeof(guint32));
	while (md_slice_next_line(&rest, &line)) {
		struct md_slice bare = strip(line);
		guint32 number = number_of(reader, bare);

		g_array_append_val(side->line, bare);
		g_array_append_val(side->number, number);
	}
	side->changed = g_malloc0(side->line->len + 1);
	return side->line->len <= MOST_LINES;
}

static void side_clear(struct side *side)
{
	g_clear_pointer(&side->line, g_array_unref);
	g_clear_pointer(&side->number, g_array_unref);
	g_clear_pointer(&side->changed, g_free);
	g_clear_pointer(&side->outline, md_outline_free);
}

/* ------------------------------------------------------------ changed lines */

/* Where a line of a file belongs to. */
struct place {
	struct reader *reader;
	const struct md_commit_file *file;
	guint first; /* of the definitions of this file in changes->touched */
	struct side *side;
	enum md_side which;
	gsize last; /* the line that was noted last, plus one */
};

static guint touch(struct place *place, const struct md_definition *definition)
{
	const char *name = definition != NULL ? definition->name : NULL;
	GPtrArray *all = place->reader->changes->touched;
	struct md_touched *touched;

	for (guint i = all->len; i-- > place->first;) {
		touched = g_ptr_array_index(all, i);
		if (g_strcmp0(touched->name, name) == 0) {
			touched->is[place->which] = TRUE;
			return i;
		}
	}
	touched = g_new0(struct md_touched, 1);
	touched->file = place->file;
	touched->name = g_strdup(name);
	touched->is[place->which] = TRUE;
	touched->words = g_array_new(FALSE, FALSE, sizeof(struct md_word_change));
	g_ptr_array_add(all, touched);
	return all->len - 1;
}

static gboolean is_of_name(char c)
{
	return g_ascii_isalnum(c) || c == '_';
}

static void see_word(void *data, struct md_slice word, gsize line)
{
	struct place *place = data;
	struct reader *reader = place->reader;
	const struct side *side = place->side;
	char name[MOST_NAME];
	guint number;

	if (line < side->first || line - side->first >= side->line->len ||
	    !side->changed[line - side->first])
		return;
	if (place->last != line + 1) {
		struct line noted = {
			.number = g_array_index(side->number, guint32, line - side->first),
			.touched = touch(place, md_outline_find(side->outline, line, line + 1)),
			.side = place->which,
			.first_word = reader->used->len,
		};

		g_array_append_val(reader->lines, noted);
		place->last = line + 1;
	}
	if (word.size >= sizeof(name))
		return;
	memcpy(name, word.data, word.size);
	name[word.size] = '\0';
	number = GPOINTER_TO_UINT(g_hash_table_lookup(reader->query->words, name));
	if (number == 0)
		return;
	number--;
	g_array_append_val(reader->used, number);
	g_array_index(reader->lines, struct line, reader->lines->len - 1).words++;
}

/* The changed lines of one side that have a word outside of comments. */
static void read_side(struct place *place, const char *path)
{
	struct side *side = place->side;
	gsize end = side->at + side->middle.size;

	if (side->text.data == NULL || memchr(side->changed, 1, side->line->len) == NULL)
		return;
	side->outline = md_outline_new(path, side->text);
	place->last = 0;
	md_words_each((struct md_slice){ side->text.data, end }, see_word, place);
}

/* Whether a definition of that name is in the file at all, for those touched on one side. */
static void find_other_sides(struct place *place, struct side side[MD_SIDES])
{
	GPtrArray *all = place->reader->changes->touched;

	for (enum md_side i = MD_OLD; i < MD_SIDES; i++) {
		const GArray *definitions = NULL;

		for (guint j = place->first; j < all->len; j++) {
			struct md_touched *touched = g_ptr_array_index(all, j);

			if (touched->is[i] || touched->name == NULL || side[i].text.data == NULL ||
			    !g_hash_table_contains(place->reader->query->names, touched->name))
				continue;
			if (side[i].outline == NULL)
				side[i].outline =
					md_outline_new(place->file->path[i], side[i].text);
			if (definitions == NULL)
				definitions = md_outline_definitions(side[i].outline);
			for (guint k = 0; k < definitions->len && !touched->is[i]; k++)
				touched->is[i] = g_strcmp0(g_array_index(definitions,
									 struct md_definition, k)
								   .name,
							   touched->name) == 0;
		}
	}
}

/* Whether the changed lines of @side have a word that matters, in a comment or not. */
static gboolean has_word(const struct reader *reader, const struct side *side)
{
	char name[MOST_NAME];

	for (guint i = 0; i < side->line->len; i++) {
		struct md_slice line = g_array_index(side->line, struct md_slice, i);

		if (!side->changed[i])
			continue;
		for (gsize at = 0, end; at < line.size; at = end + 1) {
			for (end = at; end < line.size && is_of_name(line.data[end]);)
				end++;
			if (end == at || end - at >= sizeof(name))
				continue;
			memcpy(name, line.data + at, end - at);
			name[end - at] = '\0';
			if (g_hash_table_contains(reader->query->words, name))
				return TRUE;
		}
	}
	return FALSE;
}

/* A file without anything that matters: its lines are noted, for others may have come from it. */
static void pass_side(struct place *place)
{
	struct side *side = place->side;

	for (guint i = 0; i < side->line->len; i++) {
		struct line noted = {
			.number = g_array_index(side->number, guint32, i),
			.side = place->which,
		};

		if (!side->changed[i] ||
		    !md_line_is_telling(g_array_index(side->line, struct md_slice, i)))
			continue;
		noted.touched = touch(place, NULL);
		g_array_append_val(place->reader->lines, noted);
	}
}

static gboolean is_known(const struct reader *reader, const struct md_commit_file *file)
{
	for (enum md_side i = MD_OLD; i < MD_SIDES; i++) {
		if (file->path[i] != NULL &&
		    g_hash_table_contains(reader->query->places, file->path[i]))
			return TRUE;
	}
	return FALSE;
}

static void read_file(struct reader *reader, const struct md_commits *commits,
		      const struct md_commit_file *file)
{
	struct side side[MD_SIDES] = { { .at = 0 } };
	struct place place = { .reader = reader, .file = file };
	gboolean usable = TRUE, matters;

	place.first = reader->changes->touched->len;
	for (enum md_side i = MD_OLD; i < MD_SIDES; i++) {
		GBytes *content = md_commits_content(commits, file, i);

		if (content == NULL && file->path[i] != NULL)
			return;
		side[i].text = md_slice_from_bytes(content);
		if (content != NULL)
			g_ptr_array_add(reader->contents, content);
	}
	trim(side);
	for (enum md_side i = MD_OLD; i < MD_SIDES; i++)
		usable &= split(reader, &side[i]);
	if (usable)
		md_twoway(reader->workspace, (const guint32 *)side[MD_OLD].number->data,
			  side[MD_OLD].line->len, (const guint32 *)side[MD_NEW].number->data,
			  side[MD_NEW].line->len, g_hash_table_size(reader->numbers),
			  side[MD_OLD].changed, side[MD_NEW].changed);
	matters = usable && (is_known(reader, file) || has_word(reader, &side[MD_OLD]) ||
			     has_word(reader, &side[MD_NEW]));
	for (enum md_side i = MD_OLD; i < MD_SIDES && usable; i++) {
		place.side = &side[i];
		place.which = i;
		if (matters)
			read_side(&place, file->path[i]);
		else
			pass_side(&place);
	}
	if (matters)
		find_other_sides(&place, side);
	side_clear(&side[MD_OLD]);
	side_clear(&side[MD_NEW]);
}

/* ------------------------------------------------------------- all together */

static void count_words(struct reader *reader, struct md_touched *touched, const struct line *line)
{
	for (guint i = 0; i < line->words; i++) {
		struct md_word_change change = {
			.word = g_array_index(reader->used, guint, line->first_word + i),
			.more = line->side == MD_NEW ? 1 : -1,
		};
		guint at = 0;

		while (at < touched->words->len &&
		       g_array_index(touched->words, struct md_word_change, at).word != change.word)
			at++;
		if (at < touched->words->len)
			g_array_index(touched->words, struct md_word_change, at).more +=
				change.more;
		else
			g_array_append_val(touched->words, change);
	}
}

/* Tells what moved from what came and went, and counts both where they belong. */
static void settle(struct reader *reader)
{
	gsize numbers = g_hash_table_size(reader->numbers);
	g_autofree guint *counts = g_new0(guint, 2 * (numbers + 1));
	guint *count[MD_SIDES] = { counts, counts + numbers + 1 };

	for (guint i = 0; i < reader->lines->len; i++) {
		const struct line *line = &g_array_index(reader->lines, struct line, i);

		count[line->side][line->number]++;
	}
	for (gsize i = 0; i < numbers; i++)
		count[MD_OLD][i] = count[MD_NEW][i] = MIN(count[MD_OLD][i], count[MD_NEW][i]);
	for (guint i = 0; i < reader->lines->len; i++) {
		const struct line *line = &g_array_index(reader->lines, struct line, i);
		struct md_touched *touched =
			g_ptr_array_index(reader->changes->touched, line->touched);

		count_words(reader, touched, line);
		if (count[line->side][line->number] > 0) {
			count[line->side][line->number]--;
			touched->moved++;
			continue;
		}
		touched->lines[line->side]++;
	}
}

void md_commit_changes_init(struct md_commit_changes *changes, struct md_workspace *workspace,
			    const struct md_commits *commits, const struct md_commit_text *text,
			    const struct md_change_query *query)
{
	struct reader reader = { .changes = changes, .workspace = workspace, .query = query };

	*changes = (struct md_commit_changes){
		.touched = g_ptr_array_new_with_free_func(touched_free),
	};
	reader.contents = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	reader.numbers = g_hash_table_new_full(slice_hash, slice_same, g_free, NULL);
	reader.lines = g_array_new(FALSE, FALSE, sizeof(struct line));
	reader.used = g_array_new(FALSE, FALSE, sizeof(guint));
	for (guint i = 0; i < text->files->len; i++) {
		const struct md_commit_file *file =
			&g_array_index(text->files, struct md_commit_file, i);
		const char *path = file->path[file->path[MD_NEW] ? MD_NEW : MD_OLD];

		if (md_path_is_code(path) && reader.lines->len < MOST_LINES &&
		    runs(query->machine, path))
			read_file(&reader, commits, file);
	}
	settle(&reader);
	g_hash_table_unref(reader.numbers);
	g_ptr_array_unref(reader.contents);
	g_array_unref(reader.lines);
	g_array_unref(reader.used);
}

void md_commit_changes_clear(struct md_commit_changes *changes)
{
	g_ptr_array_unref(changes->touched);
}

gint md_commit_changes_net(const struct md_commit_changes *changes, guint word)
{
	gint net = 0;

	for (guint i = 0; i < changes->touched->len; i++) {
		const struct md_touched *touched = g_ptr_array_index(changes->touched, i);

		for (guint j = 0; j < touched->words->len; j++) {
			const struct md_word_change *change =
				&g_array_index(touched->words, struct md_word_change, j);

			net += change->word == word ? change->more : 0;
		}
	}
	return net;
}
