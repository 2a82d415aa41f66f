/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a crash and trees to suspects: a small kernel in memory, changed in one way
 * at a time, that dies on a stack made up by hand.
 */
#include "memory_tree.h"
#include "suspect/suspect.h"

#include <string.h>

/* Paths and contents in turn; content NULL: the file is deleted. */
#define FILES(...) ((const char *const[]){ __VA_ARGS__, NULL })
/* Frames, the innermost first. */
#define STACK(...) ((const char *const[]){ __VA_ARGS__, NULL })

struct fixture {
	struct md_tree *nothing;
	struct md_tree *tree[MD_VERSIONS];
	struct md_report *report;
	struct md_suspects *suspects;
};

static struct fixture fixture_new(const char *const *stack)
{
	struct fixture fixture = { memory_tree_new("nothing", MD_MODE_FILE,
						   (struct md_slice){ NULL, 0 }) };

	fixture.report = md_report_new();
	for (; *stack != NULL; stack++) {
		struct md_frame *frame = md_frame_new();

		frame->symbol = g_strdup(*stack);
		g_ptr_array_add(fixture.report->frames, frame);
	}
	return fixture;
}

static void fixture_free(struct fixture *fixture)
{
	md_suspects_free(fixture->suspects);
	for (guint i = MD_VERSIONS; i-- > 0;)
		md_tree_free(fixture->tree[i]);
	md_tree_free(fixture->nothing);
	md_report_free(fixture->report);
}

/* Lays @files over the last tree that was set, or over none. */
static void set_tree(struct fixture *fixture, enum md_version version, enum md_version below,
		     const char *name, const char *const *files)
{
	struct md_tree *base = below == version ? fixture->nothing : fixture->tree[below];
	struct md_tree *tree = md_tree_overlay_new(base, name);

	for (; files[0] != NULL; files += 2) {
		g_autoptr(GBytes) content =
			files[1] ? g_bytes_new(files[1], strlen(files[1])) : NULL;

		md_tree_overlay_set(tree, files[0], content ? MD_MODE_FILE : MD_MODE_ABSENT,
				    content);
	}
	fixture->tree[version] = tree;
}

static void find(struct fixture *fixture)
{
	MD_AUTOPTR(md_suspect_settings) settings = md_suspect_settings_new();
	g_autoptr(GError) error = NULL;

	fixture->suspects =
		md_suspects_find(fixture->report, fixture->tree, settings, NULL, &error);
	g_assert_no_error(error);
	g_assert_nonnull(fixture->suspects);
	g_assert_cmpuint(fixture->suspects->places->len, ==, fixture->report->frames->len);
}

/* Old and new base; the new one is what the old one is but for @files. */
static struct fixture compare(const char *const *stack, const char *const *old,
			      const char *const *files)
{
	struct fixture fixture = fixture_new(stack);

	set_tree(&fixture, MD_OLD_BASE, MD_OLD_BASE, "old", old);
	set_tree(&fixture, MD_NEW_BASE, MD_OLD_BASE, "new", files);
	find(&fixture);
	return fixture;
}

static const struct md_suspect *suspect_at(const struct fixture *fixture, guint rank)
{
	g_assert_cmpuint(fixture->suspects->suspects->len, >=, rank);
	return g_ptr_array_index(fixture->suspects->suspects, rank - 1);
}

static const struct md_place *place_at(const struct fixture *fixture, guint frame)
{
	return &g_array_index(fixture->suspects->places, struct md_place, frame);
}

static gboolean has_reason(const struct md_suspect *suspect, const char *reason)
{
	for (guint i = 0; i < suspect->why->len; i++) {
		if (strcmp(g_ptr_array_index(suspect->why, i), reason) == 0)
			return TRUE;
		g_test_message("%s: %s", suspect->symbol,
			       (const char *)g_ptr_array_index(suspect->why, i));
	}
	return FALSE;
}

static void assert_suspect(const struct fixture *fixture, guint rank, const char *symbol,
			   enum md_change change, enum md_hand hand, const char *reason)
{
	const struct md_suspect *suspect = suspect_at(fixture, rank);

	g_assert_cmpstr(suspect->symbol, ==, symbol);
	g_assert_cmpint(suspect->change, ==, change);
	g_assert_cmpint(suspect->hand, ==, hand);
	g_assert_true(suspect->score > 0 && suspect->score <= 1);
	g_assert_true(has_reason(suspect, reason));
	if (rank > 1)
		g_assert_cmpfloat(suspect->score, <=, suspect_at(fixture, rank - 1)->score);
}

