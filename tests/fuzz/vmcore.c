/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as the answers of crash(8), in the language of tests/support/debugger/crash: what it is
 * asked, and what is made of its answers, ends, and the tasks hang together. In the place of the
 * program a thread answers.
 */
#include "lockup/lockup.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* All memory of a machine: more than any stack. */
#define MEMORY_MAX (1 << 20)
/* So that a child by this number is never waited for. */
#define NO_CHILD 0x7ffffffe

struct machine {
	GHashTable *words;   /* address / 8 -> value: those that can be read */
	GHashTable *answers; /* command -> GString */
	GString *symbols;
	GHashTable *offsets; /* member -> text */
	gsize memory;
};

static struct machine *machine; /* of the input that is tried */

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

/* ---------------------------------------------------------------- machine */

static guint64 *word_at(guint64 address, gboolean add)
{
	guint64 key = address / 8;
	guint64 *word = g_hash_table_lookup(machine->words, &key);

	if (word == NULL && add && machine->memory < MEMORY_MAX) {
		machine->memory += 8;
		word = g_new0(guint64, 1);
		g_hash_table_insert(machine->words, g_memdup2(&key, sizeof(key)), word);
	}
	return word;
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
	machine->words = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
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
	g_hash_table_unref(machine->words);
	g_hash_table_unref(machine->answers);
	g_hash_table_unref(machine->offsets);
	g_string_free(machine->symbols, TRUE);
	g_clear_pointer(&machine, g_free);
}

/* ---------------------------------------------------------------- answers */

static void answer_words(FILE *out, const char *rest)
{
	char *end;
	guint64 address = g_ascii_strtoull(rest, &end, 16);
	guint64 count = g_ascii_strtoull(end, NULL, 10);

	for (guint64 i = 0; i < count; i++, address += 8) {
		const guint64 *word = word_at(address, FALSE);

		if (i % 2 == 0)
			fprintf(out, "%" G_GINT64_MODIFIER "x:  ", address);
		if (word == NULL) {
			fprintf(out, "rd: invalid kernel virtual address\n");
			return;
		}
		fprintf(out, "%016" G_GINT64_MODIFIER "x %s", *word, i % 2 ? "  ......\n" : "");
	}
}

static void answer(FILE *out, const char *command)
{
	const GString *said = g_hash_table_lookup(machine->answers, command);

	if (said != NULL) {
		fwrite(said->str, 1, said->len, out);
	} else if (g_str_has_prefix(command, "eval ")) {
		fprintf(out, "hexadecimal: %s\n    binary: 1\n", command + strlen("eval 0x"));
	} else if (g_str_has_prefix(command, "rd -64 ")) {
		answer_words(out, command + strlen("rd -64 "));
	} else if (g_str_has_prefix(command, "struct -o ")) {
		const char *offset =
			g_hash_table_lookup(machine->offsets, command + strlen("struct -o "));

		fprintf(out, offset ? "struct {\n  [%s] int;\n}\n" : "struct: invalid%s\n",
			offset ? offset : "");
	} else if (strcmp(command, "sym -l") == 0) {
		fwrite(machine->symbols->str, 1, machine->symbols->len, out);
	}
}

static void *answer_all(void *data)
{
	FILE *file = data;
	char line[4096];

	while (fgets(line, sizeof(line), file) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		answer(file, line);
		fflush(file);
	}
	fclose(file);
	return NULL;
}

static GThread *debugger;

/* Stands before GLib's: no program is run. */
gboolean g_spawn_async_with_pipes_and_fds(const char *folder, const char *const *arguments,
					  const char *const *environment, GSpawnFlags flags,
					  GSpawnChildSetupFunc setup, void *data, int in, int out,
					  int error_out, const int *source_fds,
					  const int *target_fds, gsize count, GPid *pid,
					  int *in_pipe, int *out_pipe, int *error_pipe,
					  GError **error)
{
	debugger = g_thread_new("crash", answer_all, fdopen(dup(in), "r+"));
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
	MD_AUTOPTR(md_log) log = NULL;

	machine_read((struct md_slice){ (const char *)data, size });
	log = md_vmcore_read("/dev/null", "/dev/null", NULL, NULL);
	g_thread_join(g_steal_pointer(&debugger));
	for (guint i = 0; log != NULL && i < md_log_tasks(log)->len; i++)
		check_task(g_ptr_array_index(md_log_tasks(log), i));
	machine_free();
	return 0;
}
