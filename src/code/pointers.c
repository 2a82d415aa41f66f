/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the address of a function is kept, so that a call through a pointer may lead to it.
 *
 * Its name is looked for where it is not called: in the file that defines it, for what is
 * static is there and what is not mostly is, and in that of who calls. What stands around it
 * says where it goes:
 *
 *   .read = f, read: f         a member, of the type that the braces belong to
 *   x->read = f, x.read = f    a member, of the type of x
 *   hook = f, [3] = f          a variable, an array
 *   { "name", f }              some member of the type
 *   timer_setup(&t, f, 0)      what the table of registrars says
 *   visit_all(head, f)         a parameter of visit_all(), and wherever that puts it in turn
 *
 * Cost: a pass over each of the two files, and the bodies of functions that it is given to,
 * MOST_GIVEN deep. What another file puts somewhere is not seen: see through.c for how such a
 * call is found still.
 */
#include "code/ways.h"

#include <string.h>

/* More places than that are those of a name that everybody uses: "read". */
#define MOST_FOUND 64
/* How often a function may be handed on. */
#define MOST_GIVEN 4
/* Braces within each other that are looked behind for a type. */
#define MOST_BRACES 3

/* A macro or function that puts a function into a member of a struct. */
struct registrar {
	const char *name;     /* a pattern */
	int argument;	      /* which is the function, from 0; -1: it is @function */
	const char *types;    /* of the struct, over the years, blanks between */
	const char *member;   /* NULL: it is called as argument 0 of the registrar */
	const char *function; /* NULL */
};

static const struct registrar registrars[] = {
	{ "*INIT_WORK*", 1, "work_struct", "func", NULL },
	{ "*INIT_DELAYED_WORK*", 1, "work_struct", "func", NULL },
	{ "*INIT_DEFERRABLE_WORK*", 1, "work_struct", "func", NULL },
	{ "INIT_RCU_WORK*", 1, "work_struct", "func", NULL },
	{ "DECLARE_*WORK", 1, "work_struct", "func", NULL },
	{ "__WORK_INITIALIZER", 1, "work_struct", "func", NULL },
	{ "kthread_init_work", 1, "kthread_work", "func", NULL },
	{ "init_irq_work", 1, "irq_work", "func", NULL },
	{ "init_task_work", 1, "callback_head", "func", NULL },
	{ "timer_setup*", 1, "timer_list", "function", NULL },
	{ "setup_*timer*", 1, "timer_list", "function", NULL },
	{ "DEFINE_TIMER", 1, "timer_list", "function", NULL },
	{ "TIMER_*INITIALIZER", 0, "timer_list", "function", NULL },
	{ "hrtimer_setup*", 1, "hrtimer", "function", NULL },
	{ "tasklet_init", 1, "tasklet_struct", "func", NULL },
	{ "DECLARE_TASKLET*", 1, "tasklet_struct", "func callback", NULL },
	{ "tasklet_setup", 1, "tasklet_struct", "callback", NULL },
	{ "kthread_run*", 0, "kthread_create_info", "threadfn", NULL },
	{ "kthread_create*", 0, "kthread_create_info", "threadfn", NULL },
	{ "kernel_thread", 0, "kernel_clone_args pt_regs task_struct", "fn", NULL },
	{ "call_rcu*", 1, "rcu_head callback_head", "func", NULL },
	{ "call_srcu", 2, "rcu_head callback_head", "func", NULL },
	{ "*request_irq", 1, "irqaction", "handler", NULL },
	{ "request_threaded_irq", 1, "irqaction", "handler", NULL },
	{ "request_threaded_irq", 2, "irqaction", "thread_fn", NULL },
	{ "request_percpu_irq", 1, "irqaction", "handler", NULL },
	{ "devm_request_irq", 2, "irqaction", "handler", NULL },
	{ "devm_request_threaded_irq", 2, "irqaction", "handler", NULL },
	{ "devm_request_threaded_irq", 3, "irqaction", "thread_fn", NULL },
	{ "init_waitqueue_func_entry", 1, "wait_queue_entry wait_queue_t __wait_queue", "func",
	  NULL },
	{ "DEFINE_WAIT_FUNC", 1, "wait_queue_entry wait_queue_t __wait_queue", "func", NULL },
	{ "DEFINE_WAIT", -1, "wait_queue_entry wait_queue_t __wait_queue", "func",
	  "autoremove_wake_function" },
	{ "DECLARE_WAITQUEUE", -1, "wait_queue_entry wait_queue_t __wait_queue", "func",
	  "default_wake_function" },
	{ "DEFINE_WAIT_BIT", -1, "wait_queue_entry wait_queue_t __wait_queue", "func",
	  "wake_bit_function" },
	{ "INIT_DELAYED_WORK", -1, "timer_list", "function", "delayed_work_timer_fn" },
	{ "init_poll_funcptr", 1, "poll_table_struct", "_qproc", NULL },
	{ "smp_call_function", 0, "__call_single_data call_single_data call_function_data", "func",
	  NULL },
	{ "smp_call_function_*", 1, "__call_single_data call_single_data call_function_data",
	  "func", NULL },
	{ "on_each_cpu", 0, "__call_single_data call_single_data call_function_data", "func",
	  NULL },
	{ "on_each_cpu_*", 1, "__call_single_data call_single_data call_function_data", "func",
	  NULL },
	{ "stop_machine*", 0, "multi_stop_data cpu_stop_work", "fn", NULL },
	{ "stop_one_cpu*", 1, "cpu_stop_work", "fn", NULL },
	{ "stop_two_cpus", 2, "multi_stop_data", "fn", NULL },
	{ "open_softirq", 1, "softirq_action", "action", NULL },
	{ "LSM_HOOK_INIT", 1, NULL, NULL, NULL },
	{ "DEFINE_STATIC_CALL*", 1, NULL, NULL, NULL },
	{ "static_call_update", 1, NULL, NULL, NULL },
};