static void assert_unexplained(const struct fixture *fixture)
{
	g_assert_true(fixture->suspects->compared);
	g_assert_cmpuint(fixture->suspects->suspects->len, ==, 0);
	g_assert_true(fixture->suspects->unexplained);
	g_assert_cmpuint(fixture->suspects->revert->len, ==, 0);
}

/* ------------------------------------------------------------------ a clock */

#define RAW "static u64 read_raw(void)\n{\n\treturn port_in(CLOCK_PORT);\n}\n\n"
#define READ "u64 read_clock(void)\n{\n\treturn read_raw();\n}\n\n"
#define START "void start_clock(void)\n{\n\tlast = read_clock();\n}\n"
#define CLOCK RAW READ START
/* Looks at what is not there yet, and is called where that matters. */
#define CHECK "static bool check_raw(void)\n{\n\treturn this_cpu->clock_ok;\n}\n\n"
#define READ_CHECKED                                                                               \
	"u64 read_clock(void)\n{\n\tif (!check_raw())\n\t\treturn 0;\n"                            \
	"\treturn read_raw();\n}\n\n"

/* The first story in small: a new function at the very top, and the call that led to it. */
static void test_new_on_top(void)
{
	struct fixture fixture = compare(STACK("check_raw", "read_clock", "start_clock"),
					 FILES("kernel/clock.c", CLOCK),
					 FILES("kernel/clock.c", RAW CHECK READ_CHECKED START));
	const struct md_suspect *first = suspect_at(&fixture, 1);
	const struct md_suspect_line *line =
		&g_array_index(first->lines, struct md_suspect_line, 0);

	assert_suspect(&fixture, 1, "check_raw", MD_CHANGE_NEW, MD_HAND_UPSTREAM,
		       "new in new, and the fault is in it");
	assert_suspect(&fixture, 2, "read_clock", MD_CHANGE_MODIFIED, MD_HAND_UPSTREAM,
		       "calls check_raw, which is new");
	g_assert_true(has_reason(suspect_at(&fixture, 2), "modified, 1 frame above the fault"));
	g_assert_true(has_reason(first, "called by read_clock, which did not call it before"));
	g_assert_cmpuint(fixture.suspects->suspects->len, ==, 2);
	g_assert_false(fixture.suspects->unexplained);
	g_assert_cmpstr(first->path, ==, "kernel/clock.c");
	g_assert_cmpuint(first->line, ==, 6);
	g_assert_cmpuint(first->frame, ==, 0);
	g_assert_cmpint(line->sign, ==, '+');
	g_assert_cmpuint(line->line, ==, 6);
	g_assert_cmpstr(line->text, ==, "static bool check_raw(void)");
	g_assert_cmpuint(place_at(&fixture, 2)->line, ==, 18);
	g_assert_cmpint(place_at(&fixture, 2)->change, ==, MD_CHANGE_NONE);
	/* The new function goes, and takes its call along. */
	g_assert_cmpuint(fixture.suspects->revert->len, ==, 1);
	g_assert_cmpstr(g_ptr_array_index(fixture.suspects->revert, 0), ==, "check_raw");
	fixture_free(&fixture);
}

/* The laws: nothing changed, or nothing that is code, or only where it is. */
static void test_unexplained(void)
{
	static const char *const stack[] = { "read_raw", "read_clock", "start_clock", NULL };
	struct fixture same =
		compare(stack, FILES("kernel/clock.c", CLOCK), FILES("kernel/clock.c", CLOCK));
	struct fixture comments =
		compare(stack, FILES("kernel/clock.c", CLOCK),
			FILES("kernel/clock.c", "/* A clock. */\n" RAW "/* In ticks. */\n"
						"u64 read_clock(void)\n{\n\t/* raw */\n"
						"\treturn  read_raw();\n}\n\n" START));
	struct fixture renamed =
		compare(stack, FILES("kernel/clock.c", CLOCK),
			FILES("kernel/clock.c", NULL, "kernel/time/clock.c", CLOCK));
	struct fixture split = compare(stack, FILES("kernel/clock.c", CLOCK),
				       FILES("kernel/clock.c", READ START, "kernel/raw.c", RAW));
	struct fixture elsewhere =
		compare(stack, FILES("kernel/clock.c", CLOCK, "kernel/other.c", READ),
			FILES("kernel/other.c", RAW));

	assert_unexplained(&same);
	assert_unexplained(&comments);
	assert_unexplained(&renamed);
	g_assert_cmpstr(place_at(&renamed, 0)->path, ==, "kernel/time/clock.c");
	assert_unexplained(&split);
	g_assert_cmpstr(place_at(&split, 0)->path, ==, "kernel/raw.c");
	assert_unexplained(&elsewhere);
	fixture_free(&same);
	fixture_free(&comments);
	fixture_free(&renamed);
	fixture_free(&split);
	fixture_free(&elsewhere);
}

