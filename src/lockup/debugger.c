/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * crash(8) as a process that answers questions.
 *
 * It is started once, for that takes seconds, and reads commands from a socket as it would from
 * a pipe. Behind each command goes another, `eval NUMBER`, whose answer nothing else looks like:
 *
 *   hexadecimal: 6d646d6574610007
 *       decimal: ...
 *         octal: ...
 *        binary: ...
 *
 * so what stands before it is the answer. No shell is involved; it runs in /, so that no .crashrc
 * or .gdbinit of a folder that somebody else writes to is executed. It has no files of ours; when
 * we die, the socket closes and it ends by itself.
 */
#include "lockup/debugger.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * The largest vmlinux takes crash(8) a minute on a slow disk, while it says nothing; answers
 * come line by line. Who says nothing for so long hangs.
 */
#define SILENCE_MILLISECONDS (5 * 60 * 1000)
/* How often the hooks are asked whether to go on. */
#define TURN_MILLISECONDS 200
/* It ends at once when told to; its temporary files go with it. */
#define END_MILLISECONDS 2000
/* `foreach bt` of a million tasks is less; more is no answer. */
#define ANSWER_MAX ((gsize)1 << 30)
/* "mdmeta" and a number: no value of the machine by accident. */
#define MARK G_GUINT64_CONSTANT(0x6d646d6574610000)
/* Words that are read at once: a line or two of a cache, few enough to be cheap. */
#define CHUNK_WORDS 32
#define CHUNK_BYTES ((guint64)CHUNK_WORDS * 8)

/* Larger than any function and nearly any variable: what is further away is not of a symbol. */
#define SYMBOL_MAX ((guint64)1 << 20)

struct chunk {
	guint64 words[CHUNK_WORDS];
	guint32 there; /* bit i: words[i] was read */
};

struct md_debugger {
	char *name; /* of the vmcore */
	const struct md_hooks *hooks;
	GPid pid;
	int socket;
	GString *answer;
	GError *error; /* of the first question without an answer */
	guint64 questions;
	GHashTable *chunks;  /* guint64 * -> struct chunk * */
	GHashTable *offsets; /* "struct.member" -> guint64 *, NULL: none */
	GArray *symbols;     /* of struct md_debugger_symbol, by address; NULL: not asked yet */
	GHashTable *named;   /* name -> its index + 1 */
	GStringChunk *names;
};

/* What a shell would take for something else: crash(8) hands the names on to one. */
static gboolean check_name(const char *name, GError **error)
{
	if (name[strcspn(name, " \t\n\"'`$&|;<>()*?[]{}\\!#~")] == '\0')
		return TRUE;
	g_set_error(error, MD_ERROR, MD_ERROR_SETTING,
		    "%s: crash(8) cannot open a file of such a name", name);
	return FALSE;
}

static char *check_file(const char *name, GError **error)
{
	g_autofree char *path = g_canonicalize_filename(name, NULL);
	int file;

	if (!check_name(path, error))
		return NULL;
	file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (file < 0) {
		g_set_error(error, MD_ERROR, MD_ERROR_INPUT, "%s: %s", name, g_strerror(errno));
		return NULL;
	}
	close(file);
	return g_steal_pointer(&path);
}

static gboolean start(struct md_debugger *debugger, const char *vmlinux, const char *vmcore,
		      GError **error)
{
	const char *const command[] = { "crash", "-s", "--no_crashrc", "--no_scroll", vmlinux,
					vmcore,	 NULL };
	g_auto(GStrv) environment = g_get_environ();
	g_autoptr(GError) failure = NULL;
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
		g_set_error(error, MD_ERROR, MD_ERROR_SYSTEM, "crash(8): %s", g_strerror(errno));
		return FALSE;
	}
	environment = g_environ_setenv(environment, "TERM", "dumb", TRUE);
	if (!g_spawn_async_with_pipes_and_fds("/", command, (const char *const *)environment,
					      G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD, NULL,
					      NULL, pair[1], pair[1], pair[1], NULL, NULL, 0,
					      &debugger->pid, NULL, NULL, NULL, &failure)) {
		close(pair[0]);
		close(pair[1]);
		if (g_error_matches(failure, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT))
			g_set_error(error, MD_ERROR, MD_ERROR_SYSTEM,
				    "%s: the program crash is not installed, which reads vmcores "
				    "(Debian, Fedora: package crash)",
				    debugger->name);
		else
			g_set_error(error, MD_ERROR, MD_ERROR_SYSTEM, "crash(8): %s",
				    failure->message);
		return FALSE;
	}
	close(pair[1]);
	debugger->socket = pair[0];
	return TRUE;
}

