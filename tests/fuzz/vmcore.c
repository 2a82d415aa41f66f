/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as the answers of crash(8), in the language of tests/support/debugger/crash: what it is
 * asked, and what is made of its answers, ends, and the tasks hang together. In the place of the
 * program answers the hook that is called before each wait for it: nothing is started, no thread
 * either.
 */
#include "lockup/lockup.h"

#include <string.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* All memory of a machine: more than any stack. */
#define PAGES_MAX 2048
#define PAGE_WORDS 64
#define PAGE_BYTES ((guint64)PAGE_WORDS * 8)
/* So that a child by this number is never waited for. */
#define NO_CHILD 0x7ffffffe

struct page {
	guint64 number; /* address / PAGE_BYTES */
	guint64 words[PAGE_WORDS];
	guint64 there; /* bit i: words[i] can be read */
};

struct machine {
	GHashTable *pages;   /* of struct page, by number */
	GHashTable *answers; /* command -> GString */
	GString *symbols;
	GHashTable *offsets; /* member -> text */
	int socket;	     /* at whose other end the questions are asked; -1: none */
	GString *asked;	     /* the beginning of a question */
};

static struct machine *machine; /* of the input that is tried */

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

/* ---------------------------------------------------------------- machine */

static guint64 *word_at(guint64 address, gboolean add)
{
	guint64 number = address / PAGE_BYTES, bit = G_GUINT64_CONSTANT(1)
						     << address / 8 % PAGE_WORDS;
	struct page *page = g_hash_table_lookup(machine->pages, &number);

	if (page == NULL && add && g_hash_table_size(machine->pages) < PAGES_MAX) {
		page = g_new0(struct page, 1);
		page->number = number;
		g_hash_table_insert(machine->pages, &page->number, page);
	}
	if (page == NULL || (!add && (page->there & bit) == 0))
		return NULL;
	page->there |= bit;
	return &page->words[address / 8 % PAGE_WORDS];
}

static void take_region(const char *rest)
{
	char *end;
	guint64 address = g_ascii_strtoull(rest, &end, 16);
	guint64 size = MIN(g_ascii_strtoull(end, NULL, 0), 16384);

	for (guint64 at = 0; at < size; at += 8)
		word_at(address + at, TRUE);
}

static void take_words(const char *rest)
{
	char *end;
	guint64 address = g_ascii_strtoull(rest, &end, 16);

	while (*end == ' ') {
		guint64 *word = word_at(address, TRUE);

		if (word != NULL)
			*word = g_ascii_strtoull(end, &end, 16);
		else
			return;
		address += 8;
	}
}

static void take_code(const char *rest)
{
	char *at;
	guint64 address = g_ascii_strtoull(rest, &at, 16);

	for (at += *at == ' '; g_ascii_isxdigit(at[0]) && g_ascii_isxdigit(at[1]); at += 2) {
		guint64 *word = word_at(address, TRUE);

		if (word == NULL)
			return;
		*word |= (guint64)(g_ascii_xdigit_value(at[0]) * 16 + g_ascii_xdigit_value(at[1]))
			 << 8 * (address % 8);
		address++;
	}
}

static void take_symbol(const char *rest)
{
	const char *name = strchr(rest, ' ');

	if (name == NULL)
		return;
	if (g_str_has_prefix(name, " MODULE") || name[1] == '\0' || name[2] != ' ')
		g_string_append_printf(machine->symbols, "%s\n", rest);
	else
		g_string_append_printf(machine->symbols, "%.*s (%c)%s\n", (int)(name - rest), rest,
				       name[1], name + 2);
}

static void take_line(const char *line, GString **answer)
{
	static const struct {
		const char *what;
		void (*take)(const char *rest);
	} kinds[] = {
		{ "region ", take_region },
		{ "word ", take_words },
		{ "code ", take_code },
		{ "symbol ", take_symbol },
	};
	const char *blank = strchr(line, ' ');

	if (g_str_has_prefix(line, "answer ")) {
		*answer = g_string_new(NULL);
		g_hash_table_replace(machine->answers, g_strdup(blank + 1), *answer);
	} else if (g_str_has_prefix(line, "offset ") && strchr(blank + 1, ' ') != NULL) {
		g_auto(GStrv) words = g_strsplit(blank + 1, " ", 2);

		g_hash_table_replace(machine->offsets, g_strdup(words[0]), g_strdup(words[1]));
	}
	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
		if (g_str_has_prefix(line, kinds[i].what))
			kinds[i].take(line + strlen(kinds[i].what));
	}
}

static void string_free(void *data)
{
	g_string_free(data, TRUE);
}

static void machine_read(struct md_slice text)
{
	struct md_slice line;
	GString *answer = NULL; /* that is being read */

	machine = g_new0(struct machine, 1);
	machine->pages = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);
	machine->asked = g_string_new(NULL);
	machine->socket = -1;
	machine->answers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, string_free);
	machine->offsets = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	machine->symbols = g_string_new(NULL);
	while (md_slice_next_line(&text, &line)) {
		g_autofree char *string =
			g_strndup(md_slice_chomp(line).data, md_slice_chomp(line).size);

		if (answer == NULL)
			take_line(string, &answer);
		else if (strcmp(string, "end") == 0)
			answer = NULL;
		else
			g_string_append_len(answer, line.data, (gssize)line.size);
	}
}