/* The search for one name in one text. */
struct search {
	struct md_locks *locks;
	GArray *found; /* of struct md_pointer */
	const char *symbol;
	const char *path;  /* of the text */
	guint first;	   /* line of the text in its file, from 0 */
	guint given;	   /* how often it was handed on */
	GHashTable *seen;  /* set of char *: functions whose parameters were gone after */
	const char *named; /* the origin, where it was handed on: who got it first; NULL */
	const GArray *tokens;
};

static void pointer_clear(void *data)
{
	struct md_pointer *pointer = data;

	g_free(pointer->types);
	g_free(pointer->name);
	g_free(pointer->function);
	g_free(pointer->origin);
}

static char *word_of(const struct md_token *token)
{
	return g_strndup(token->text.data, token->text.size);
}

/* Takes the strings of @pointer. */
static void add(struct search *search, struct md_pointer pointer)
{
	if (search->named != NULL) {
		g_free(pointer.origin);
		pointer.origin = g_strdup(search->named);
	}
	if (search->found->len < MOST_FOUND)
		g_array_append_val(search->found, pointer);
	else
		pointer_clear(&pointer);
}

/* ------------------------------------------------------- what braces are of */

/* The word behind the last "struct" or "union" in [first, end), else the one before @end. */
static char *type_in(const GArray *tokens, guint first, guint end)
{
	const struct md_token *type = NULL;

	for (guint i = first; i + 1 < end; i++) {
		if (md_token_is_word(md_token_at(tokens, i), "struct") ||
		    md_token_is_word(md_token_at(tokens, i), "union"))
			type = md_token_at(tokens, i + 1);
	}
	for (guint i = first; type == NULL && i + 1 < end; i++) {
		if (md_token_at(tokens, i)->kind == MD_TOKEN_WORD &&
		    md_token_at(tokens, i + 1)->kind == MD_TOKEN_WORD)
			type = md_token_at(tokens, i);
	}
	return type != NULL && type->kind == MD_TOKEN_WORD ? word_of(type) : NULL;
}

