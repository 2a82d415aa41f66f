/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a name is, to code of one file of a tree.
 *
 * A name may be defined in many places: for each machine, in each driver of its own. Without
 * a preprocessor nobody says which one a file means, so the definition that is
 * nearest is taken: in the file itself, in what it includes, beside it, in
 * include/, in the code that all share, at last in drivers. A definition that another
 * .c file has for itself is none.
 *
 * Cost: a look-up of the name (md_source_find_name), then the files of the best places are read
 * until one holds what was asked for; every answer is kept.
 */
#include "code/types.h"

#include <string.h>

/* Places that are looked at for one name: of "lock" there are hundreds. */
#define MOST_PLACES 24
/* Bytes of the names that a file includes; each is looked for in them. */
#define MOST_INCLUDES 16384
#define LONGEST_INCLUDE 256
/* Typedefs of typedefs; macros that define a variable by another. */
#define DEEPEST 8

struct md_types *md_types_new(struct md_source *source)
{
	struct md_types *types = g_new0(struct md_types, 1);

	types->source = source;
	md_pool_init(&types->pool);
	types->found = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	types->includes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	return types;
}

void md_types_free(struct md_types *types)
{
	if (types == NULL)
		return;
	md_pool_clear(&types->pool);
	g_hash_table_unref(types->found);
	g_hash_table_unref(types->includes);
	g_free(types);
}

void md_type_clear(struct md_type *type)
{
	g_clear_pointer(&type->name, g_free);
}

/* ---------------------------------------------------------------- nearness */

/* What @path includes: "\nlinux/fs.h\nsched.h\n". */
static const char *includes_of(struct md_types *types, const char *path)
{
	const char *known = g_hash_table_lookup(types->includes, path);
	const struct md_file *file;
	GString *list;
	struct md_slice rest, line;

	if (known != NULL)
		return known;
	list = g_string_new("\n");
	file = md_source_file(types->source, path);
	rest = file != NULL ? file->text : (struct md_slice){ "", 0 };
	while (md_slice_next_line(&rest, &line)) {
		const char *open, *close;

		if (line.data[0] != '#' || !md_slice_is(md_word_at(line, 1), "include"))
			continue;
		open = memchr(line.data, '<', line.size);
		if (open == NULL)
			open = memchr(line.data, '"', line.size);
		if (open == NULL)
			continue;
		open++;
		for (close = open;
		     close < line.data + line.size && strchr("\">\n", *close) == NULL;)
			close++;
		if (list->len < MOST_INCLUDES && close - open < LONGEST_INCLUDE)
			g_string_append_len(list, open, close - open);
		g_string_append_c(list, '\n');
	}
	known = g_string_free(list, FALSE);
	g_hash_table_insert(types->includes, g_strdup(path), (void *)known);
	return known;
}

static gsize folder_size(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? (gsize)(slash - path) + 1 : 0;
}

/* Folders that two paths share from the top. */
static guint shared_folders(const char *a, const char *b)
{
	guint shared = 0;

	for (; *a == *b && *a != '\0'; a++, b++)
		shared += *a == '/';
	return shared;
}

/* Whether a file that includes @includes gets @path by it, as far as the name says. */
static gboolean is_included(const char *includes, const char *path)
{
	const char *name = path;

	/* <linux/fs.h> is include/linux/fs.h, and "sched.h" whatever is so called. */
	while (name != NULL) {
		g_autofree char *line = g_strdup_printf("\n%s\n", name);

		if (strstr(includes, line) != NULL)
			return TRUE;
		name = strchr(name, '/');
		name = name != NULL ? name + 1 : NULL;
	}
	return FALSE;
}

