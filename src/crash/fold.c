/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines that came to be one, or parts of one, on their way through mails, web forms and terminals.
 *
 * A whole dump on one line is cut where lines of a dump begin: at the words in the table below, and
 * at each function of a stack.  Only where there is more than a line has: three functions, a stack
 * behind its title, or Xen's mark twice.
 *
 * What a mail program or terminal broke at its width is joined: a line that ends where no line of
 * a dump does (an address without its function, half of a name, code bytes) is held back, and
 * goes on with the next where that is what was missing and has no time or the like in front.
 */
#include "crash/parser.h"

#include <string.h>

/* What lines of a dump begin with. */
static const char *const openings[] = {
	/* Linux on x86 */
	"BUG: ",
	"IP: ",
	"PGD ",
	"Oops: ",
	"Modules linked in:",
	"CPU: ",
	"Pid: ",
	"Hardware name: ",
	"task: ",
	"RIP: ",
	"RSP: ",
	"RAX: ",
	"EIP: ",
	"EAX: ",
	"FS: ",
	"CR2: ",
	"Stack:",
	"Call Trace:",
	"Code: ",
	"Process ",
	"---[ end trace ",
	"Kernel panic - ",
	"Kernel Offset: ",
	"note: ",
	/* on arm and others */
	"Call trace:",
	"Backtrace:",
	"pc : ",
	"sp : ",
	"PC is at ",
	"LR is at ",
	"Internal error: ",
	/* xenctx */
	"rip: ",
	"flags: ",
	"rsp: ",
	"fs: ",
	"gs: ",
	"Code (instr addr ",
	/* Xen, crash(8) */
	"(XEN) ",
	"#PF: ",
	"[exception RIP: ",
};

static const char trace_word[] = "Call Trace:";
static const char xen_word[] = "(XEN)";

gboolean md_fold_is_folded(const char *text)
{
	guint functions = 0, marks = 0;
	gboolean trace = FALSE, folded = FALSE;

	/* Every line comes by here: one look at each byte. */
	for (; *text != '\0' && !folded; text++) {
		if (*text == '+' && g_str_has_prefix(text, "+0x"))
			folded = ++functions == 3 || trace;
		else if (*text == '(' && g_str_has_prefix(text, xen_word))
			folded = ++marks == 2;
		else if (*text == 'C' && g_str_has_prefix(text, trace_word))
			trace = TRUE;
	}
	return folded;
}

static gboolean is_opening(const char *text)
{
	for (gsize i = 0; i < G_N_ELEMENTS(openings); i++) {
		if (text[0] == openings[i][0] && g_str_has_prefix(text, openings[i]))
			return TRUE;
	}
	/* " #12 [ffff8800...] schedule at ..." */
	if (text[0] == '#')
		return strspn(text + 1, "0123456789") > 0;
	/* "<IRQ>", "</TASK>"; not the "<65>" of code bytes. */
	return text[0] == '<' && (text[1] == '/' || g_ascii_isupper(text[1]));
}

/* "[<ffffffff81000012>]" of a stack, not behind "IP: ", another such, or "0010:". */
static gboolean is_bracketed(const char *text, const char *begin)
{
	const char *before = text;

	while (before > begin && before[-1] == ' ')
		before--;
	/* "RIP: 0010:[<ffffffff81000012>]  [<ffffffff81000012>] foo+0x12/0x340" */
	return g_str_has_prefix(text, "[<") && before > begin && before[-1] != ':' &&
	       !(before - begin >= 2 && before[-1] == ']' && before[-2] == '>');
}

/* Titles of stacks, which are lines of their own. */
static const char *const stack_titles[] = { "Call Trace:", "Call trace:", "Backtrace:" };

/* Where in @text its first line ends, if that is the title of a stack. */
static char *behind_title(char *text)
{
	for (gsize i = 0; i < G_N_ELEMENTS(stack_titles); i++) {
		if (g_str_has_prefix(text, stack_titles[i]) && text[strlen(stack_titles[i])] == ' ')
			return text + strlen(stack_titles[i]) + 1;
	}
	return NULL;
}