static void machine_free(void)
{
	if (machine->socket >= 0)
		close(machine->socket);
	g_string_free(machine->asked, TRUE);
	g_hash_table_unref(machine->pages);
	g_hash_table_unref(machine->answers);
	g_hash_table_unref(machine->offsets);
	g_string_free(machine->symbols, TRUE);
	g_clear_pointer(&machine, g_free);
}

/* ---------------------------------------------------------------- answers */

static void answer_words(GString *out, const char *rest)
{
	char *end;
	guint64 address = g_ascii_strtoull(rest, &end, 16);
	guint64 count = g_ascii_strtoull(end, NULL, 10);

	for (guint64 i = 0; i < count; i++, address += 8) {
		const guint64 *word = word_at(address, FALSE);

		if (i % 2 == 0)
			g_string_append_printf(out, "%" G_GINT64_MODIFIER "x:  ", address);
		if (word == NULL) {
			g_string_append(out, "rd: invalid kernel virtual address\n");
			return;
		}
		g_string_append_printf(out, "%016" G_GINT64_MODIFIER "x %s", *word,
				       i % 2 ? "  ......\n" : "");
	}
}

static void answer(GString *out, const char *command)
{
	const GString *said = g_hash_table_lookup(machine->answers, command);

	/* Always: who has no end of an answer is waited for. */
	if (g_str_has_prefix(command, "eval ")) {
		g_string_append_printf(out, "hexadecimal: %s\n    binary: 1\n",
				       command + strlen("eval 0x"));
	} else if (said != NULL) {
		g_string_append_len(out, said->str, (gssize)said->len);
	} else if (g_str_has_prefix(command, "rd -64 ")) {
		answer_words(out, command + strlen("rd -64 "));
	} else if (g_str_has_prefix(command, "struct -o ")) {
		const char *offset =
			g_hash_table_lookup(machine->offsets, command + strlen("struct -o "));

		g_string_append_printf(
			out, offset ? "struct {\n  [%s] int;\n}\n" : "struct: invalid%s\n",
			offset ? offset : "");
	} else if (strcmp(command, "sym -l") == 0) {
		g_string_append_len(out, machine->symbols->str, (gssize)machine->symbols->len);
	}
}

/*
 * Answers what was asked. What no socket holds is no answer: it hangs up. Who has read all and
 * waits for more has missed the end of an answer.
 */
static gboolean answer_all(void *data, const char *phase, guint64 done, guint64 total)
{
	char bytes[4096];
	ssize_t size;
	int unread;
	char *end;

	g_assert_cmpint(ioctl(machine->socket, SIOCOUTQ, &unread), ==, 0);
	while ((size = recv(machine->socket, bytes, sizeof(bytes), MSG_DONTWAIT)) > 0)
		g_string_append_len(machine->asked, bytes, size);
	g_assert_true(unread > 0 || machine->asked->len > 0 || size == 0);
	while ((end = strchr(machine->asked->str, '\n')) != NULL) {
		g_autoptr(GString) out = g_string_new(NULL);

		*end = '\0';
		answer(out, machine->asked->str);
		g_string_erase(machine->asked, 0, end + 1 - machine->asked->str);
		size = send(machine->socket, out->str, out->len, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (size != (ssize_t)out->len)
			shutdown(machine->socket, SHUT_RDWR);
	}
	return TRUE;
}

/* Stands before GLib's: no program is run. */
gboolean g_spawn_async_with_pipes_and_fds(const char *folder, const char *const *arguments,
					  const char *const *environment, GSpawnFlags flags,
					  GSpawnChildSetupFunc setup, void *data, int in, int out,
					  int error_out, const int *source_fds,
					  const int *target_fds, gsize count, GPid *pid,
					  int *in_pipe, int *out_pipe, int *error_pipe,
					  GError **error)
{
	machine->socket = dup(in);
	*pid = NO_CHILD;
	return TRUE;
}

static void check_task(const struct md_task *task)
{
	g_assert_true(task->comm == NULL || g_utf8_validate(task->comm, -1, NULL));
	g_assert_cmpint(task->pid, >=, -1);
	for (guint i = 0; i < task->frames->len; i++) {
		const struct md_frame *frame = g_ptr_array_index(task->frames, i);

		g_assert_true(frame->symbol == NULL || g_utf8_validate(frame->symbol, -1, NULL));
	}
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	static const struct md_hooks hooks = { .progress = answer_all };
	MD_AUTOPTR(md_log) log = NULL;

	machine_read((struct md_slice){ (const char *)data, size });
	log = md_vmcore_read("/dev/null", "/dev/null", &hooks, NULL);
	for (guint i = 0; log != NULL && i < md_log_tasks(log)->len; i++)
		check_task(g_ptr_array_index(md_log_tasks(log), i));
	machine_free();
	return 0;
}