static gboolean is_border(const struct md_token *token)
{
	return md_token_is(token, ';') || md_token_is(token, '{') || md_token_is(token, '}') ||
	       token->kind == MD_TOKEN_DIRECTIVE;
}

/* Of the declaration that ends before @end, "static const struct a b[] =": type and name. */
static void read_declaration(const GArray *tokens, guint end, char **type, char **name,
			     gboolean *array)
{
	guint first = end, at;

	while (first > 0 && !is_border(md_token_at(tokens, first - 1)))
		first--;
	for (at = end; at > first && md_token_is(md_token_at(tokens, at - 1), ']');) {
		if (!md_tokens_match(tokens, at - 1, &at))
			return;
		*array = TRUE;
	}
	/* void (*name[])(int) = */
	if (at > first + 1 && md_token_is(md_token_at(tokens, at - 1), ')') &&
	    md_tokens_match(tokens, at - 1, &at) && at > first + 1 &&
	    md_token_is(md_token_at(tokens, at - 1), ')') && md_tokens_match(tokens, at - 1, &at)) {
		while (at + 1 < end && md_token_at(tokens, at)->kind != MD_TOKEN_WORD)
			at++;
		*name = word_of(md_token_at(tokens, at));
		return;
	}
	if (at <= first || md_token_at(tokens, at - 1)->kind != MD_TOKEN_WORD)
		return;
	*name = word_of(md_token_at(tokens, at - 1));
	*type = type_in(tokens, first, at);
}

/*
 * What the braces around token @index are the value of: the name of their type, without
 * "struct", and of the variable; both NULL where it cannot be told.
 */
static void read_braces(const GArray *tokens, guint index, char **type, char **name)
{
	gboolean array = FALSE;
	guint depth = 0;

	for (guint i = index; i-- > 0 && depth < MOST_BRACES;) {
		const struct md_token *token = md_token_at(tokens, i), *before;

		if ((md_token_is(token, '}') || md_token_is(token, ')')) &&
		    md_tokens_match(tokens, i, &i))
			continue;
		if (md_token_is(token, ';') || md_token_is(token, '(') || i == 0)
			return;
		if (!md_token_is(token, '{'))
			continue;
		before = md_token_at(tokens, i - 1);
		depth++;
		if (md_token_is(before, ')')) { /* (struct a) { */
			guint open;

			if (depth == 1 && md_tokens_match(tokens, i - 1, &open))
				*type = type_in(tokens, open + 1, i);
			return;
		}
		if (md_token_is(before, '=')) {
			read_declaration(tokens, i - 1, type, name, &array);
			if (depth > 1 + (guint)array)
				g_clear_pointer(type, g_free);
			return;
		}
	}
}

/* --------------------------------------------------------- what it is set to */

/* The type of the expression in front of the "." or "->" at @dot; NULL: not known. */
static char *type_of_base(struct search *search, guint dot)
{
	const struct md_file *file = md_source_file(search->locks->source, search->path);
	gsize line = search->first + md_token_at(search->tokens, dot)->line;
	const struct md_definition *function =
		file ? md_outline_find(file->outline, line, line + 1) : NULL;
	struct md_type type = { 0 };
	struct md_flow *flow;
	guint first = md_tokens_base(search->tokens, dot);
	guint last = dot - md_tokens_are_arrow(search->tokens, dot);
	const char *blank;
	char *name;

	if (function == NULL || function->kind != MD_DEFINITION_FUNCTION || first >= last)
		return NULL;
	flow = md_flow_find(search->locks, function->name, search->path);
	if (flow == NULL || !md_scope_type(md_flow_scope(flow),
					   md_tokens_text(search->tokens, first, last - 1), &type))
		return NULL;
	blank = type.name != NULL ? strchr(type.name, ' ') : NULL;
	name = g_strdup(blank != NULL ? blank + 1 : type.name);
	md_type_clear(&type);
	return name;
}