char *md_fold_cut(char *text)
{
	gboolean offset = FALSE;
	char *question = NULL, *cut;

	text += strspn(text, " ");
	cut = behind_title(text);
	if (cut != NULL)
		cut[-1] = '\0';
	for (char *at = text; cut == NULL && *at != '\0';) {
		gsize length = strcspn(at, " ");
		gboolean has_offset = g_strstr_len(at, (gssize)length, "+0x") != NULL;
		char *line = question != NULL ? question : at;

		/* Before the '?' of the function. */
		question = length == 1 && *at == '?' ? at : NULL;
		if (line > text && (is_opening(at) || is_bracketed(at, text) ||
				    (offset && has_offset && *at != '('))) {
			line[-1] = '\0';
			cut = line;
		}
		offset |= has_offset;
		at += length;
		at += strspn(at, " ");
	}
	return cut;
}

/* How a line that is no whole one ends, and so what must follow. */
enum cut_kind {
	CUT_NONE,
	CUT_ADDRESS, /* "[<ffffffff81000012>] ?": a function */
	CUT_NAME,    /* "[<ffffffff81000012>] ? restart_watch": the rest of its name */
	CUT_OFFSET,  /* "foo+0x12": the rest of the number, and the size */
	CUT_SIZE,    /* "foo+0x12/0x": the number */
	CUT_CODE,    /* "Code: 48 89 c3": more bytes */
	CUT_VALUE,   /* "RAX: 0000000000000000 RBX:": a number */
	CUT_HEAD,    /* "WARNING: at kernel/foo.c:12": a function; "dereference at": an address */
};

static gboolean is_name(const char *text, gsize size)
{
	for (gsize i = 0; i < size; i++) {
		if (!g_ascii_isalnum(text[i]) && text[i] != '_' && text[i] != '.')
			return FALSE;
	}
	return size > 0 && !g_ascii_isdigit(text[0]);
}

/* Code bytes: pairs of digits, one in brackets. */
static gboolean is_code(const char *text)
{
	guint count = 0;

	for (; *text != '\0'; count++) {
		gboolean open = *text == '<';

		text += open;
		if (!g_ascii_isxdigit(text[0]) || !g_ascii_isxdigit(text[1]))
			return FALSE;
		text += 2;
		if (open && *text++ != '>')
			return FALSE;
		if (*text != ' ' && *text != '\0')
			return FALSE;
		text += strspn(text, " ");
	}
	return count > 0;
}

/* How the last word of a line with a function in it is cut. */
static enum cut_kind cut_offset(const char *word)
{
	const char *plus = strchr(word, '+'), *at = plus;

	if (plus == NULL || !is_name(word, (gsize)(plus - word)))
		return CUT_NONE;
	at++;
	at += *at == '0';
	at += at[-1] == '0' && *at == 'x';
	at += strspn(at, "0123456789abcdef");
	if (*at == '\0')
		return CUT_OFFSET;
	return strcmp(at, "/") == 0 || strcmp(at, "/0") == 0 || strcmp(at, "/0x") == 0 ? CUT_SIZE
										       : CUT_NONE;
}

/* "RAX: 0000000000000000 RBX:", but not "Stack:", whose words come on the next line. */
static gboolean is_register(const char *text, const char *word)
{
	const char *before = word;

	if (!g_str_has_suffix(word, ":") || !is_name(word, strlen(word) - 1))
		return FALSE;
	while (before > text && before[-1] == ' ')
		before--;
	for (word = before; word > text && g_ascii_isxdigit(word[-1]);)
		word--;
	return before - word >= 4 && word > text;
}

/* "foo+0x12/0x340", "foo+0x12/0x340 [ext4]", as most lines of a dump end: nothing more may follow.
 */
static gboolean is_whole_frame(const char *text, const char *word)
{
	const char *plus, *size;

	if (*word == '[') {
		gsize module = strlen(word);

		if (word[module - 1] != ']' || word - text < 2 || g_str_has_suffix(word, ">]"))
			return FALSE;
		for (word--; word > text && word[-1] != ' ';)
			word--;
	}
	plus = strchr(word, '+');
	size = plus != NULL ? strchr(plus, '/') : NULL;
	if (size == NULL || !md_scan_text(&plus, "+0x") || !md_scan_text(&size, "/0x") ||
	    !g_ascii_isxdigit(*size))
		return FALSE;
	while (g_ascii_isxdigit(*size))
		size++;
	return *size == '\0' || *size == ' ';
}