/* How far @path is from code in @own: the less, the more likely it is meant. */
static guint distance(struct md_types *types, const char *own, const char *path)
{
	gboolean header = g_str_has_suffix(path, ".h");
	guint apart = 40 - MIN(shared_folders(own, path), 8) * 4 - header;
	gsize folder = folder_size(own);

	if (strcmp(own, path) == 0)
		return 0;
	if (header && is_included(includes_of(types, own), path))
		return 100 + apart;
	if (folder == folder_size(path) && memcmp(own, path, folder) == 0)
		return 200 + apart;
	if (g_str_has_prefix(path, "include/linux/"))
		return 300 + apart;
	if (g_str_has_prefix(path, "include/"))
		return 400 + apart;
	if (g_str_has_prefix(path, "arch/") && strstr(path, "/include/") != NULL)
		return (g_str_has_prefix(path, "arch/x86/") ? 450 : 500) + apart;
	if (md_kernel_part_of(path, NULL) == MD_KERNEL_DRIVERS)
		return 800 + apart;
	return (header ? 600 : 700) + apart;
}

struct candidate {
	struct md_hit hit;
	guint distance;
};

static int compare_candidates(const void *a, const void *b)
{
	const struct candidate *left = a, *right = b;

	if (left->distance != right->distance)
		return left->distance < right->distance ? -1 : 1;
	/* Of two the later comes first: a stub stands before or behind, a macro first. */
	return strcmp(left->hit.path, right->hit.path);
}

/* ------------------------------------------------------------ definitions */

static gsize offset_of_line(const struct md_file *file, gsize line)
{
	return (gsize)(md_slice_lines(file->text, line, line + 1).data - file->text.data);
}

static struct md_reader reader_of(struct md_types *types, const GArray *tokens)
{
	return (struct md_reader){ &types->pool, tokens, 0, tokens->len, 0 };
}

static const struct md_variable *find_member(const struct md_body *body, struct md_slice name)
{
	for (guint i = 0; i < body->members->len; i++) {
		const struct md_variable *member =
			&g_array_index(body->members, struct md_variable, i);

		if (member->name.size > 0) {
			if (md_slice_equal(member->name, name))
				return member;
		} else if (member->shape.body != NULL) {
			/* As deep as structs in structs are read. */
			member = find_member(member->shape.body, name);
			if (member != NULL)
				return member;
		}
	}
	return NULL;
}

/* The struct of that name; with a @member only one that has it. */
static gboolean read_tag(struct md_types *types, struct md_symbol *symbol, struct md_slice name,
			 struct md_slice member)
{
	g_autoptr(GArray) tokens =
		md_tokens_of_item(symbol->file->text, offset_of_line(symbol->file, symbol->line));
	struct md_reader reader = reader_of(types, tokens);
	const char *blank;

	/* "struct foo" alone on its line may be the type of a function. */
	if (!md_reader_specifiers(&reader, &symbol->shape) || symbol->shape.body == NULL ||
	    symbol->shape.name == NULL)
		return FALSE;
	blank = strchr(symbol->shape.name, ' ');
	return blank != NULL && md_slice_is(name, blank + 1) &&
	       (member.size == 0 || find_member(symbol->shape.body, member) != NULL);
}

static const struct md_variable *find_variable(const GArray *variables, struct md_slice name)
{
	for (guint i = 0; i < variables->len; i++) {
		const struct md_variable *variable =
			&g_array_index(variables, struct md_variable, i);

		if (md_slice_equal(variable->name, name))
			return variable;
	}
	return NULL;
}

/* What the item at byte @at declares @name to be. */
static gboolean read_variable(struct md_types *types, struct md_symbol *symbol, gsize at,
			      struct md_slice name)
{
	g_autoptr(GArray) tokens = md_tokens_of_item(symbol->file->text, at);
	g_autoptr(GArray) variables = g_array_new(FALSE, TRUE, sizeof(struct md_variable));
	struct md_reader reader = reader_of(types, tokens);
	const struct md_variable *variable;

	md_reader_item(&reader, variables);
	variable = find_variable(variables, name);
	if (variable == NULL)
		return FALSE;
	symbol->shape = variable->shape;
	return TRUE;
}

/* Where the definition begins whose name stands on @line; that line where none is known. */
static gsize beginning(const struct md_file *file, gsize line)
{
	const struct md_definition *definition = md_outline_find(file->outline, line, line + 1);

	return definition != NULL && definition->bytes.end > 0 ? definition->bytes.first
							       : offset_of_line(file, line);
}