/* Why it ended, in its own words. */
static char *last_word(const GString *answer)
{
	g_auto(GStrv) lines = g_strsplit(answer->str, "\n", -1);
	const char *word = "it did not say why";
	gboolean cut = strstr(answer->str, ": may be truncated") != NULL;
	g_autofree char *valid = NULL;

	for (gsize i = 0; lines[i] != NULL; i++) {
		g_strstrip(lines[i]);
		if (g_str_has_prefix(lines[i], "crash: ")) {
			word = lines[i] + strlen("crash: ");
			break;
		}
		if (lines[i][0] != '\0')
			word = lines[i];
	}
	valid = g_utf8_make_valid(word, -1);
	return g_strconcat(cut ? "the file may be truncated: " : "", valid, NULL);
}

/* Waits for more of the answer. */
static gboolean receive(struct md_debugger *debugger, const char *command)
{
	struct pollfd poller = { debugger->socket, POLLIN, 0 };
	char bytes[65536];
	ssize_t size;

	for (int silent = 0;; silent += TURN_MILLISECONDS) {
		if (!md_hooks_progress(debugger->hooks, "asking crash(8)", debugger->questions, 0,
				       &debugger->error))
			return FALSE;
		if (poll(&poller, 1, TURN_MILLISECONDS) != 0)
			break;
		if (silent >= SILENCE_MILLISECONDS) {
			g_set_error(&debugger->error, MD_ERROR, MD_ERROR_SYSTEM,
				    "%s: crash(8) does not answer to \"%s\"", debugger->name,
				    command);
			return FALSE;
		}
	}
	size = recv(debugger->socket, bytes, sizeof(bytes), 0);
	if (size > 0 && debugger->answer->len + (gsize)size <= ANSWER_MAX) {
		/* A NUL of the machine's memory must not hide the mark behind it. */
		for (char *at = bytes; (at = memchr(at, '\0', (gsize)(bytes + size - at))) != NULL;)
			*at = '?';
		g_string_append_len(debugger->answer, bytes, size);
		return TRUE;
	}
	if (size > 0) {
		g_set_error(&debugger->error, MD_ERROR, MD_ERROR_LIMIT,
			    "%s: crash(8) does not stop talking of \"%s\"", debugger->name,
			    command);
	} else {
		g_autofree char *word = last_word(debugger->answer);

		g_set_error(&debugger->error, MD_ERROR, MD_ERROR_INPUT, "%s: crash(8) ended: %s",
			    debugger->name, word);
	}
	return FALSE;
}

const GString *md_debugger_ask(struct md_debugger *debugger, const char *command)
{
	g_autofree char *mark = NULL, *text = NULL;
	gsize from = 0;

	if (debugger->error != NULL)
		return NULL;
	debugger->questions++;
	g_string_truncate(debugger->answer, 0);
	text = g_strdup_printf("%s\neval 0x%" G_GINT64_MODIFIER "x\n", command,
			       MARK + (debugger->questions & 0xffff));
	mark = g_strdup_printf("hexadecimal: %" G_GINT64_MODIFIER "x",
			       MARK + (debugger->questions & 0xffff));
	/* A command is shorter than what a socket holds; an error shows when it is read. */
	send(debugger->socket, text, strlen(text), MSG_NOSIGNAL);
	for (;;) {
		char *at = strstr(debugger->answer->str + from, mark);

		if (at != NULL && strstr(at, "binary: ") != NULL &&
		    debugger->answer->str[debugger->answer->len - 1] == '\n') {
			g_string_truncate(debugger->answer, (gsize)(at - debugger->answer->str));
			return debugger->answer;
		}
		/* What was searched before has no mark, but perhaps the beginning of one. */
		if (at != NULL)
			from = (gsize)(at - debugger->answer->str);
		else if (debugger->answer->len > from + strlen(mark))
			from = debugger->answer->len - strlen(mark);
		if (!receive(debugger, command))
			return NULL;
	}
}

gboolean md_debugger_check(struct md_debugger *debugger, GError **error)
{
	if (debugger->error == NULL)
		return TRUE;
	g_propagate_error(error, g_error_copy(debugger->error));
	return FALSE;
}

struct md_debugger *md_debugger_new(const char *vmcore, const char *vmlinux,
				    const struct md_hooks *hooks, GError **error)
{
	g_autofree char *core = check_file(vmcore, error),
			*kernel = core == NULL ? NULL : check_file(vmlinux, error);
	MD_AUTOPTR(md_debugger) debugger = NULL;

	if (kernel == NULL)
		return NULL;
	debugger = g_new0(struct md_debugger, 1);
	debugger->name = g_strdup(vmcore);
	debugger->hooks = hooks;
	debugger->socket = -1;
	debugger->answer = g_string_new(NULL);
	debugger->chunks = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
	debugger->offsets = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	debugger->names = g_string_chunk_new(1 << 16);
	if (!start(debugger, kernel, core, error))
		return NULL;
	/* The first answer comes when it has read the files, with its warnings before it. */
	if (md_debugger_ask(debugger, "set scroll off") == NULL) {
		md_debugger_check(debugger, error);
		return NULL;
	}
	return g_steal_pointer(&debugger);
}