/* What the functions of the stack use: macros, tables, variables, callees and theirs. */
static void test_used(void)
{
	static const char *const stack[] = { "read_clock", "start_clock", NULL };
	static const char port[] = "#define CLOCK_PORT 0x70\n";
	struct fixture macro =
		compare(stack, FILES("kernel/clock.c", CLOCK, "kernel/clock.h", port),
			FILES("kernel/clock.h", "#define CLOCK_PORT 0x74\n"));
	struct fixture callee = compare(
		stack, FILES("kernel/clock.c", CLOCK),
		FILES("kernel/clock.c",
		      "static u64 read_raw(void)\n{\n\treturn port_in(OTHER_PORT);\n}\n\n" READ
			      START));
	struct fixture variable =
		compare(stack, FILES("kernel/clock.c", "static u64 last = 1;\n" CLOCK),
			FILES("kernel/clock.c", "static u64 last = 2;\n" CLOCK));
	struct fixture removed = compare(
		stack, FILES("kernel/clock.c", CLOCK),
		FILES("kernel/clock.c", "u64 read_clock(void)\n{\n\treturn cached;\n}\n\n" START));

	assert_suspect(&macro, 1, "CLOCK_PORT", MD_CHANGE_MODIFIED, MD_HAND_UPSTREAM,
		       "modified, used by what is called by read_clock, in which the "
		       "fault is");
	g_assert_cmpuint(suspect_at(&macro, 1)->frame, ==, 2);
	g_assert_cmpuint(macro.suspects->revert->len, ==, 0);
	assert_suspect(&callee, 1, "read_raw", MD_CHANGE_MODIFIED, MD_HAND_UPSTREAM,
		       "modified, called by read_clock, in which the fault is");
	assert_suspect(&variable, 1, "last", MD_CHANGE_MODIFIED, MD_HAND_UPSTREAM,
		       "modified, used by start_clock, 1 frame above the fault");
	assert_suspect(&removed, 1, "read_clock", MD_CHANGE_MODIFIED, MD_HAND_UPSTREAM,
		       "modified, and the fault is in it");
	assert_suspect(&removed, 2, "read_raw", MD_CHANGE_REMOVED, MD_HAND_UPSTREAM,
		       "removed, called by read_clock, in which the fault is");
	g_assert_cmpstr(suspect_at(&removed, 2)->path, ==, "kernel/clock.c");
	g_assert_cmpstr(g_ptr_array_index(removed.suspects->revert, 0), ==, "read_clock");
	fixture_free(&macro);
	fixture_free(&callee);
	fixture_free(&variable);
	fixture_free(&removed);
}

/* Rewritten on its way to another file, but no other file lost one of that name. */
static void test_moved(void)
{
	struct fixture fixture =
		compare(STACK("read_raw", "read_clock"), FILES("kernel/clock.c", CLOCK),
			FILES("kernel/clock.c", READ START, "kernel/raw.c",
			      "u64 read_raw(void)\n{\n\tu64 low = in(1);\n\n\treturn in(2) << 32 | "
			      "low;\n}\n"));

	assert_suspect(&fixture, 1, "read_raw", MD_CHANGE_MODIFIED, MD_HAND_UPSTREAM,
		       "modified, and the fault is in it");
	g_assert_cmpstr(suspect_at(&fixture, 1)->path, ==, "kernel/raw.c");
	fixture_free(&fixture);
}

/* The same, and the stub in a header went with it. */
static void test_moved_with_stub(void)
{
	struct fixture fixture = compare(
		STACK("make_all", "start"),
		FILES("arch/x86/make.c", "void make_all(void)\n{\n\tfor_each(make_one);\n}\n",
		      "arch/x86/make.h", "static inline void make_all(void) { }\n",
		      "kernel/start.c", "void start(void)\n{\n\tmake_all();\n}\n"),
		FILES("arch/x86/make.c", NULL, "arch/x86/make.h", NULL, "kernel/make.c",
		      "void make_all(void)\n{\n\tint i;\n\n\twhile (next(&i))\n"
		      "\t\tmake_at(i);\n}\n",
		      "include/make.h", "static inline void make_all(void) { }\n"));

	assert_suspect(&fixture, 1, "make_all", MD_CHANGE_MODIFIED, MD_HAND_UPSTREAM,
		       "modified, and the fault is in it");
	fixture_free(&fixture);
}

