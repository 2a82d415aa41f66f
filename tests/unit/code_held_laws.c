/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is said to be held, against programs that run: random functions that lock and unlock in
 * every way that can be nested, each as C and as steps for a small machine. On every walk of the
 * machine what it holds at a call is among what may be held there, and what is certain is held.
 */
#include "memory_tree.h"
#include "code/code.h"

#include <string.h>

#define LOCKS 4
#define VARIABLES 4
#define PROGRAMS 2000
#define WALKS 60
#define MOST_STEPS 400
/* What the analysis follows in one function. */
#define MOST_TAKES 64

enum step_kind {
	STEP_CALL,   /* a: its number */
	STEP_LOCK,   /* a */
	STEP_UNLOCK, /* a */
	STEP_SET,    /* variable a to b */
	STEP_TOSS,   /* variable a to anything */
	STEP_TRY,    /* lock a, perhaps; variable b is 1 where it is held */
	STEP_UNLESS, /* variable a: go to b */
	STEP_GO,     /* to b */
	STEP_END,
};

struct step {
	enum step_kind kind;
	guint a, b;
};

struct program {
	GRand *random;
	GString *text;
	GArray *steps; /* of struct step */
	guint calls, variables;
	guint held;   /* locks that are in use around here */
	guint pinned; /* variables that must not change around here */
	GArray *undo; /* of guint: the locks, the last taken last; + LOCKS where variable 0.. asks
		       */
};

static guint add_step(struct program *program, enum step_kind kind, guint a, guint b)
{
	struct step step = { kind, a, b };

	g_array_append_val(program->steps, step);
	return program->steps->len - 1;
}

static void land_here(struct program *program, guint step)
{
	g_array_index(program->steps, struct step, step).b = program->steps->len;
}

static guint pick(struct program *program, guint count)
{
	return (guint)g_rand_int_range(program->random, 0, (int)count);
}

/* A lock that is free around here; LOCKS: none. */
static guint pick_lock(struct program *program)
{
	guint lock = pick(program, LOCKS);

	return program->held >> lock & 1 ? LOCKS : lock;
}

static void add_statements(struct program *program, guint depth);

static void add_call(struct program *program)
{
	g_string_append_printf(program->text, "c%u();\n", program->calls);
	add_step(program, STEP_CALL, program->calls++, 0);
}

static void add_locked(struct program *program, guint lock, guint depth)
{
	program->held |= 1u << lock;
	g_array_append_val(program->undo, lock);
	add_statements(program, depth + 1);
	g_array_set_size(program->undo, program->undo->len - 1);
	program->held &= ~(1u << lock);
}

static void add_block(struct program *program, guint lock, guint depth)
{
	g_string_append_printf(program->text, "mutex_lock(&l%u);\n", lock);
	add_step(program, STEP_LOCK, lock, 0);
	add_locked(program, lock, depth);
	g_string_append_printf(program->text, "mutex_unlock(&l%u);\n", lock);
	add_step(program, STEP_UNLOCK, lock, 0);
}

static void add_guard(struct program *program, guint lock, guint depth)
{
	/* return gives it back by itself: nothing to undo. */
	g_string_append_printf(program->text, "scoped_guard(mutex, &l%u) {\n", lock);
	add_step(program, STEP_LOCK, lock, 0);
	program->held |= 1u << lock;
	add_statements(program, depth + 1);
	program->held &= ~(1u << lock);
	g_string_append(program->text, "}\n");
	add_step(program, STEP_UNLOCK, lock, 0);
}

/* if (mutex_trylock()) ... or int t = mutex_lock_interruptible(); if (!t) ... */
static void add_try(struct program *program, guint lock, guint depth)
{
	guint variable = program->variables++, skip, out;

	if (pick(program, 2) == 0)
		g_string_append_printf(program->text, "if (mutex_trylock(&l%u)) {\n", lock);
	else
		g_string_append_printf(program->text,
				       "v%u = mutex_lock_interruptible(&l%u);\nif (!v%u) {\n",
				       variable, lock, variable);
	add_step(program, STEP_TRY, lock, variable);
	skip = add_step(program, STEP_UNLESS, variable, 0);
	add_locked(program, lock, depth);
	g_string_append_printf(program->text, "mutex_unlock(&l%u);\n} else {\n", lock);
	add_step(program, STEP_UNLOCK, lock, 0);
	out = add_step(program, STEP_GO, 0, 0);
	land_here(program, skip);
	add_statements(program, depth + 1);
	land_here(program, out);
	g_string_append(program->text, "}\n");
}