static void end(struct md_debugger *debugger)
{
	shutdown(debugger->socket, SHUT_WR);
	for (int waited = 0; waited < END_MILLISECONDS; waited += 10) {
		if (waitpid(debugger->pid, NULL, WNOHANG) != 0)
			return;
		g_usleep(10 * 1000);
	}
	kill(debugger->pid, SIGKILL);
	waitpid(debugger->pid, NULL, 0);
}

void md_debugger_free(struct md_debugger *debugger)
{
	if (debugger == NULL)
		return;
	if (debugger->socket >= 0) {
		end(debugger);
		close(debugger->socket);
	}
	g_free(debugger->name);
	g_string_free(debugger->answer, TRUE);
	g_clear_error(&debugger->error);
	g_hash_table_unref(debugger->chunks);
	g_hash_table_unref(debugger->offsets);
	g_clear_pointer(&debugger->symbols, g_array_unref);
	g_clear_pointer(&debugger->named, g_hash_table_unref);
	g_string_chunk_free(debugger->names);
	g_free(debugger);
}

/* "ffffd513800e0f98:  ffff8d84c2883000 042080400000000a   .0..........@. ." */
static void take_words(struct chunk *chunk, guint64 base, const char *line)
{
	char *end;
	guint64 address = g_ascii_strtoull(line, &end, 16);

	if (end == line || *end++ != ':')
		return;
	for (guint i = 0; i < 2; i++, address += 8) {
		const char *word = end;
		guint64 value;

		word += strspn(word, " ");
		value = g_ascii_strtoull(word, &end, 16);
		/* Less than all digits is how an error begins: "rd: invalid address". */
		if (end != word + 16 || address < base || address - base >= CHUNK_BYTES ||
		    address % 8 != 0)
			return;
		chunk->words[(address - base) / 8] = value;
		chunk->there |= 1u << ((address - base) / 8);
	}
}

static const struct chunk *read_chunk(struct md_debugger *debugger, guint64 base)
{
	struct chunk *chunk = g_hash_table_lookup(debugger->chunks, &base);
	g_autofree char *command = NULL;
	const GString *answer;
	struct md_slice rest, line;

	if (chunk != NULL)
		return chunk;
	command = g_strdup_printf("rd -64 %" G_GINT64_MODIFIER "x %d", base, CHUNK_WORDS);
	answer = md_debugger_ask(debugger, command);
	chunk = g_new0(struct chunk, 1);
	g_hash_table_insert(debugger->chunks, g_memdup2(&base, sizeof(base)), chunk);
	if (answer == NULL)
		return chunk;
	rest = (struct md_slice){ answer->str, answer->len };
	/* Each line ends with a newline, and the answer with a NUL. */
	while (md_slice_next_line(&rest, &line))
		take_words(chunk, base, line.data);
	return chunk;
}

gboolean md_debugger_read(struct md_debugger *debugger, guint64 address, guint64 *word)
{
	guint64 base = address - address % CHUNK_BYTES;
	const struct chunk *chunk;
	gsize index = (gsize)(address - base) / 8;

	if (address % 8 != 0)
		return FALSE;
	chunk = read_chunk(debugger, base);
	if ((chunk->there >> index & 1) == 0)
		return FALSE;
	*word = chunk->words[index];
	return TRUE;
}

gboolean md_debugger_read_half(struct md_debugger *debugger, guint64 address, guint32 *half)
{
	guint64 word;
	gboolean upper = (address & 4) != 0;

	if (!md_debugger_read(debugger, address & ~(guint64)7, &word) || address % 4 != 0)
		return FALSE;
	/* crash(8) runs on the machine's own architecture, or on another of its byte order. */
	if (G_BYTE_ORDER == G_BIG_ENDIAN)
		upper = !upper;
	*half = (guint32)(upper ? word >> 32 : word);
	return TRUE;
}

