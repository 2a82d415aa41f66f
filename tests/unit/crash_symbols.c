/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames to files and lines, by a program that the compiler at hand makes here, and by a
 * System.map.
 */
#include "crash/symbols.h"

#include <glib/gstdio.h>
#include <string.h>

/*
 * The lines count. inside: is a label in what is inlined into outer() twice over; there are two
 * functions named twin, of different sizes.
 */
static const char source[] =
	"#define HERE(name) __asm__ volatile(\".globl \" name \"\\n\" name \": nop\")\n"
	"void callee(void);\n"
	"static inline __attribute__((always_inline)) void innermost(void)\n"
	"{\n"
	"\tHERE(\"inside\");\n" /* 5 */
	"}\n"
	"static inline __attribute__((always_inline)) void between(void)\n"
	"{\n"
	"\tinnermost();\n" /* 9 */
	"}\n"
	"__attribute__((noinline)) void outer(void)\n"
	"{\n"
	"\tHERE(\"before\");\n" /* 13 */
	"\tbetween();\n"	/* 14 */
	"\tcallee(); HERE(\"behind\");\n"
	"}\n"
	"__attribute__((noinline)) void callee(void) { HERE(\"in_callee\"); }\n"
	"__attribute__((noinline)) static void twin(void) { HERE(\"short_twin\"); }\n"
	"void _start(void) { outer(); twin(); }\n";
static const char second[] =
	"static __attribute__((noinline)) void twin(void)\n"
	"{\n"
	"\t__asm__ volatile(\"nop\\nnop\\nnop\\nnop\\nnop\\nnop\\nnop\\nnop\");\n"
	"\t__asm__ volatile(\".globl long_twin\\nlong_twin: nop\");\n"
	"}\n"
	"void user(void) { twin(); }\n";

struct fixture {
	char *folder;
	char *vmlinux;
	struct md_symbols *symbols;
	GHashTable *addresses; /* name -> its address, boxed */
};

static void write_file(const char *folder, const char *name, const char *text)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);

	g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static gboolean compile(const char *folder)
{
	const char *argv[] = { "cc",
			       "-g",
			       "-O2",
			       "-fno-pie",
			       "-no-pie",
			       "-nostdlib",
			       "-static",
			       "-fno-stack-protector",
			       "-fcf-protection=none",
			       "-Wl,--build-id=none",
			       "-Iinclude",
			       "init/main.c",
			       "second.c",
			       "-o",
			       "vmlinux",
			       NULL };
	g_autofree char *init = g_build_filename(folder, "init", NULL);
	int status = -1;

	g_assert_cmpint(g_mkdir(init, 0700), ==, 0);
	write_file(init, "main.c", source);
	write_file(folder, "second.c", second);
	return g_spawn_sync(folder, (char **)argv, NULL,
			    G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, NULL,
			    NULL, &status, NULL) &&
	       status == 0;
}

static void set_up(struct fixture *fixture, const void *data)
{
	struct md_symbol_table table = { g_array_new(FALSE, TRUE, sizeof(struct md_symbol)), NULL };
	MD_AUTOPTR(md_elf) elf = NULL;

	fixture->folder = g_dir_make_tmp("metadiff-symbols-XXXXXX", NULL);
	fixture->vmlinux = g_build_filename(fixture->folder, "vmlinux", NULL);
	fixture->addresses = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	if (compile(fixture->folder)) {
		fixture->symbols = md_symbols_new(fixture->vmlinux, NULL, NULL);
		elf = md_elf_new(fixture->vmlinux, NULL);
		g_assert_nonnull(elf);
		md_elf_symbols(elf, &table);
	}
	for (guint i = 0; i < table.symbols->len; i++) {
		const struct md_symbol *one = &g_array_index(table.symbols, struct md_symbol, i);

		g_hash_table_insert(fixture->addresses, g_strdup(one->name),
				    g_memdup2(&one->address, sizeof(one->address)));
	}
	g_array_unref(table.symbols);
}