/* What only reports is not what its caller died of. */
static void test_bystander(void)
{
	static const char *const stack[] = { "sync", NULL };
	static const char code[] = "void sync(void)\n{\n\tpanic(1);\n\tflush(1);\n}\n";
	struct fixture fixture =
		compare(stack,
			FILES("kernel/sync.c", code, "kernel/panic.c",
			      "void panic(int a)\n{\n\tstop(a);\n}\n", "kernel/flush.c",
			      "void flush(int a)\n{\n\tdrain(a);\n}\n"),
			FILES("kernel/panic.c", "void panic(int a)\n{\n\tstop(a + 1);\n}\n",
			      "kernel/flush.c", "void flush(int a)\n{\n\tdrain(a + 1);\n}\n"));

	g_assert_cmpuint(fixture.suspects->suspects->len, ==, 1);
	assert_suspect(&fixture, 1, "flush", MD_CHANGE_MODIFIED, MD_HAND_UPSTREAM,
		       "modified, called by sync, in which the fault is");
	fixture_free(&fixture);
}

/* A type counts where a member that is used there changed, and not else. */
static void test_member(void)
{
	static const char *const stack[] = { "get_rate", NULL };
	static const char code[] = "int get_rate(struct clock *c)\n{\n\treturn c->rate;\n}\n";
	static const char type[] = "struct clock {\n\tint rate;\n\tint other;\n};\n";
	struct fixture used =
		compare(stack, FILES("kernel/rate.c", code, "kernel/rate.h", type),
			FILES("kernel/rate.h", "struct clock {\n\tlong rate;\n\tint other;\n};\n"));
	struct fixture unused =
		compare(stack, FILES("kernel/rate.c", code, "kernel/rate.h", type),
			FILES("kernel/rate.h", "struct clock {\n\tint rate;\n\tlong other;\n};\n"));

	assert_suspect(&used, 1, "clock", MD_CHANGE_MODIFIED, MD_HAND_UPSTREAM,
		       "rate, a member that is used there, changed");
	assert_unexplained(&unused);
	fixture_free(&used);
	fixture_free(&unused);
}

/*
 * The second story in small: the outer frame reaches the inner one through two functions
 * that were compiled into it, one of which is new, far above the fault.
 */
static void test_inlined(void)
{
	static const char *const stack[] = {
		"lock", "wake", "audit", "may_trace", "schedule", NULL
	};
	static const char common[] = "void lock(void)\n{\n}\nvoid wake(void)\n{\n\tlock();\n}\n"
				     "void audit(void)\n{\n\twake();\n}\n"
				     "int may_trace(void)\n{\n\taudit();\n\treturn 0;\n}\n"
				     "void schedule(void)\n{\n\tswitch_mm();\n}\n";
	struct fixture fixture =
		compare(stack,
			FILES("kernel/core.c", common, "include/mm.h",
			      "static inline void switch_mm(void)\n{\n\tbarrier();\n}\n"),
			FILES("include/mm.h",
			      "static inline void guess_barrier(void)\n{\n\tif (may_trace())\n"
			      "\t\tbarrier();\n}\n"
			      "static inline void switch_mm(void)\n{\n\tguess_barrier();\n}\n"));

	assert_suspect(&fixture, 1, "switch_mm", MD_CHANGE_MODIFIED, MD_HAND_UPSTREAM,
		       "calls guess_barrier, which is new");
	assert_suspect(&fixture, 2, "guess_barrier", MD_CHANGE_NEW, MD_HAND_UPSTREAM,
		       "new in new, on the way out of schedule, 4 frames above the fault");
	g_assert_cmpuint(fixture.suspects->suspects->len, ==, 2);
	/* It has no frame, but it is what the old code was hooked to. */
	g_assert_cmpuint(fixture.suspects->revert->len, ==, 1);
	g_assert_cmpstr(g_ptr_array_index(fixture.suspects->revert, 0), ==, "guess_barrier");
	fixture_free(&fixture);
}

static const char *only_revert(const struct fixture *fixture)
{
	g_assert_cmpuint(fixture->suspects->revert->len, ==, 1);
	return g_ptr_array_index(fixture->suspects->revert, 0);
}

/* The first suspect is named for a revert, though it has no frame of its own. */
static void test_revert_inlined(void)
{
	static const char common[] = "void lock(void)\n{\n}\n"
				     "void schedule(void)\n{\n\tswitch_mm();\n}\n";
	struct fixture fixture = compare(
		STACK("lock", "schedule"),
		FILES("kernel/core.c", common, "include/mm.h",
		      "static inline void switch_mm(void)\n{\n\tlock();\n}\n"),
		FILES("include/mm.h",
		      "static inline void switch_mm(void)\n{\n\tbarrier();\n\tlock();\n}\n"));

	g_assert_cmpuint(suspect_at(&fixture, 1)->frame, ==, 2);
	g_assert_cmpstr(only_revert(&fixture), ==, "switch_mm");
	fixture_free(&fixture);
}