/* "  [16] struct list_head wait_list;", of `struct -o mutex.wait_list` */
gboolean md_debugger_offset(struct md_debugger *debugger, const char *member, guint64 *offset)
{
	g_autofree char *command = NULL;
	const GString *answer;
	void *known;
	const char *bracket;

	if (g_hash_table_lookup_extended(debugger->offsets, member, NULL, &known)) {
		if (known != NULL)
			*offset = *(guint64 *)known;
		return known != NULL;
	}
	command = g_strconcat("struct -o ", member, NULL);
	answer = md_debugger_ask(debugger, command);
	bracket = answer == NULL ? NULL : strstr(answer->str, "\n");
	if (bracket != NULL) {
		bracket += 1 + strspn(bracket + 1, " ");
		bracket = *bracket == '[' && g_ascii_isdigit(bracket[1]) ? bracket + 1 : NULL;
	}
	if (bracket == NULL) {
		g_hash_table_insert(debugger->offsets, g_strdup(member), NULL);
		return FALSE;
	}
	*offset = g_ascii_strtoull(bracket, NULL, 10);
	g_hash_table_insert(debugger->offsets, g_strdup(member),
			    g_memdup2(offset, sizeof(*offset)));
	return TRUE;
}

/* "ffffffffc04fc030 (t) meter_thread", "ffffffffc04fc000 MODULE START: timer_spin" */
static void take_symbol(struct md_debugger *debugger, const char **module, struct md_slice line)
{
	g_autofree char *text = g_strndup(line.data, line.size);
	char *end;
	struct md_debugger_symbol symbol = { 0 };

	g_strchomp(text);
	symbol.address = g_ascii_strtoull(text, &end, 16);
	if (end == text || *end++ != ' ')
		return;
	if (g_str_has_prefix(end, "MODULE ")) {
		char *name = strstr(end, "START: ");

		*module = name == NULL ? NULL
				       : g_string_chunk_insert_const(debugger->names,
								     name + strlen("START: "));
		return;
	}
	if (end[0] != '(' || end[1] == '\0' || !g_str_has_prefix(end + 2, ") "))
		return;
	symbol.type = end[1];
	end += 4;
	end[strcspn(end, " ")] = '\0';
	/* A lock's class for lockdep, which without lockdep is empty: what lies there is behind it.
	 */
	if (g_str_has_prefix(end, "__key."))
		return;
	symbol.name = g_string_chunk_insert(debugger->names, end);
	symbol.module = *module;
	g_array_append_val(debugger->symbols, symbol);
}

static int compare_symbols(const void *a, const void *b)
{
	const struct md_debugger_symbol *left = a, *right = b;

	return left->address < right->address ? -1 : left->address > right->address;
}

static void read_symbols(struct md_debugger *debugger)
{
	const GString *answer = md_debugger_ask(debugger, "sym -l");
	struct md_slice rest, line;
	const char *module = NULL;

	debugger->symbols = g_array_new(FALSE, TRUE, sizeof(struct md_debugger_symbol));
	debugger->named = g_hash_table_new(g_str_hash, g_str_equal);
	if (answer == NULL)
		return;
	rest = (struct md_slice){ answer->str, answer->len };
	while (md_slice_next_line(&rest, &line))
		take_symbol(debugger, &module, line);
	/* Stable: of several at one address the first is taken. */
	g_array_sort(debugger->symbols, compare_symbols);
	for (guint i = debugger->symbols->len; i-- > 0;) {
		struct md_debugger_symbol *symbol =
			&g_array_index(debugger->symbols, struct md_debugger_symbol, i);
		const struct md_debugger_symbol *next = symbol + 1;

		symbol->end = symbol->address + SYMBOL_MAX;
		if (i + 1 < debugger->symbols->len && next->address < symbol->end)
			symbol->end = next->address == symbol->address ? next->end : next->address;
		g_hash_table_insert(debugger->named, (void *)symbol->name, GUINT_TO_POINTER(i + 1));
	}
}

const struct md_debugger_symbol *md_debugger_symbol(struct md_debugger *debugger, guint64 address)
{
	guint first = 0, end;

	if (debugger->symbols == NULL)
		read_symbols(debugger);
	end = debugger->symbols->len;
	while (first < end) {
		guint middle = first + (end - first) / 2;
		const struct md_debugger_symbol *symbol =
			&g_array_index(debugger->symbols, struct md_debugger_symbol, middle);

		if (symbol->end <= address)
			first = middle + 1;
		else
			end = middle;
	}
	if (first == debugger->symbols->len ||
	    g_array_index(debugger->symbols, struct md_debugger_symbol, first).address > address)
		return NULL;
	return &g_array_index(debugger->symbols, struct md_debugger_symbol, first);
}

const struct md_debugger_symbol *md_debugger_named(struct md_debugger *debugger, const char *name)
{
	guint index;

	if (debugger->symbols == NULL)
		read_symbols(debugger);
	index = GPOINTER_TO_UINT(g_hash_table_lookup(debugger->named, name));
	return index == 0 ? NULL
			  : &g_array_index(debugger->symbols, struct md_debugger_symbol, index - 1);
}