static void tear_down(struct fixture *fixture, const void *data)
{
	static const char *const files[] = { "vmlinux", "second.c", "init/main.c", "init" };

	md_symbols_free(fixture->symbols);
	g_hash_table_unref(fixture->addresses);
	for (guint i = 0; i < G_N_ELEMENTS(files); i++) {
		g_autofree char *path = g_build_filename(fixture->folder, files[i], NULL);

		g_remove(path);
	}
	g_rmdir(fixture->folder);
	g_free(fixture->folder);
	g_free(fixture->vmlinux);
}

static gboolean made(const struct fixture *fixture)
{
	if (fixture->symbols == NULL)
		g_test_skip("no compiler that makes a static program here");
	return fixture->symbols != NULL;
}

static guint64 address_of(const struct fixture *fixture, const char *name)
{
	const guint64 *address = g_hash_table_lookup(fixture->addresses, name);

	g_assert_nonnull(address);
	return *address;
}

static struct md_frame *add_frame(struct md_report *report, const char *symbol, guint64 offset,
				  guint64 size)
{
	struct md_frame *frame = md_frame_new();

	frame->symbol = g_strdup(symbol);
	frame->offset = offset;
	frame->size = size;
	g_ptr_array_add(report->frames, frame);
	return frame;
}

/* "inner@main.c:5 [inline], outer@main.c:14": the frames in one line. */
static char *said_frames(const GPtrArray *frames)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < frames->len; i++) {
		const struct md_frame *frame = g_ptr_array_index(frames, i);

		g_string_append_printf(text, "%s%s@%s:%u%s", i > 0 ? ", " : "", frame->symbol,
				       frame->path ? frame->path : "-", frame->line,
				       frame->inlined ? " [inline]" : "");
	}
	return g_string_free(text, FALSE);
}

static char *said(const struct md_report *report)
{
	return said_frames(report->frames);
}

/* A report with a register dump, so that its first frame is the instruction pointer's. */
static struct md_report *new_report(void)
{
	struct md_report *report = md_report_new();
	struct md_register rip = { g_strdup("rip"), { 0, 0 } };

	g_array_append_val(report->registers, rip);
	return report;
}

static void test_inlined(struct fixture *fixture, const void *data)
{
	MD_AUTOPTR(md_report) report = new_report();
	g_autofree char *text = NULL;
	guint64 outer;

	if (!made(fixture))
		return;
	outer = address_of(fixture, "outer");
	add_frame(report, "outer", address_of(fixture, "inside") - outer, MD_FRAME_UNKNOWN);
	add_frame(report, "nowhere", 1, 2);
	report->look = 0;
	md_symbols_resolve_report(fixture->symbols, report);
	text = said(report);
	g_assert_cmpstr(text, ==,
			"innermost@init/main.c:5 [inline], between@init/main.c:9 [inline], "
			"outer@init/main.c:14, nowhere@-:0");
	/* The frame to look at is still outer(). */
	g_assert_cmpuint(report->look, ==, 2);
}

/* What returns to behind the call is at the call, not at what comes after it. */
static void test_return_address(struct fixture *fixture, const void *data)
{
	MD_AUTOPTR(md_report) report = new_report();
	g_autofree char *text = NULL;

	if (!made(fixture))
		return;
	add_frame(report, "outer", address_of(fixture, "before") - address_of(fixture, "outer"),
		  MD_FRAME_UNKNOWN);
	add_frame(report, "outer", address_of(fixture, "inside") - address_of(fixture, "outer") + 0,
		  MD_FRAME_UNKNOWN);
	md_symbols_resolve_report(fixture->symbols, report);
	text = said(report);
	/* The byte before the label of what is inlined is that of the line before it. */
	g_assert_cmpstr(text, ==, "outer@init/main.c:13, outer@init/main.c:13");
}