/* So is one that was there before, though what is new called it. */
static void test_revert_first(void)
{
	static const char start[] = "void start(void)\n{\n\thooks->run();\n}\n";
	struct fixture fixture = compare(
		STACK("take", "run_new", "start"),
		FILES("kernel/a.c", "void take(void)\n{\n\tone();\n}\n", "kernel/start.c", start),
		FILES("kernel/a.c", "void take(void)\n{\n\ttwo();\n}\n", "kernel/b.c",
		      "void run_new(void)\n{\n\ttake();\n}\n"));

	g_assert_cmpstr(suspect_at(&fixture, 1)->symbol, ==, "take");
	g_assert_cmpstr(suspect_at(&fixture, 2)->symbol, ==, "run_new");
	g_assert_cmpstr(only_revert(&fixture), ==, "take");
	fixture_free(&fixture);
}

/* A path stands before what another changed file has as well; a header's stub is none. */
static void test_revert_path(void)
{
	static const char probe[] = "static int probe(int a)\n{\n\treturn a;\n}\n"
				    "int x_go(int a)\n{\n\treturn probe(a);\n}\n";
	static const char more[] = "static int probe(int a)\n{\n\treturn a + 1;\n}\n"
				   "int x_go(int a)\n{\n\treturn probe(a);\n}\n";
	static const char y[] = "static int probe(int a)\n{\n\treturn 2 * a;\n}\n";
	static const char stub[] = "static inline int probe(int a)\n{\n\treturn 0;\n}\n";
	struct fixture shared = compare(
		STACK("probe", "x_go"), FILES("x/x.c", probe, "y/y.c", y),
		FILES("x/x.c", more, "y/y.c", "static int probe(int a)\n{\n\treturn 3 * a;\n}\n"));
	struct fixture same = compare(STACK("probe", "x_go"), FILES("x/x.c", probe, "y/y.c", y),
				      FILES("x/x.c", more));
	struct fixture stubbed =
		compare(STACK("probe", "x_go"), FILES("x/x.c", probe, "include/x.h", stub),
			FILES("x/x.c", more, "include/x.h",
			      "static inline int probe(int a) { return 1; }\n"));

	g_assert_cmpstr(only_revert(&shared), ==, "x/x.c:probe");
	g_assert_cmpstr(only_revert(&same), ==, "probe");
	g_assert_cmpstr(only_revert(&stubbed), ==, "probe");
	fixture_free(&shared);
	fixture_free(&same);
	fixture_free(&stubbed);
}

/* What the log says of the assertion and of the machine's words. */
static void test_words(void)
{
	static const char *const stack[] = { "take", "outer", NULL };
	static const char *const words[] = { "gs_base", NULL };
	static const char before[] = "void take(void)\n{\n\tuse(budget);\n}\n"
				     "void outer(void)\n{\n\ttake();\n\tone();\n}\n";
	static const char after[] = "void take(void)\n{\n\tuse(budget, 1);\n}\n"
				    "void outer(void)\n{\n\ttake();\n\tset(gs_base);\n}\n";
	struct fixture fixture = fixture_new(stack);
	struct md_meaning meaning = { "canary", g_strdup("a canary was read"), words };

	g_array_append_val(fixture.report->meanings, meaning);
	fixture.report->assertion = g_strdup("budget > 0");
	fixture.report->path = g_strdup("kernel/take.c");
	fixture.report->line = 3;
	set_tree(&fixture, MD_OLD_BASE, MD_OLD_BASE, "old", FILES("kernel/take.c", before));
	set_tree(&fixture, MD_NEW_BASE, MD_OLD_BASE, "new", FILES("kernel/take.c", after));
	find(&fixture);
	assert_suspect(&fixture, 1, "take", MD_CHANGE_MODIFIED, MD_HAND_UPSTREAM,
		       "its changed lines have budget, of which the assertion is");
	g_assert_true(
		has_reason(suspect_at(&fixture, 1), "line 3, which the log names, was changed"));
	assert_suspect(&fixture, 2, "outer", MD_CHANGE_MODIFIED, MD_HAND_UPSTREAM,
		       "its changed lines have gs_base: a canary was read");
	fixture_free(&fixture);
}

/* ------------------------------------------------------------------- places */