static gboolean read_typedef(struct md_types *types, struct md_symbol *symbol, struct md_slice name)
{
	gsize at = offset_of_line(symbol->file, symbol->line);
	struct md_slice text = symbol->file->text;

	if (at < text.size && text.data[at] == '}')
		at = beginning(symbol->file, symbol->line);
	text = (struct md_slice){ text.data + at, text.size - at };
	return md_slice_is(md_word_at(text, 0), "typedef") &&
	       read_variable(types, symbol, at, name);
}

/* @called: one that has parameters will do. */
static gboolean read_macro(struct md_symbol *symbol, gsize at, struct md_slice name,
			   gboolean called)
{
	struct md_lexer lexer = { .text = symbol->file->text, .at = at };
	struct md_token token = md_lexer_next(&lexer, FALSE);
	struct md_slice word = md_word_at(token.text, 1);
	gsize behind;

	if (token.kind != MD_TOKEN_DIRECTIVE || !md_slice_is(word, "define"))
		return FALSE;
	word = md_word_at(token.text, (gsize)(word.data + word.size - token.text.data));
	if (!md_slice_equal(word, name))
		return FALSE;
	/* Nothing, itself, a number or a statement is what stands in for something else. */
	behind = (gsize)(word.data + word.size - token.text.data);
	if (behind < token.text.size && token.text.data[behind] == '(') {
		const char *close = memchr(token.text.data + behind, ')', token.text.size - behind);

		if (!called)
			return FALSE;
		behind = close != NULL ? (gsize)(close - token.text.data) + 1 : token.text.size;
	}
	while (behind < token.text.size && strchr(" \t\n\\(", token.text.data[behind]) != NULL)
		behind++;
	word = md_word_at(token.text, behind);
	if (behind == token.text.size || md_slice_equal(word, name) || md_slice_is(word, "do") ||
	    (word.size > 0 && g_ascii_isdigit(word.data[0])))
		return FALSE;
	symbol->macro = TRUE;
	symbol->text = token.text;
	return TRUE;
}

/* A variable that a macro of the tree defines: DEFINE_FOO(name); */
static gboolean read_by_macro(struct md_types *types, struct md_symbol *symbol, gsize at,
			      struct md_slice name)
{
	g_autoptr(GArray) tokens = md_tokens_of_item(symbol->file->text, at);
	g_autoptr(GArray) inside = NULL, arguments = NULL;
	g_autoptr(GArray) variables = g_array_new(FALSE, TRUE, sizeof(struct md_variable));
	g_autofree char *text = NULL;
	const char *kept;
	struct md_reader reader = reader_of(types, tokens);
	const struct md_symbol *macro;
	const struct md_variable *variable;

	while (md_token_is_word(md_reader_peek(&reader, 0), "static"))
		reader.at++;
	if (types->depth >= DEEPEST || !md_word_is_macro(md_reader_peek(&reader, 0)->text) ||
	    !md_token_is(md_reader_peek(&reader, 1), '('))
		return FALSE;
	types->depth++;
	macro = md_types_find(types, MD_SYMBOL_CALLED, md_reader_peek(&reader, 0)->text,
			      symbol->file->path);
	types->depth--;
	if (macro == NULL || !macro->macro)
		return FALSE;
	arguments = md_reader_arguments(&reader, reader.at + 1);
	text = md_macro_expand(macro->text, arguments);
	/* The members of a struct that it defines have their names there. */
	kept = g_string_chunk_insert(types->pool.names, text);
	inside = md_tokens_new(md_slice_from_string(kept), TRUE);
	reader = reader_of(types, inside);
	while (reader.at < reader.end && md_reader_item(&reader, variables))
		;
	variable = find_variable(variables, name);
	if (variable == NULL || variable->shape.of.data != NULL)
		return FALSE;
	symbol->shape = variable->shape;
	return TRUE;
}

static gboolean read_ordinary(struct md_types *types, struct md_symbol *symbol,
			      struct md_slice name, gboolean called)
{
	gsize at = offset_of_line(symbol->file, symbol->line), first;

	if (at < symbol->file->text.size && symbol->file->text.data[at] == '#')
		return read_macro(symbol, at, name, called);
	if (read_variable(types, symbol, at, name) || read_by_macro(types, symbol, at, name)) {
		return TRUE;
	}
	/* Its type stands on the lines before. */
	first = beginning(symbol->file, symbol->line);
	return first != at && read_variable(types, symbol, first, name);
}