static void test_twins(struct fixture *fixture, const void *data)
{
	static const struct {
		const char *inside, *expected;
	} twins[] = { { "short_twin", "twin@init/main.c:18" }, { "long_twin", "twin@second.c:4" } };

	if (!made(fixture))
		return;
	for (guint i = 0; i < G_N_ELEMENTS(twins); i++) {
		MD_AUTOPTR(md_report) by_size = new_report();
		MD_AUTOPTR(md_report) by_address = new_report();
		MD_AUTOPTR(md_report) unsaid = new_report();
		g_autofree char *text = NULL, *again = NULL, *neither = NULL;
		const struct md_frame *named;
		guint64 address = address_of(fixture, twins[i].inside);

		/* By its address alone: the name is found, and where in it. */
		add_frame(by_address, NULL, MD_FRAME_UNKNOWN, MD_FRAME_UNKNOWN)->address =
			(struct md_word){ address, 16 };
		md_symbols_resolve_report(fixture->symbols, by_address);
		named = g_ptr_array_index(by_address->frames, 0);
		text = said(by_address);
		g_assert_cmpstr(text, ==, twins[i].expected);
		/* By its name, offset and size. */
		add_frame(by_size, "twin", named->offset, named->size);
		md_symbols_resolve_report(fixture->symbols, by_size);
		again = said(by_size);
		g_assert_cmpstr(again, ==, twins[i].expected);
		/* Without a size, nothing tells which. */
		add_frame(unsaid, "twin", named->offset, MD_FRAME_UNKNOWN);
		md_symbols_resolve_report(fixture->symbols, unsaid);
		neither = said(unsaid);
		g_assert_cmpstr(neither, ==, "twin@-:0");
	}
}

/* KASLR moved the kernel: as the log says, or as the frames agree. */
static void test_moved(struct fixture *fixture, const void *data)
{
	const guint64 moved = 0x1be00000;

	if (!made(fixture))
		return;
	for (guint told = 0; told < 2; told++) {
		MD_AUTOPTR(md_report) report = new_report();
		g_autofree char *text = NULL;
		guint64 outer = address_of(fixture, "outer");

		add_frame(report, "outer", address_of(fixture, "before") - outer, MD_FRAME_UNKNOWN)
			->address = (struct md_word){ address_of(fixture, "before") + moved, 16 };
		add_frame(report, NULL, MD_FRAME_UNKNOWN, MD_FRAME_UNKNOWN)->address =
			(struct md_word){ address_of(fixture, "in_callee") + moved + 1, 16 };
		if (told)
			report->moved = (struct md_word){ moved, 8 };
		md_symbols_resolve_report(fixture->symbols, report);
		text = said(report);
		g_assert_cmpstr(text, ==, "outer@init/main.c:13, callee@init/main.c:17");
		g_assert_cmphex(report->moved.value, ==, moved);
	}
}

/* Tasks that share frames, of a kernel that KASLR moved, whose frames have no offsets. */
static void test_tasks(struct fixture *fixture, const void *data)
{
	const guint64 moved = 0x1be00000;
	g_autoptr(GString) text = g_string_new(NULL);
	MD_AUTOPTR(md_log) log = NULL;
	const GPtrArray *tasks;

	if (!made(fixture))
		return;
	for (guint i = 1; i <= 3; i++) {
		g_string_append_printf(text, "PID: %u TASK: ffff88000000000%u CPU: 0 COMMAND: ", i,
				       i);
		g_string_append_printf(text, "\"miller\"\n#0 [ffff880012340000] callee at ");
		g_string_append_printf(text, "%" G_GINT64_MODIFIER "x\n",
				       address_of(fixture, "in_callee") + moved + 1);
		/* The third is elsewhere in it. */
		g_string_append_printf(
			text, "#1 [ffff880012340010] outer at %" G_GINT64_MODIFIER "x\n\n",
			address_of(fixture, i < 3 ? "inside" : "before") + moved + 1);
	}
	log = md_log_new("log");
	g_assert_true(md_log_feed(log, text->str, text->len, NULL));
	g_assert_true(md_log_finish(log, NULL));
	g_assert_true(md_symbols_resolve(fixture->symbols, log, NULL));
	tasks = md_log_tasks(log);
	g_assert_cmpuint(tasks->len, ==, 3);
	for (guint i = 0; i < tasks->len; i++) {
		const struct md_task *task = g_ptr_array_index(tasks, i);
		g_autofree char *found = said_frames(task->frames);

		g_assert_cmpstr(found, ==,
				i < 2 ? "callee@init/main.c:17, innermost@init/main.c:5 [inline], "
					"between@init/main.c:9 [inline], outer@init/main.c:14"
				      : "callee@init/main.c:17, outer@init/main.c:13");
	}
}