static enum cut_kind find_cut(const char *text)
{
	const char *word = strrchr(text, ' '), *code;
	gsize before;
	enum cut_kind cut;

	word = word != NULL ? word + 1 : text;
	before = (gsize)(word - text);
	if (is_whole_frame(text, word))
		return CUT_NONE;
	code = strstr(text, "Code: ");
	if (code != NULL && is_code(code + strlen("Code: ")))
		return CUT_CODE;
	if (is_register(text, word))
		return CUT_VALUE;
	if (g_str_has_suffix(text, ">]") || g_str_has_suffix(text, ">] ?"))
		return CUT_ADDRESS;
	if (g_str_has_suffix(text, " at") || g_str_has_suffix(text, " address:"))
		return CUT_HEAD;
	if (strstr(text, "WARNING: ") != NULL && strstr(text, "+0x") == NULL)
		return CUT_HEAD;
	cut = cut_offset(word);
	if (cut != CUT_NONE)
		return cut;
	if (is_name(word, strlen(word)) && before >= 3 &&
	    (strncmp(word - 3, ">] ", 3) == 0 || strncmp(word - 3, "] ?", 3) == 0 ||
	     strncmp(word - 2, "? ", 2) == 0))
		return CUT_NAME;
	return CUT_NONE;
}

/* Whether @next is what a line that is cut so lacks; @blank: with a blank between. */
static gboolean goes_on(enum cut_kind cut, const char *next, gboolean *blank)
{
	gsize name = strcspn(next, "+ "), digits = strspn(next, "0123456789abcdef");
	gboolean function = is_name(next, name) && next[name] == '+';

	*blank = cut == CUT_ADDRESS || cut == CUT_CODE || cut == CUT_VALUE || cut == CUT_HEAD;
	switch (cut) {
	case CUT_ADDRESS:
		return function || (g_str_has_prefix(next, "? ") && strchr(next, '+') != NULL) ||
		       g_str_has_prefix(next, "[<");
	case CUT_NAME:
		/* Half of a name may begin with a digit, or be nothing. */
		return next[strspn(next, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
					 "0123456789_.")] == '+';
	case CUT_OFFSET:
		digits += next[digits] == 'x';
		digits += strspn(next + digits, "0123456789abcdef");
		return g_str_has_prefix(next + digits, "/0x");
	case CUT_SIZE:
		digits += digits > 0 && next[digits] == 'x';
		return digits > 0 || *next == 'x';
	case CUT_CODE:
		return is_code(next);
	case CUT_VALUE:
		return digits >= 4 && next[digits] != ':';
	case CUT_HEAD:
		return function || digits >= 8 || g_str_has_prefix(next, "0x");
	case CUT_NONE:
		break;
	}
	return FALSE;
}

/* No line of a dump that somebody wrapped is longer; it is looked at anew for each part of it. */
#define FOLD_MAX 4096

void md_fold_init(struct md_fold *fold)
{
	fold->text = g_string_new(NULL);
	fold->line = (struct md_line){ 0 };
}

void md_fold_clear(struct md_fold *fold)
{
	g_string_free(fold->text, TRUE);
}

gboolean md_fold_join(struct md_fold *fold, const struct md_line *line)
{
	gboolean blank;

	if (fold->line.text == NULL || line->stamped || line->size == 0 ||
	    fold->text->len + line->size >= FOLD_MAX ||
	    !goes_on(find_cut(fold->text->str), line->text, &blank))
		return FALSE;
	if (blank)
		g_string_append_c(fold->text, ' ');
	g_string_append_len(fold->text, line->text, (gssize)line->size);
	fold->line.text = fold->text->str;
	fold->line.size = fold->text->len;
	return TRUE;
}

gboolean md_fold_hold(struct md_fold *fold, const struct md_line *line)
{
	if (line->size >= FOLD_MAX || find_cut(line->text) == CUT_NONE)
		return FALSE;
	g_string_truncate(fold->text, 0);
	g_string_append_len(fold->text, line->text, (gssize)line->size);
	fold->line = *line;
	fold->line.text = fold->text->str;
	return TRUE;
}