static void test_machine(void)
{
	static const char flush[] = "void flush(void)\n{\n}\n";
	static const char own[] =
		"void flush(void)\n{\n}\nvoid only_here(void)\n{\n\tflush();\n}\n";
	struct fixture said = fixture_new(STACK("flush"));
	struct fixture voted = fixture_new(STACK("flush", "start", "only_here"));
	const char *const *files = FILES("arch/arm/mm.c", flush, "arch/mips/mm.c", own,
					 "kernel/start.c", "void start(void)\n{\n}\n");

	said.report->machine = MD_MACHINE_ARM;
	set_tree(&said, MD_NEW_BASE, MD_NEW_BASE, "tree", files);
	find(&said);
	g_assert_cmpstr(place_at(&said, 0)->path, ==, "arch/arm/mm.c");
	g_assert_cmpuint(place_at(&said, 0)->others, ==, 0);
	/* The log does not say; a function that only one machine has does. */
	set_tree(&voted, MD_NEW_BASE, MD_NEW_BASE, "tree", files);
	find(&voted);
	g_assert_cmpstr(place_at(&voted, 0)->path, ==, "arch/mips/mm.c");
	g_assert_cmpuint(place_at(&voted, 0)->others, ==, 1);
	fixture_free(&said);
	fixture_free(&voted);
}

static void test_places(void)
{
	static const char probe[] = "static void probe(void)\n{\n}\n";
	static const char both[] = "static void probe(void)\n{\n}\n"
				   "void reset_b(void)\n{\n\tprobe();\n}\n";
	const char *const *files =
		FILES("drivers/a/a.c", probe, "drivers/b/b.c", both, "drivers/c/c_main.c", probe,
		      "include/stub.h", "static inline void probe(void) { }\n", "kernel/fs.c",
		      "SYSCALL_DEFINE1(close, int, fd)\n{\n\treturn 0;\n}\n", "arch/x86/entry.S",
		      "SYM_FUNC_START(enter)\n\tnop\nagain:\n\tret\nSYM_FUNC_END(enter)\n");
	struct fixture fixture = fixture_new(
		STACK("probe", "reset_b", "probe", "__x64_sys_close", "again", "nowhere"));
	struct md_frame *said = g_ptr_array_index(fixture.report->frames, 2);

	said->path = g_strdup("c_main.c");
	set_tree(&fixture, MD_NEW_BASE, MD_NEW_BASE, "tree", files);
	find(&fixture);
	/* A static function is called in its own file. */
	g_assert_cmpstr(place_at(&fixture, 0)->path, ==, "drivers/b/b.c");
	g_assert_cmpuint(place_at(&fixture, 0)->others, ==, 3);
	g_assert_cmpstr(place_at(&fixture, 2)->path, ==, "drivers/c/c_main.c");
	g_assert_cmpstr(place_at(&fixture, 3)->path, ==, "kernel/fs.c");
	g_assert_cmpuint(place_at(&fixture, 3)->line, ==, 1);
	g_assert_cmpstr(place_at(&fixture, 4)->path, ==, "arch/x86/entry.S");
	g_assert_null(place_at(&fixture, 5)->path);
	g_assert_cmpuint(place_at(&fixture, 5)->line, ==, 0);
	fixture_free(&fixture);
}

/* A header that is a part of one file, and another file that is built in its stead. */
static void test_included(void)
{
	static const char call[] = "static void queue(void)\n{\n}\n"
				   "void call(void)\n{\n\tqueue();\n}\n";
	static const char tree[] = "#include \"rcutree_plugin.h\"\n"
				   "static void queue(void)\n{\n\tadd();\n}\n"
				   "void call(void)\n{\n\tqueue();\n}\n";
	struct fixture fixture = fixture_new(STACK("enqueue", "queue", "call"));

	set_tree(&fixture, MD_NEW_BASE, MD_NEW_BASE, "tree",
		 FILES("kernel/rcutiny.c", call, "kernel/rcutree.c", tree,
		       "kernel/rcutree_plugin.h", "static void enqueue(void)\n{\n}\n"));
	find(&fixture);
	g_assert_cmpstr(place_at(&fixture, 0)->path, ==, "kernel/rcutree_plugin.h");
	g_assert_cmpstr(place_at(&fixture, 1)->path, ==, "kernel/rcutree.c");
	g_assert_cmpstr(place_at(&fixture, 2)->path, ==, "kernel/rcutree.c");
	fixture_free(&fixture);
}