static void test_system_map(void)
{
	g_autofree char *path = NULL;
	MD_AUTOPTR(md_report) report = new_report();
	MD_AUTOPTR(md_symbols) symbols = NULL;
	const struct md_frame *frame;
	int fd = g_file_open_tmp("metadiff-map-XXXXXX", &path, NULL);

	g_assert_true(g_close(fd, NULL));
	g_assert_true(g_file_set_contents(path,
					  "ffffffff81000100 t second\n"
					  "ffffffff81000000 T first\n"
					  "ffffffff81000080 d some_data\n"
					  "ffffffff81000200 T last\n"
					  "ffffffff81000280 t common/gate.c#close_gate\n"
					  "ffffffff81000300 T end\n",
					  -1, NULL));
	symbols = md_symbols_new(NULL, path, NULL);
	g_assert_nonnull(symbols);
	add_frame(report, NULL, MD_FRAME_UNKNOWN, MD_FRAME_UNKNOWN)->address =
		(struct md_word){ G_GUINT64_CONSTANT(0xffffffff81000090), 16 };
	add_frame(report, NULL, MD_FRAME_UNKNOWN, MD_FRAME_UNKNOWN)->address =
		(struct md_word){ 0x1000, 16 };
	add_frame(report, NULL, MD_FRAME_UNKNOWN, MD_FRAME_UNKNOWN)->address =
		(struct md_word){ G_GUINT64_CONSTANT(0xffffffff81000284), 16 };
	md_symbols_resolve_report(symbols, report);
	frame = g_ptr_array_index(report->frames, 0);
	g_assert_cmpstr(frame->symbol, ==, "first");
	g_assert_cmphex(frame->offset, ==, 0x90);
	g_assert_cmphex(frame->size, ==, 0x100);
	frame = g_ptr_array_index(report->frames, 1);
	g_assert_null(frame->symbol);
	/* Xen's static functions have their file in front. */
	frame = g_ptr_array_index(report->frames, 2);
	g_assert_cmpstr(frame->symbol, ==, "close_gate");
	g_remove(path);
}

static void test_errors(void)
{
	static const struct {
		const char *content; /* NULL: there is no file */
		gboolean is_map;
		const char *expected; /* behind the file's name */
	} cases[] = {
		{ NULL, FALSE, ": No such file or directory" },
		{ "not ELF", FALSE, ": not an ELF file (a vmlinux is; a bzImage is not)" },
		{ "\177ELF", FALSE, ": not an ELF file (a vmlinux is; a bzImage is not)" },
		{ "ffffffff81000000 T a\nnonsense\n", TRUE, ":2: not a line of a System.map" },
		{ "", TRUE, ": no functions in it" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *path = NULL, *expected = NULL;
		g_autoptr(GError) error = NULL;
		struct md_symbols *symbols;
		int fd = g_file_open_tmp("metadiff-map-XXXXXX", &path, NULL);

		g_assert_true(g_close(fd, NULL));
		if (cases[i].content != NULL)
			g_assert_true(g_file_set_contents(path, cases[i].content, -1, NULL));
		else
			g_remove(path);
		symbols = md_symbols_new(cases[i].is_map ? NULL : path,
					 cases[i].is_map ? path : NULL, &error);
		g_assert_null(symbols);
		expected = g_strconcat(path, cases[i].expected, NULL);
		g_assert_error(error, MD_ERROR, MD_ERROR_INPUT);
		g_assert_cmpstr(error->message, ==, expected);
		g_remove(path);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
	g_test_add("/crash/symbols/" name, struct fixture, NULL, set_up, function, tear_down)
	ADD("inlined", test_inlined);
	ADD("return-address", test_return_address);
	ADD("twins", test_twins);
	ADD("moved", test_moved);
	ADD("tasks", test_tasks);
	g_test_add_func("/crash/symbols/system-map", test_system_map);
	g_test_add_func("/crash/symbols/errors", test_errors);
	return g_test_run();
}