/* ---------------------------------------------------------------- look-up */

/* A macro, or what is static. */
static gboolean is_own(const struct md_symbol *symbol)
{
	struct md_slice line = md_slice_lines(symbol->file->text, symbol->line, symbol->line + 1);

	return md_slice_has_prefix(line, "#") || md_slice_is(md_word_at(line, 0), "static");
}

/*
 * Whether code in @path sees what another file has for itself: where that is a header, or
 * includes it.
 */
static gboolean is_visible(struct md_types *types, const struct md_symbol *symbol, const char *path)
{
	if (strcmp(symbol->file->path, path) == 0 || g_str_has_suffix(symbol->file->path, ".h") ||
	    is_included(includes_of(types, symbol->file->path), path))
		return TRUE;
	return !is_own(symbol);
}

static gboolean read_symbol(struct md_types *types, enum md_symbol_kind kind, struct md_slice name,
			    struct md_slice member, const char *path, struct md_symbol *symbol)
{
	switch (kind) {
	case MD_SYMBOL_TAG:
		return read_tag(types, symbol, name, member);
	case MD_SYMBOL_TYPEDEF:
		return read_typedef(types, symbol, name);
	default:
		return is_visible(types, symbol, path) &&
		       read_ordinary(types, symbol, name, kind == MD_SYMBOL_CALLED);
	}
}

/* Where @name may be defined, the nearest to @path first: an array of struct candidate. */
static GArray *candidates_of(struct md_types *types, const char *name, const char *path)
{
	GArray *candidates = g_array_new(FALSE, FALSE, sizeof(struct candidate));
	g_autoptr(GArray) hits = g_array_new(FALSE, FALSE, sizeof(struct md_hit));

	md_source_find_name(types->source, name, hits);
	for (guint i = 0; i < hits->len; i++) {
		struct candidate candidate = { g_array_index(hits, struct md_hit, i), 0 };

		if (!g_str_has_suffix(candidate.hit.path, ".S")) {
			candidate.distance = distance(types, path, candidate.hit.path);
			g_array_append_val(candidates, candidate);
		}
	}
	g_array_sort(candidates, compare_candidates);
	return candidates;
}

/* Whether some other .c file may have one of that name as well. */
static gboolean is_shared(const struct md_symbol *symbol, const GArray *candidates)
{
	if (g_str_has_suffix(symbol->file->path, ".h") || !is_own(symbol))
		return FALSE;
	for (guint i = 0; i < candidates->len; i++) {
		const char *path = g_array_index(candidates, struct candidate, i).hit.path;

		if (g_str_has_suffix(path, ".c") && strcmp(path, symbol->file->path) != 0)
			return TRUE;
	}
	return FALSE;
}

static struct md_symbol *find_symbol(struct md_types *types, enum md_symbol_kind kind,
				     const char *name, struct md_slice member, const char *path)
{
	g_autoptr(GArray) candidates = candidates_of(types, name, path);

	for (guint i = 0; i < MIN(candidates->len, MOST_PLACES); i++) {
		const struct candidate *candidate = &g_array_index(candidates, struct candidate, i);
		struct md_symbol symbol = { .line = candidate->hit.line };

		symbol.file = md_source_file(types->source, candidate->hit.path);
		if (symbol.file != NULL &&
		    read_symbol(types, kind, md_slice_from_string(name), member, path, &symbol)) {
			symbol.shared = is_shared(&symbol, candidates);
			return g_memdup2(&symbol, sizeof(symbol));
		}
	}
	return NULL;
}

static const struct md_symbol *find_kept(struct md_types *types, enum md_symbol_kind kind,
					 struct md_slice name, struct md_slice member,
					 const char *path)
{
	g_autofree char *word = g_strndup(name.data, name.size);
	g_autofree char *key = g_strdup_printf("%d %s %s %.*s", kind, word, path,
					       (int)MIN(member.size, 256), member.data);
	void *symbol;

	if (name.size == 0) /* "x->", cut short */
		return NULL;
	if (g_hash_table_lookup_extended(types->found, key, NULL, &symbol))
		return symbol;
	symbol = find_symbol(types, kind, word, member, path);
	g_hash_table_insert(types->found, g_steal_pointer(&key), symbol);
	return symbol;
}