/* What the function that line of @token is in is called; NULL: none. */
static char *place_of(struct search *search, const struct md_token *token)
{
	const struct md_file *file = md_source_file(search->locks->source, search->path);
	gsize line = search->first + token->line;
	const struct md_definition *around =
		file ? md_outline_find(file->outline, line, line + 1) : NULL;

	return around != NULL ? g_strdup(around->name) : NULL;
}

/* "... = f": @equals is the sign. */
static void look_at_assignment(struct search *search, guint equals)
{
	const GArray *tokens = search->tokens;
	struct md_pointer pointer = { 0 };
	guint at = equals;

	while (at > 0 && md_token_is(md_token_at(tokens, at - 1), ']')) {
		if (!md_tokens_match(tokens, at - 1, &at))
			return;
	}
	if (at == 0)
		return;
	if (at < equals && !(md_token_at(tokens, at - 1)->kind == MD_TOKEN_WORD)) {
		/* [3] = f, within braces: the array is called, whatever it is of */
		read_braces(tokens, at, &pointer.types, &pointer.name);
		g_clear_pointer(&pointer.types, g_free);
		if (pointer.name != NULL)
			add(search, pointer);
		return;
	}
	if (md_token_is(md_token_at(tokens, at - 1), ')')) { /* void (*hook)(int) = f */
		guint open;

		if (!md_tokens_match(tokens, at - 1, &open) || open < 2 ||
		    !md_token_is(md_token_at(tokens, open - 1), ')'))
			return;
		at = open - 1;
	}
	if (md_token_at(tokens, at - 1)->kind != MD_TOKEN_WORD)
		return;
	pointer.name = word_of(md_token_at(tokens, at - 1));
	if (at >= 3 && md_token_is(md_token_at(tokens, at - 2), '.') &&
	    (md_token_is(md_token_at(tokens, at - 3), '{') ||
	     md_token_is(md_token_at(tokens, at - 3), ',') ||
	     md_token_at(tokens, at - 3)->kind == MD_TOKEN_DIRECTIVE))
		read_braces(tokens, at - 2, &pointer.types, &pointer.origin);
	else if (at >= 2 && (md_token_is(md_token_at(tokens, at - 2), '.') ||
			     md_tokens_are_arrow(tokens, at - 2)))
		pointer.types = type_of_base(search, at - 2);
	if (pointer.origin == NULL)
		pointer.origin = place_of(search, md_token_at(tokens, equals));
	add(search, pointer);
}

/* ----------------------------------------------------------- who it is given */

static void search_text(struct search *search, struct md_slice text);

/* It is a parameter of a function now: goes on with that one's name in its body. */
static void hand_on(struct search *search, const char *callee, guint argument)
{
	struct md_flow *flow;
	MD_AUTOPTR(md_function) function = NULL;
	struct search next = *search;
	struct md_pointer pointer = { 0 };
	char *key;

	if (search->given == MOST_GIVEN)
		return;
	key = g_strdup_printf("%s %u", callee, argument);
	if (!g_hash_table_add(search->seen, key))
		return;
	flow = md_flow_find(search->locks, callee, search->path);
	if (flow == NULL)
		return;
	function = md_function_new(flow);
	if (argument >= function->parameters->len)
		return;
	next.symbol = g_ptr_array_index(function->parameters, argument);
	next.named = search->named ? search->named : callee;
	pointer.name = g_strdup(next.symbol);
	pointer.function = g_strdup(callee);
	add(&next, pointer);
	next.path = md_flow_path(flow);
	next.first = function->first - 1;
	next.given++;
	search_text(&next, function->tokens->len > 0
				   ? md_tokens_text(function->tokens, 0, function->tokens->len - 1)
				   : (struct md_slice){ "", 0 });
}

static gboolean matches(const char *pattern, const struct md_token *word)
{
	g_autofree char *name = word_of(word);

	return g_pattern_match_simple(pattern, name);
}