/* An address of 64 bits is none of a folder for 32. */
static void test_width(void)
{
	static const char head[] = "void switched(void)\n{\n}\n";
	struct fixture fixture = fixture_new(STACK("switched"));
	struct md_frame *frame = g_ptr_array_index(fixture.report->frames, 0);

	frame->address = (struct md_word){ .value = 0xa000020018c, .digits = 16 };
	set_tree(&fixture, MD_NEW_BASE, MD_NEW_BASE, "tree",
		 FILES("xen/arch/arm/arm32/head.c", head, "xen/arch/arm/arm64/head.c", head));
	find(&fixture);
	g_assert_cmpstr(place_at(&fixture, 0)->path, ==, "xen/arch/arm/arm64/head.c");
	fixture_free(&fixture);
}

/* A module is where its name is. */
static void test_module(void)
{
	static const char probe[] = "static void probe(void)\n{\n}\n";
	struct fixture fixture = fixture_new(STACK("probe"));
	struct md_frame *frame = g_ptr_array_index(fixture.report->frames, 0);

	frame->module = g_strdup("snd_hda_intel");
	set_tree(&fixture, MD_NEW_BASE, MD_NEW_BASE, "tree",
		 FILES("kernel/a.c", probe, "drivers/net/intel.c", probe, "sound/hda/hda_intel.c",
		       probe));
	find(&fixture);
	g_assert_cmpstr(place_at(&fixture, 0)->path, ==, "sound/hda/hda_intel.c");
	fixture_free(&fixture);
}

/* With one tree there is no change to suspect: the functions of the stack, nearest first. */
static void test_one_tree(void)
{
	struct fixture fixture =
		fixture_new(STACK("copy", "read_clock", "start_clock", "gone", "lost"));
	struct md_frame *gone = g_ptr_array_index(fixture.report->frames, 3);

	gone->path = g_strdup("kernel/gone.c");
	gone->line = 7;
	set_tree(&fixture, MD_NEW_BASE, MD_NEW_BASE, "tree",
		 FILES("kernel/clock.c", CLOCK, "lib/copy.c", "void copy(void)\n{\n}\n"));
	find(&fixture);
	g_assert_false(fixture.suspects->compared);
	g_assert_false(fixture.suspects->unexplained);
	/* What serves everybody is seldom at fault. */
	assert_suspect(&fixture, 1, "read_clock", MD_CHANGE_NONE, MD_HAND_NONE,
		       "1 frame above the fault");
	assert_suspect(&fixture, 4, "copy", MD_CHANGE_NONE, MD_HAND_NONE, "the fault is in it");
	/* Of what the tree does not have, the log may say where it was. */
	assert_suspect(&fixture, 3, "gone", MD_CHANGE_NONE, MD_HAND_NONE,
		       "3 frames above the fault");
	g_assert_cmpstr(suspect_at(&fixture, 3)->path, ==, "kernel/gone.c");
	g_assert_cmpuint(suspect_at(&fixture, 3)->line, ==, 7);
	g_assert_null(place_at(&fixture, 3)->path);
	g_assert_cmpuint(fixture.suspects->revert->len, ==, 0);
	fixture_free(&fixture);
}

/* -------------------------------------------------------------------- hands */

/* @upstream and @downstream: what each makes of read_clock() in the new trees. */
static enum md_hand hand_for(const char *old_downstream, const char *upstream,
			     const char *downstream)
{
	struct fixture fixture = fixture_new(STACK("read_clock", "start_clock"));
	enum md_hand hand;

	set_tree(&fixture, MD_OLD_BASE, MD_OLD_BASE, "old", FILES("kernel/clock.c", CLOCK));
	set_tree(&fixture, MD_OLD_DOWNSTREAM, MD_OLD_BASE, "old+",
		 FILES("kernel/clock.c", old_downstream));
	set_tree(&fixture, MD_NEW_BASE, MD_OLD_BASE, "new", FILES("kernel/clock.c", upstream));
	set_tree(&fixture, MD_NEW_DOWNSTREAM, MD_NEW_BASE, "new+",
		 FILES("kernel/clock.c", downstream));
	find(&fixture);
	if (fixture.suspects->suspects->len == 0) {
		hand = MD_HAND_NONE;
	} else {
		g_assert_cmpstr(suspect_at(&fixture, 1)->symbol, ==, "read_clock");
		hand = suspect_at(&fixture, 1)->hand;
	}
	fixture_free(&fixture);
	return hand;
}

#define WITH(lines) RAW "u64 read_clock(void)\n{\n" lines "\treturn read_raw();\n}\n\n" START
#define OURS "\tour_hook();\n"
#define THEIRS "\tcount++;\n\n"