static void add_if(struct program *program, guint depth)
{
	guint variable = pick(program, VARIABLES), skip, out;

	g_string_append_printf(program->text, "if (v%u) {\n", variable);
	skip = add_step(program, STEP_UNLESS, variable, 0);
	add_statements(program, depth + 1);
	g_string_append(program->text, "} else {\n");
	out = add_step(program, STEP_GO, 0, 0);
	land_here(program, skip);
	add_statements(program, depth + 1);
	land_here(program, out);
	g_string_append(program->text, "}\n");
}

/* if (v) lock; ...; if (v) unlock; */
static void add_twice(struct program *program, guint lock, guint depth)
{
	guint variable = pick(program, VARIABLES), skip, entry = lock + LOCKS * (variable + 1);
	guint pinned = program->pinned;

	g_string_append_printf(program->text, "if (v%u)\nmutex_lock(&l%u);\n", variable, lock);
	skip = add_step(program, STEP_UNLESS, variable, 0);
	add_step(program, STEP_LOCK, lock, 0);
	land_here(program, skip);
	program->held |= 1u << lock;
	program->pinned |= 1u << variable;
	g_array_append_val(program->undo, entry);
	add_statements(program, depth + 1);
	g_array_set_size(program->undo, program->undo->len - 1);
	program->pinned = pinned;
	program->held &= ~(1u << lock);
	g_string_append_printf(program->text, "if (v%u)\nmutex_unlock(&l%u);\n", variable, lock);
	skip = add_step(program, STEP_UNLESS, variable, 0);
	add_step(program, STEP_UNLOCK, lock, 0);
	land_here(program, skip);
}

static void add_loop(struct program *program, guint depth)
{
	guint variable = program->variables++, top = program->steps->len, out;

	g_string_append(program->text, "while (more()) {\n");
	add_step(program, STEP_TOSS, variable, 0);
	out = add_step(program, STEP_UNLESS, variable, 0);
	add_statements(program, depth + 1);
	add_step(program, STEP_GO, 0, top);
	land_here(program, out);
	g_string_append(program->text, "}\n");
}

static void add_set(struct program *program)
{
	guint variable = pick(program, VARIABLES), value = pick(program, 3);

	if (program->pinned >> variable & 1)
		return;
	if (value == 2) {
		g_string_append_printf(program->text, "v%u = any();\n", variable);
		add_step(program, STEP_TOSS, variable, 0);
	} else {
		g_string_append_printf(program->text, "v%u = %u;\n", variable, value);
		add_step(program, STEP_SET, variable, value);
	}
}

/* if (v) { give all back; return; } */
static void add_return(struct program *program)
{
	guint variable = pick(program, VARIABLES), skip;

	g_string_append_printf(program->text, "if (v%u) {\n", variable);
	skip = add_step(program, STEP_UNLESS, variable, 0);
	for (guint i = program->undo->len; i-- > 0;) {
		guint entry = g_array_index(program->undo, guint, i), inner = 0;

		if (entry >= LOCKS) {
			g_string_append_printf(program->text, "if (v%u)\n", entry / LOCKS - 1);
			inner = add_step(program, STEP_UNLESS, entry / LOCKS - 1, 0);
		}
		g_string_append_printf(program->text, "mutex_unlock(&l%u);\n", entry % LOCKS);
		add_step(program, STEP_UNLOCK, entry % LOCKS, 0);
		if (entry >= LOCKS)
			land_here(program, inner);
	}
	g_string_append(program->text, "return;\n}\n");
	add_step(program, STEP_END, 0, 0);
	land_here(program, skip);
}

static guint count_takes(const struct program *program)
{
	guint takes = 0;

	for (guint i = 0; i < program->steps->len; i++) {
		enum step_kind kind = g_array_index(program->steps, struct step, i).kind;

		takes += kind == STEP_LOCK || kind == STEP_TRY;
	}
	return takes;
}

static void add_statements(struct program *program, guint depth)
{
	guint count = 1 + pick(program, 3);

	for (guint i = 0; i < count; i++) {
		guint lock = pick_lock(program), what = pick(program, depth > 3 ? 3 : 10);

		add_call(program);
		if (what == 0)
			add_set(program);
		else if (what == 1)
			add_return(program);
		else if (what == 3)
			add_if(program, depth);
		else if (what == 4)
			add_loop(program, depth);
		else if (what > 4 && lock < LOCKS) {
			if (what == 5)
				add_guard(program, lock, depth);
			else if (what == 6)
				add_try(program, lock, depth);
			else if (what == 7)
				add_twice(program, lock, depth);
			else
				add_block(program, lock, depth);
		}
	}
}

/* ------------------------------------------------------------------ machine */

struct observed {
	guint some, all; /* locks that were held on some walks, on all */
	gboolean reached;
};