/* It is argument @argument of a call; @open is its bracket. */
static void look_at_argument(struct search *search, guint open, guint argument)
{
	const GArray *tokens = search->tokens;
	const struct md_token *callee = md_token_at(tokens, open - 1);
	gboolean known = FALSE;
	g_autofree char *name = NULL;

	for (guint i = 0; i < G_N_ELEMENTS(registrars); i++) {
		const struct registrar *row = &registrars[i];
		g_auto(GStrv) members = NULL;

		if (row->argument != (int)argument || !matches(row->name, callee))
			continue;
		known = TRUE;
		if (row->member == NULL)
			name = word_of(md_token_at(tokens, open + 1));
		members = g_strsplit(row->member != NULL ? row->member : name, " ", -1);
		for (guint j = 0; members[j] != NULL; j++)
			add(search, (struct md_pointer){ g_strdup(row->types), g_strdup(members[j]),
							 NULL, word_of(callee) });
		g_clear_pointer(&name, g_free);
	}
	if (!known) {
		name = word_of(callee);
		hand_on(search, name, argument);
	}
}

/* The bracket around token @index, and how many commas stand between; FALSE: braces, or none. */
static gboolean find_call(const GArray *tokens, guint index, guint *open, guint *argument)
{
	*argument = 0;
	for (guint i = index; i-- > 1;) {
		const struct md_token *token = md_token_at(tokens, i);

		if (md_token_is(token, ')') || md_token_is(token, '}')) {
			if (!md_tokens_match(tokens, i, &i))
				return FALSE;
		} else if (md_token_is(token, ',')) {
			++*argument;
		} else if (md_token_is(token, '(')) {
			*open = i;
			return md_token_at(tokens, i - 1)->kind == MD_TOKEN_WORD;
		} else if (is_border(token)) {
			return FALSE;
		}
	}
	return FALSE;
}

/* ------------------------------------------------------------------- search */

/* What stands before the name at @index, "&", a cast, a condition passed over. */
static guint before(const GArray *tokens, guint index)
{
	guint open;

	while (index > 0) {
		const struct md_token *token = md_token_at(tokens, index - 1);

		if (md_token_is(token, '&')) {
			index--;
		} else if (md_token_is(token, '(') && index > 1 &&
			   (md_token_is(md_token_at(tokens, index - 2), '=') ||
			    md_token_is(md_token_at(tokens, index - 2), ','))) {
			index--; /* .func = (f) */
		} else if (md_token_is(token, ')') && md_tokens_match(tokens, index - 1, &open) &&
			   open > 0 && md_token_at(tokens, open - 1)->kind != MD_TOKEN_WORD) {
			index = open;
		} else if (md_token_is(token, '?') || md_token_is(token, ':')) {
			guint at = index - 1;

			/* x = a ? b : f; but "read: f" is the way that members once were set */
			while (at > 0 && !md_token_is(md_token_at(tokens, at), '=') &&
			       !is_border(md_token_at(tokens, at)) &&
			       !md_token_is(md_token_at(tokens, at), ','))
				at--;
			return md_token_is(md_token_at(tokens, at), '=') ? at + 1 : index;
		} else {
			break;
		}
	}
	return index;
}

static void look_at(struct search *search, guint index)
{
	const GArray *tokens = search->tokens;
	guint start = before(tokens, index), open, argument;
	const struct md_token *sign;

	if (start == 0 ||
	    (index + 1 < tokens->len && md_token_is(md_token_at(tokens, index + 1), '(')))
		return;
	sign = md_token_at(tokens, start - 1);
	if (md_token_is(sign, '=')) {
		look_at_assignment(search, start - 1);
	} else if (md_token_is(sign, ':')) {
		if (start >= 3 && (md_token_is(md_token_at(tokens, start - 3), '{') ||
				   md_token_is(md_token_at(tokens, start - 3), ',')))
			look_at_assignment(search, start - 1);
	} else if (!md_token_is(sign, '(') && !md_token_is(sign, ',') && !md_token_is(sign, '{')) {
		return;
	} else if (find_call(tokens, start, &open, &argument)) {
		look_at_argument(search, open, argument);
	} else {
		struct md_pointer pointer = { 0 };

		read_braces(tokens, start, &pointer.types, &pointer.origin);
		if (pointer.types != NULL) {
			add(search, pointer);
		} else if (pointer.origin != NULL) { /* an array of pointers, called by its name */
			pointer.name = pointer.origin;
			pointer.origin = NULL;
			add(search, pointer);
		}
	}
}