static void test_hands(void)
{
	/* Upstream's change, with and without one of the downstream's that is carried. */
	g_assert_cmpint(hand_for(CLOCK, WITH(THEIRS), WITH(THEIRS)), ==, MD_HAND_UPSTREAM);
	g_assert_cmpint(hand_for(WITH(OURS), WITH(THEIRS), WITH(OURS THEIRS)), ==,
			MD_HAND_UPSTREAM);
	/* The downstream's own: something added, something lost. */
	g_assert_cmpint(hand_for(CLOCK, CLOCK, WITH(OURS)), ==, MD_HAND_DOWNSTREAM);
	g_assert_cmpint(hand_for(WITH(OURS), CLOCK, CLOCK), ==, MD_HAND_DOWNSTREAM);
	g_assert_cmpint(hand_for(CLOCK, WITH(THEIRS), WITH(OURS THEIRS)), ==, MD_HAND_BOTH);
	/* What the downstream had before is no change of the kernel that runs. */
	g_assert_cmpint(hand_for(WITH(THEIRS), WITH(THEIRS), WITH(THEIRS)), ==, MD_HAND_NONE);
	g_assert_cmpint(hand_for(WITH(OURS), CLOCK, WITH(OURS)), ==, MD_HAND_NONE);
}

/* ------------------------------------------------------------------ hostile */

/* Many frames of many definitions, calls in circles, junk: it ends, and in time. */
static void test_hostile(void)
{
	g_autoptr(GString) source = g_string_new(NULL);
	struct fixture fixture = fixture_new(STACK("f0"));
	guint frames = g_test_slow() ? 100000 : 5000;

	for (guint i = 0; i < 1000; i++)
		g_string_append_printf(source,
				       "static void f%u(void)\n{\n\tf%u();\n\tf%u();\n}\n"
				       "#define m%u m%u(\n",
				       i % 300, i, (i + 1) % 300, i, i + 1);
	for (guint i = 1; i < frames; i++) {
		struct md_frame *frame = md_frame_new();

		frame->symbol = i % 3 ? g_strdup_printf("f%u", i % 400) : NULL;
		frame->reliable = i % 5 != 0;
		frame->stack = i % 7 ? NULL : g_strdup("irq");
		frame->path = i % 11 ? NULL : g_strdup("../../..");
		frame->module = i % 13 ? NULL : g_strdup("---");
		g_ptr_array_add(fixture.report->frames, frame);
	}
	fixture.report->look = G_MAXSIZE;
	set_tree(&fixture, MD_OLD_BASE, MD_OLD_BASE, "old",
		 FILES("kernel/a.c", source->str, "kernel/b.c", "\xff\xfe{{{((("));
	g_string_append(source, "}}}\n#if\n#else\nstatic void f1(void) {");
	set_tree(&fixture, MD_NEW_BASE, MD_OLD_BASE, "new",
		 FILES("kernel/a.c", source->str, "kernel/b.c", "static f7(\"\n{"));
	find(&fixture);
	fixture_free(&fixture);
}

/* A report without a stack has nothing to ask the trees for. */
static void test_no_frames(void)
{
	struct fixture fixture =
		compare(STACK(NULL), FILES("kernel/clock.c", CLOCK), FILES("kernel/clock.c", RAW));

	assert_unexplained(&fixture);
	fixture_free(&fixture);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/suspect/new-on-top", test_new_on_top);
	g_test_add_func("/suspect/unexplained", test_unexplained);
	g_test_add_func("/suspect/used", test_used);
	g_test_add_func("/suspect/moved", test_moved);
	g_test_add_func("/suspect/moved-with-stub", test_moved_with_stub);
	g_test_add_func("/suspect/bystander", test_bystander);
	g_test_add_func("/suspect/member", test_member);
	g_test_add_func("/suspect/inlined", test_inlined);
	g_test_add_func("/suspect/revert-inlined", test_revert_inlined);
	g_test_add_func("/suspect/revert-first", test_revert_first);
	g_test_add_func("/suspect/revert-path", test_revert_path);
	g_test_add_func("/suspect/words", test_words);
	g_test_add_func("/suspect/machine", test_machine);
	g_test_add_func("/suspect/places", test_places);
	g_test_add_func("/suspect/included", test_included);
	g_test_add_func("/suspect/width", test_width);
	g_test_add_func("/suspect/module", test_module);
	g_test_add_func("/suspect/one-tree", test_one_tree);
	g_test_add_func("/suspect/hands", test_hands);
	g_test_add_func("/suspect/hostile", test_hostile);
	g_test_add_func("/suspect/no-frames", test_no_frames);
	return g_test_run();
}