static void walk(const struct program *program, struct observed *observed)
{
	guint8 *variable = g_new0(guint8, program->variables);
	guint held = 0, at = 0;

	for (guint i = 0; i < VARIABLES; i++)
		variable[i] = g_rand_boolean(program->random);
	for (guint count = 0; count < MOST_STEPS; count++) {
		const struct step *step = &g_array_index(program->steps, struct step, at++);

		if (step->kind == STEP_END)
			break;
		if (step->kind == STEP_CALL) {
			struct observed *call = &observed[step->a];

			call->some |= held;
			call->all = call->reached ? call->all & held : held;
			call->reached = TRUE;
		} else if (step->kind == STEP_LOCK) {
			g_assert_false(held >> step->a & 1);
			held |= 1u << step->a;
		} else if (step->kind == STEP_UNLOCK) {
			g_assert_true(held >> step->a & 1);
			held &= ~(1u << step->a);
		} else if (step->kind == STEP_SET) {
			variable[step->a] = (guint8)step->b;
		} else if (step->kind == STEP_TOSS) {
			variable[step->a] = g_rand_boolean(program->random);
		} else if (step->kind == STEP_TRY) {
			variable[step->b] = g_rand_boolean(program->random);
			held |= (guint)variable[step->b] << step->a;
		} else if (step->kind == STEP_GO ||
			   (step->kind == STEP_UNLESS && !variable[step->a])) {
			at = step->b;
		}
	}
	g_free(variable);
}

/* ----------------------------------------------------------------- analysis */

static void check_call(const struct program *program, struct md_flow *flow,
		       const struct md_call *call, const struct observed *observed)
{
	g_autoptr(GArray) held = md_flow_held(flow, call), given = md_flow_given(flow, call);
	guint may = 0;

	for (guint i = 0; i < held->len; i++) {
		const struct md_held *at = &g_array_index(held, struct md_held, i);
		guint lock = (guint)(at->lock[1] - '0');

		may |= 1u << lock;
		if (at->certain && observed->reached && !(observed->all >> lock & 1))
			g_error("%s is not certain at %s in\n%s", at->lock, call->callee,
				program->text->str);
	}
	if ((observed->some & ~may) != 0)
		g_error("%x of %x is missing at %s in\n%s", observed->some & ~may, observed->some,
			call->callee, program->text->str);
	g_assert_cmpuint(given->len, ==, 0);
}

static void analyse(const struct program *program, const struct observed *observed)
{
	struct md_tree *tree =
		memory_tree_new("random", MD_MODE_FILE,
				(struct md_slice){ program->text->str, program->text->len });
	struct md_source *source = md_source_new(tree, 1, NULL);
	struct md_locks *locks = md_locks_new(source);
	g_autoptr(GPtrArray) paths = g_ptr_array_new();
	const GPtrArray *calls;
	struct md_flow *flow;

	g_ptr_array_add(paths, (char *)MEMORY_TREE_PATH);
	g_assert_true(md_source_index(source, paths, NULL));
	flow = md_flow_find(locks, "f", MEMORY_TREE_PATH);
	g_assert_nonnull(flow);
	calls = md_flow_calls(flow);
	for (guint i = 0; i < calls->len; i++) {
		const struct md_call *call = g_ptr_array_index(calls, i);

		if (call->callee[0] == 'c')
			check_call(program, flow, call,
				   &observed[g_ascii_strtoull(call->callee + 1, NULL, 10)]);
	}
	md_locks_free(locks);
	md_source_free(source);
	md_tree_free(tree);
}

static void test_walks(void)
{
	for (guint seed = 0; seed < PROGRAMS; seed++) {
		g_autoptr(GString) text = g_string_new(NULL);
		g_autoptr(GArray) steps = g_array_new(FALSE, FALSE, sizeof(struct step));
		g_autoptr(GArray) undo = g_array_new(FALSE, FALSE, sizeof(guint));
		g_autofree struct observed *observed = NULL;
		struct program program = { .random = g_rand_new_with_seed(seed),
					   .text = text,
					   .steps = steps,
					   .variables = VARIABLES,
					   .undo = undo };

		for (guint i = 0; i < LOCKS; i++)
			g_string_append_printf(text, "static DEFINE_MUTEX(l%u);\n", i);
		g_string_append(text, "void f(int v0, int v1, int v2, int v3)\n{\n");
		add_statements(&program, 0);
		/* In the first column a brace ends the function. */
		g_string_replace(text, "\n}", "\n\t}", 0);
		g_string_append(text, "}\n");
		add_step(&program, STEP_END, 0, 0);
		observed = g_new0(struct observed, program.calls);
		for (guint i = 0; i < WALKS; i++)
			walk(&program, observed);
		if (count_takes(&program) <= MOST_TAKES)
			analyse(&program, observed);
		g_rand_free(program.random);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/code/held/walks", test_walks);
	return g_test_run();
}