static void search_text(struct search *search, struct md_slice text)
{
	g_autoptr(GArray) tokens = NULL;

	if (memmem(text.data, text.size, search->symbol, strlen(search->symbol)) == NULL)
		return;
	tokens = md_tokens_read(text);
	search->tokens = tokens;
	for (guint i = 0; i < tokens->len && search->found->len < MOST_FOUND; i++) {
		if (md_token_is_word(md_token_at(tokens, i), search->symbol))
			look_at(search, i);
	}
}

static gboolean is_of_word(char byte)
{
	return g_ascii_isalnum(byte) || byte == '_';
}

/* Whether the @size bytes at @offset are a word of their own that is not called there. */
static gboolean is_kept_at(struct md_slice text, gsize offset, gsize size)
{
	gsize end = offset + size;

	if (offset > 0 && is_of_word(text.data[offset - 1]))
		return FALSE;
	if (end < text.size && is_of_word(text.data[end]))
		return FALSE;
	while (end < text.size && g_ascii_isspace(text.data[end]))
		end++;
	return end == text.size || text.data[end] != '(';
}

/* What stands between two definitions is short: a macro that registers something. */
#define MOST_AROUND 16

/* The definition that @line of @file lies in, or some lines around it where it is in none. */
static struct md_extent around(const struct md_file *file, gsize line)
{
	const struct md_definition *definition = md_outline_find(file->outline, line, line + 1);

	if (definition != NULL)
		return definition->lines;
	return (struct md_extent){ line > MOST_AROUND ? line - MOST_AROUND : 0,
				   line + MOST_AROUND };
}

/* Only the definitions are read closely in which the name stands and is not called. */
static void search_file(struct search *search, const char *path)
{
	const struct md_file *file = md_source_file(search->locks->source, path);
	gsize size = strlen(search->symbol), offset = 0, line = 0, done = 0;
	struct md_slice text = file != NULL ? file->text : (struct md_slice){ "", 0 };
	const char *hit;

	search->path = path;
	while (offset < text.size && (hit = memmem(text.data + offset, text.size - offset,
						   search->symbol, size)) != NULL) {
		gsize at = (gsize)(hit - text.data);
		struct md_extent lines;

		for (; offset < at; offset++)
			line += text.data[offset] == '\n';
		offset = at + size;
		if (line < done || !is_kept_at(text, at, size))
			continue;
		lines = around(file, line);
		lines.first = MAX(lines.first, done);
		search->first = (guint)lines.first;
		search_text(search, md_slice_lines(text, lines.first, lines.end));
		done = lines.end;
	}
}

GArray *md_pointers_find(struct md_locks *locks, const char *symbol, const GPtrArray *paths)
{
	GArray *found = g_array_new(FALSE, TRUE, sizeof(struct md_pointer));
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	struct search search = { .locks = locks, .found = found, .symbol = symbol, .seen = seen };

	g_array_set_clear_func(found, pointer_clear);
	for (guint i = 0; i < G_N_ELEMENTS(registrars); i++) {
		const struct registrar *row = &registrars[i];

		if (g_strcmp0(row->function, symbol) == 0)
			add(&search,
			    (struct md_pointer){ g_strdup(row->types), g_strdup(row->member), NULL,
						 g_strdup(row->name) });
	}
	for (guint i = 0; i < paths->len; i++) {
		const char *path = g_ptr_array_index(paths, i);
		guint same;

		g_ptr_array_find_with_equal_func((GPtrArray *)paths, path, g_str_equal, &same);
		if (same == i)
			search_file(&search, path);
	}
	return found;
}