const struct md_symbol *md_types_find(struct md_types *types, enum md_symbol_kind kind,
				      struct md_slice name, const char *path)
{
	return find_kept(types, kind, name, (struct md_slice){ "", 0 }, path);
}

/* ------------------------------------------------------------------ types */

/* What locks are called; a wait queue's own lock is another. */
static const struct {
	const char *name;
	gboolean shell;
} lock_types[] = {
	{ "spinlock_t", TRUE },
	{ "raw_spinlock_t", TRUE },
	{ "rwlock_t", TRUE },
	{ "arch_spinlock_t", TRUE },
	{ "arch_rwlock_t", TRUE },
	{ "local_lock_t", TRUE },
	{ "struct spinlock", TRUE },
	{ "struct raw_spinlock", TRUE },
	{ "seqlock_t", TRUE },
	{ "seqcount_t", FALSE },
	{ "struct mutex", FALSE },
	{ "struct ww_mutex", TRUE },
	{ "struct rt_mutex", FALSE },
	{ "struct rt_mutex_base", FALSE },
	{ "struct rw_semaphore", FALSE },
	{ "struct percpu_rw_semaphore", FALSE },
	{ "struct semaphore", FALSE },
	{ "struct completion", FALSE },
	{ "struct srcu_struct", FALSE },
	{ "wait_queue_head_t", FALSE },
	{ "struct wait_queue_head", FALSE },
	{ "struct __wait_queue_head", FALSE },
	{ "struct swait_queue_head", FALSE },
};

gboolean md_type_is_lock(const char *name)
{
	for (guint i = 0; i < G_N_ELEMENTS(lock_types); i++) {
		if (strcmp(name, lock_types[i].name) == 0)
			return TRUE;
	}
	return FALSE;
}

gboolean md_type_is_shell(const char *name)
{
	for (guint i = 0; i < G_N_ELEMENTS(lock_types); i++) {
		if (strcmp(name, lock_types[i].name) == 0)
			return lock_types[i].shell;
	}
	return FALSE;
}

void md_types_resolve(struct md_types *types, struct md_shape *shape, const char *path)
{
	for (guint i = 0; i < DEEPEST; i++) {
		const struct md_symbol *symbol;
		struct md_shape inner;

		if (shape->name == NULL || shape->body != NULL || strchr(shape->name, ' ') ||
		    md_type_is_shell(shape->name) ||
		    md_type_is_basic(md_slice_from_string(shape->name)))
			return;
		symbol = md_types_find(types, MD_SYMBOL_TYPEDEF, md_slice_from_string(shape->name),
				       path);
		if (symbol == NULL)
			return;
		inner = symbol->shape;
		/* "typedef struct { ... } foo_t": this is its name. */
		if (inner.name == NULL)
			inner.name = shape->name;
		inner.pointers += shape->pointers;
		inner.array |= shape->array;
		inner.function |= shape->function;
		*shape = inner;
	}
}

const struct md_variable *md_types_member(struct md_types *types, const struct md_shape *shape,
					  const char *path, struct md_slice name)
{
	const struct md_variable *member = NULL;
	const struct md_symbol *symbol;

	struct md_slice tag;

	if (shape->body != NULL)
		return find_member(shape->body, name);
	if (shape->name == NULL ||
	    (!g_str_has_prefix(shape->name, "struct ") && !g_str_has_prefix(shape->name, "union ")))
		return NULL;
	tag.data = strchr(shape->name, ' ') + 1;
	tag.size = strlen(tag.data);
	symbol = md_types_find(types, MD_SYMBOL_TAG, tag, path);
	if (symbol == NULL)
		return NULL;
	member = find_member(symbol->shape.body, name);
	if (member != NULL)
		return member;
	symbol = find_kept(types, MD_SYMBOL_TAG, tag, name, path);
	return symbol != NULL ? find_member(symbol->shape.body, name) : NULL;
}
