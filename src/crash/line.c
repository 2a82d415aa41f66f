/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A line of a log to what the kernel printed: what terminals, logs, mails and web pages put
 * around it goes.
 *
 *   <4>[   12.345678][  T123] msg                       the console, pstore
 *   [Sun Nov 22 03:15:01 2026] msg                      dmesg -T
 *   kern  :warn  : [   12.345678] msg                   dmesg -x
 *   kern: warning: [2026-11-22T03:15:01.123456789Z]: msg  talosctl dmesg
 *   4,1234,12345678,-,caller=T123;msg                   /dev/kmsg, netconsole
 *   Nov 22 03:15:01 host kernel: [   12.345678] msg     syslog, journalctl
 *   нояб 22 03:15:01 host kernel: msg                   the same, in other languages
 *   2026-11-22T03:15:01.123456+01:00 host kernel: msg   the same, of today
 *   [   12.345678] host kernel: msg                     journalctl -o short-monotonic
 *   (XEN) [2026-11-22 03:15:01.123] msg                 Xen
 *   Sun 2026-11-22 03:15:01 UTC host kernel: msg        journalctl -o short-full
 *   1763777701.123456 host kernel: msg                  journalctl -o short-unix
 *   [   12.345678]  (1)[123:comm]msg                    telephones
 *   [   12.345678] c1 123 (comm) msg                    others
 *   > > msg                                             a mail
 */
#include "crash/parser.h"

#include <string.h>

/* Tags that web pages set around text; <IRQ>, <TASK> and <65> are the kernel's. */
static const char *const html_tags[] = {
	"a",	  "b",	  "blockquote", "body",	  "br",	 "code", "div",	  "em",	  "font",  "hr",
	"i",	  "html", "li",		"p",	  "pre", "samp", "s",	  "span", "td",	   "tr",
	"strong", "tt",	  "wbr",	"center", "ul",	 "ol",	 "table", "u",	  "tbody",
};

/* Those of them that begin or end a line. */
static const char *const html_breaks[] = {
	"blockquote", "br", "div", "hr", "li", "p", "pre", "table", "tr",
};

static const struct {
	const char *name, *text;
} html_entities[] = {
	{ "&lt;", "<" },   { "&gt;", ">" },   { "&amp;", "&" },	 { "&quot;", "\"" },
	{ "&apos;", "'" }, { "&nbsp;", " " }, { "&#160;", " " },
};

/*
 * What has an end is looked for no further than this: a line that has only beginnings must not be
 * read to its end for each.  Longer tags and sequences are no log's; hosts have 255 at most.
 */
#define MARKUP_MAX 1024
#define HOST_MAX 255
/* Numbers, flags and the caller in front of a record of /dev/kmsg. */
#define RECORD_MAX 255

/* The length of the tag at @text, 0 where there is none that a page would have. */
static gsize html_tag(const char *text, const char *end)
{
	const char *name = text + 1, *stop, *close;

	if (name < end && *name == '/')
		name++;
	for (stop = name; stop < end && g_ascii_isalpha(*stop);)
		stop++;
	if (stop == name || stop == end || strchr(" />", *stop) == NULL)
		return 0;
	for (gsize i = 0; i < G_N_ELEMENTS(html_tags); i++) {
		if (strlen(html_tags[i]) == (gsize)(stop - name) &&
		    g_ascii_strncasecmp(html_tags[i], name, (gsize)(stop - name)) == 0) {
			close = memchr(stop, '>', MIN((gsize)(end - stop), MARKUP_MAX));
			return close != NULL ? (gsize)(close + 1 - text) : 0;
		}
	}
	return 0;
}

/* Appends what stands in the place of the tag at @text; its length, or 0. */
static gsize clean_tag(const char *text, const char *end, GString *out)
{
	gsize length = html_tag(text, end);
	const char *name = text + 1 + (length > 0 && text[1] == '/');

	if (length == 0)
		return 0;
	if (g_ascii_strncasecmp(name, "td", 2) == 0)
		g_string_append_c(out, ' ');
	for (gsize i = 0; i < G_N_ELEMENTS(html_breaks); i++) {
		gsize size = strlen(html_breaks[i]);

		if (g_ascii_strncasecmp(name, html_breaks[i], size) == 0 &&
		    !g_ascii_isalpha(name[size]))
			g_string_append_c(out, '\n');
	}
	return length;
}

/* "&#39;", "&#x27;": ASCII that can be printed. */
static gsize html_number(const char *text, const char *end, GString *out)
{
	guint64 base = 10, number = 0;
	const char *at = text + 2, *digits;

	/* "&#x7e;" is the longest that is worth it. */
	end = MIN(end, text + 8);
	if (end - text < 4 || text[1] != '#')
		return 0;
	if (*at == 'x' || *at == 'X') {
		base = 16;
		at++;
	}
	for (digits = at; at < end && (base == 16 ? g_ascii_isxdigit(*at) : g_ascii_isdigit(*at));)
		number = number * base + (guint64)g_ascii_xdigit_value(*at++);
	if (at == digits || at == end || *at != ';' || number < 0x20 || number > 0x7e)
		return 0;
	g_string_append_c(out, (char)number);
	return (gsize)(at + 1 - text);
}

/* Appends what the entity at @text stands for; its length, or 0. */
static gsize html_entity(const char *text, const char *end, GString *out)
{
	for (gsize i = 0; i < G_N_ELEMENTS(html_entities); i++) {
		gsize length = strlen(html_entities[i].name);

		if ((gsize)(end - text) >= length &&
		    memcmp(text, html_entities[i].name, length) == 0) {
			g_string_append(out, html_entities[i].text);
			return length;
		}
	}
	return html_number(text, end, out);
}

/*
 * The length of the escape sequence at @text (ECMA-48): ESC [ parameters letter, ESC ] text BEL,
 * ESC ( and others of two or three bytes.
 */
static gsize escape_sequence(const char *text, const char *end)
{
	const char *at = text + 1;

	if (at == end)
		return 1;
	if (*at == '[') {
		for (at++; at < end && *at >= 0x20 && *at < 0x40;)
			at++;
		return (gsize)(MIN(at + 1, end) - text);
	}
	if (*at == ']') {
		const char *bell = memchr(at, '\a', MIN((gsize)(end - at), MARKUP_MAX));

		return bell != NULL ? (gsize)(bell + 1 - text) : 2;
	}
	if (*at >= 0x20 && *at < 0x30)
		at++;
	return (gsize)(MIN(at + 1, end) - text);
}

/* Characters that change what a terminal shows of others: controls, line ends, directions. */
static gboolean is_invisible(gunichar c)
{
	return c < 0xa0 || c == 0x2028 || c == 0x2029 || (c >= 0x202a && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

/* Takes the character at @text that is not ASCII; its length. */
static gsize clean_wide(const char *text, const char *end, GString *out)
{
	gunichar c = g_utf8_get_char_validated(text, end - text);

	if (c >= (gunichar)-2) {
		g_string_append_c(out, '?');
		return 1;
	}
	if (is_invisible(c))
		g_string_append_c(out, '?');
	else
		g_string_append_unichar(out, c);
	return (gsize)(g_utf8_next_char(text) - text);
}

/*
 * "#012", "#011": a line's end and a tab in the midst of a message, as rsyslog writes them; the
 * length, or 0.
 */
static gsize octal(const char *text, const char *end, GString *out)
{
	if (end - text < 4 || memcmp(text, "#01", 3) != 0 || (text[3] != '1' && text[3] != '2') ||
	    (end - text > 4 && g_ascii_isdigit(text[4])))
		return 0;
	g_string_append_c(out, text[3] == '1' ? ' ' : '\n');
	return 4;
}

void md_line_clean(struct md_slice raw, GString *text)
{
	const char *at = raw.data, *end = at + raw.size;

	g_string_truncate(text, 0);
	while (at < end) {
		const char *plain = at;
		gsize length = 0;

		while (at < end && *at >= 0x20 && *at < 0x7f && *at != '<' && *at != '&' &&
		       *at != '#')
			at++;
		g_string_append_len(text, plain, at - plain);
		if (at == end)
			break;
		if (*at == '<' || *at == '&' || *at == '#') {
			length = *at == '<'   ? clean_tag(at, end, text)
				 : *at == '&' ? html_entity(at, end, text)
					      : octal(at, end, text);
			if (length == 0)
				g_string_append_c(text, *at);
		} else if (*at == '\033') {
			length = escape_sequence(at, end);
		} else if (*at == '\t' || *at == '\r') {
			g_string_append_c(text, ' ');
		} else if (*at & 0x80) {
			length = clean_wide(at, end, text);
		}
		at += MAX(length, 1);
	}
}

/* Whether @text of @size bytes is a time: digits and what stands between them. */
static gboolean is_time(const char *text, gsize size)
{
	gboolean digit = FALSE, mark = FALSE;

	for (gsize i = 0; i < size; i++) {
		if (g_ascii_isdigit(text[i]))
			digit = TRUE;
		else if (text[i] == '.' || text[i] == ':')
			mark = TRUE;
		else if (strchr(" +-,TZ<>", text[i]) == NULL)
			return FALSE;
	}
	return digit && mark;
}

/*
 * The length of the name of a day or a month in any language, short as dates have them: "Nov",
 * "juil.", "нояб", "11月"; 0: it is none.
 */
static gsize date_name(const char *text)
{
	gsize i = strspn(text, "0123456789");

	/* The number of a month has its word behind it. */
	if (i > 2 || (i > 0 && !(text[i] & 0x80)))
		return 0;
	while (g_ascii_isalpha(text[i]) || text[i] & 0x80)
		i++;
	i += text[i] == '.';
	/* Five letters of three bytes are the longest. */
	return i <= 16 ? i : 0;
}

/* "Sun Nov 22 03:15:01 2026" */
static gboolean is_date(const char *text, gsize size)
{
	gsize at = 0;

	for (guint names = 0; names < 2; names++) {
		gsize name = date_name(text + at);

		if (name == 0 || at + name >= size || text[at + name] != ' ')
			return FALSE;
		at += name + strspn(text + at + name, " ");
	}
	/* The day, the time and the year. */
	return at < size && size - at >= 11 && is_time(text + at, size - at);
}

/* "T123", "C1", blanks before: the task or CPU that printed the line. */
static gboolean is_caller(const char *text, gsize size, guint64 *caller)
{
	gsize i = 0;
	char kind;

	while (i < size && text[i] == ' ')
		i++;
	if (i + 1 >= size || (text[i] != 'T' && text[i] != 'C'))
		return FALSE;
	kind = text[i++];
	/* 0 means that nobody said; task 0 and CPU 0 are others. */
	*caller = kind == 'T' ? 1 : 2;
	for (; i < size; i++) {
		if (!g_ascii_isdigit(text[i]))
			return FALSE;
		*caller = *caller * 10 + (guint64)(text[i] - '0');
	}
	return TRUE;
}

/* In brackets: a time, a date or a caller; not how long ago a task ran. */
static gsize strip_bracket(const char *text, struct md_line *line)
{
	/* The longest of them has some 40 characters. */
	const char *close = text[0] == '[' ? memchr(text, ']', strnlen(text, 48)) : NULL;
	gsize size = close != NULL ? (gsize)(close - text - 1) : 0;

	if (size == 0 || md_crash_ps_is_last(close + 1) ||
	    !(is_time(text + 1, size) || is_date(text + 1, size) ||
	      is_caller(text + 1, size, &line->caller)))
		return 0;
	return size + 2;
}

/* "<6>", "<14>1 "; not the "<65> 48 8b" of code bytes. */
static gsize strip_priority(const char *text, struct md_line *line)
{
	gsize i = 1;

	(void)line;
	if (text[0] != '<')
		return 0;
	while (i < 4 && g_ascii_isdigit(text[i]))
		i++;
	if (i == 1 || text[i] != '>')
		return 0;
	if (text[++i] == ' ' && g_ascii_isxdigit(text[i + 1]) && g_ascii_isxdigit(text[i + 2]))
		return 0;
	/* "<14>1 2026-11-22T03:15:01Z", but "<4>1 lock held by cook/5807:". */
	return g_str_has_prefix(text + i, "1 ") && g_ascii_isdigit(text[i + 2]) ? i + 2 : i;
}

/* "> > ", ">>", "| ", "LH> ", of a mail; KASAN's ">ffff8801c36c6680: fc" is not one, nor
 * the mark of a task that runs. */
static gsize strip_quote(const char *text, struct md_line *line)
{
	gsize initials, digits;

	(void)line;
	if (text[0] != '>' && text[0] != '|' && !g_ascii_isupper(text[0]))
		return 0;
	initials = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
	if (g_str_has_prefix(text, "| "))
		return 2;
	if (initials >= 2 && initials <= 3 && g_str_has_prefix(text + initials, "> "))
		return initials + 2;
	if (text[0] != '>' || md_crash_ps_is_active(text))
		return 0;
	digits = strspn(text + 1, "0123456789abcdef");
	return digits < 8 || text[digits + 1] != ':';
}

/* "4,1234,12345678,-,caller=T123;" */
static gsize strip_record(const char *text, struct md_line *line)
{
	const char *at = text, *semicolon, *caller;

	for (guint commas = 0; commas < 3; at++) {
		if (*at == ',')
			commas++;
		else if (!g_ascii_isdigit(*at))
			return 0;
	}
	semicolon = memchr(at, ';', strnlen(at, RECORD_MAX));
	if (semicolon == NULL)
		return 0;
	caller = g_strstr_len(at, semicolon - at, "caller=");
	if (caller != NULL)
		is_caller(caller + 7, strspn(caller + 7, "TC0123456789"), &line->caller);
	return (gsize)(semicolon + 1 - text);
}

/* "kern  :warn  : " */
static gsize strip_facility(const char *text, struct md_line *line)
{
	gsize i = strspn(text, "abcdefghijklmnopqrstuvwxyz");

	(void)line;
	if (i < 4 || i > 8 || text[i] == '\0')
		return 0;
	i += strspn(text + i, " ");
	if (text[i] != ':' || text[i + 1] == ' ')
		return 0;
	i++;
	i += strspn(text + i, "abcdefghijklmnopqrstuvwxyz");
	i += strspn(text + i, " ");
	return text[i] == ':' && text[i + 1] == ' ' ? i + 2 : 0;
}

/* "kern: warning: [2026-11-22T03:15:01.123456789Z]: " */
static gsize strip_talos(const char *text, struct md_line *line)
{
	gsize i = 0, bracket;

	for (guint words = 0; words < 2; words++) {
		gsize word = strspn(text + i, "abcdefghijklmnopqrstuvwxyz");

		if (word == 0 || text[i + word] != ':' || text[i + word + 1] != ' ')
			return 0;
		i += word + 2;
	}
	bracket = strip_bracket(text + i, line);
	i += bracket;
	return bracket > 0 && text[i] == ':' ? i + 1 : 0;
}

/* "Nov 22 03:15:01 ", "2026-11-22T03:15:01.123456+01:00 ", "03:15:01.123 " */
static gsize strip_time(const char *text, struct md_line *line)
{
	gsize i = 0, time, name = date_name(text);

	(void)line;
	if (name > 0) {
		i = name + strspn(text + name, " ");
		if (i == name || !g_ascii_isdigit(text[i]))
			return 0;
		i += strspn(text + i, "0123456789");
		i += strspn(text + i, " ");
	} else if (strspn(text, "0123456789-") == 10 && text[4] == '-' && text[10] == ' ') {
		i = 11;
	}
	time = strspn(text + i, "0123456789-:.,+TZ");
	/* Hours, minutes and seconds at least. */
	if (time < 8 || text[i + time] != ' ' || memchr(text + i, ':', time) == NULL)
		return 0;
	return is_time(text + i, time) ? i + time + 1 : 0;
}

/* "Sun 2026-11-22 03:15:01 UTC " */
static gsize strip_full_time(const char *text, struct md_line *line)
{
	gsize time, zone;

	if (!g_ascii_isupper(text[0]) || !g_ascii_islower(text[1]) || !g_ascii_islower(text[2]) ||
	    text[3] != ' ' || strspn(text + 4, "0123456789-") != 10)
		return 0;
	time = strip_time(text + 4, line);
	if (time == 0)
		return 0;
	text += 4 + time;
	zone = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ+-0123456789");
	/* "UTC", "CEST", "+0530" */
	return 4 + time + (zone >= 2 && zone <= 6 && text[zone] == ' ' ? zone + 1 : 0);
}

/* "host kernel: ", "kernel: ", "kernel[0]: ", "host kernel - - - " */
static gsize strip_host(const char *text, struct md_line *line)
{
	const char *blank = memchr(text, ' ', strnlen(text, HOST_MAX + 1));
	gsize i = blank != NULL ? (gsize)(blank - text) : 0;

	(void)line;
	if (g_str_has_prefix(text, "kernel") && (text[6] == ':' || text[6] == '['))
		i = 0;
	else
		i += strspn(text + i, " ");
	if (!g_str_has_prefix(text + i, "kernel"))
		return 0;
	i += 6;
	if (text[i] == '[' && strspn(text + i + 1, "0123456789") > 0)
		i += strspn(text + i, "[0123456789]");
	if (text[i] == ':')
		return i + 1;
	return g_str_has_prefix(text + i, " - - - ") ? i + 7 : 0;
}

/* "1763777701.123456 host kernel: ": a number alone may be anything. */
static gsize strip_epoch(const char *text, struct md_line *line)
{
	gsize host;

	if (!g_ascii_isdigit(text[0]) || strspn(text, "0123456789") != 10 || text[10] != '.' ||
	    strspn(text + 11, "0123456789") != 6 || text[17] != ' ')
		return 0;
	host = strip_host(text + 18, line);
	return host > 0 ? 18 + host : 0;
}

/* "c1 4321 (cat) ": the same, on others */
static gsize strip_runner(const char *text, struct md_line *line)
{
	const char *at = text, *close;
	guint64 number;

	(void)line;
	if (!md_scan_text(&at, "c") || !md_scan_number(&at, &number) || !md_scan_text(&at, " ") ||
	    !md_scan_number(&at, &number) || !md_scan_text(&at, " ("))
		return 0;
	close = memchr(at, ')', strnlen(at, 32));
	return close != NULL && close[1] == ' ' ? (gsize)(close + 2 - text) : 0;
}

/* "(1)[4321:cat]": the CPU and the task, on telephones */
static gsize strip_task(const char *text, struct md_line *line)
{
	const char *at = text, *close;
	guint64 number;

	(void)line;
	if (!md_scan_text(&at, "(") || !md_scan_number(&at, &number) || !md_scan_text(&at, ")[") ||
	    !md_scan_number(&at, &number) || *at != ':')
		return 0;
	/* A task's name has 15 bytes at most. */
	close = memchr(at, ']', strnlen(at, 32));
	return close != NULL ? (gsize)(close + 1 - text) : 0;
}

static gsize strip_xen(const char *text, struct md_line *line)
{
	if (!g_str_has_prefix(text, "(XEN)"))
		return 0;
	line->hypervisor = TRUE;
	return 5;
}

/* In any order and number: logs are logged again. */
static gsize (*const strippers[])(const char *text, struct md_line *line) = {
	strip_bracket, strip_priority, strip_quote,    strip_time,	strip_host,
	strip_record,  strip_xen,      strip_facility, strip_full_time, strip_epoch,
	strip_task,    strip_runner,   strip_talos,
};

/*
 * Where a second message begins in the midst of @text, with a timestamp: that of another CPU,
 * or whatever a terminal had left of the line.
 */
static char *find_second(char *text)
{
	for (char *at = strchr(text, '['); at != NULL; at = strchr(at + 1, '[')) {
		gsize i = 1 + strspn(at + 1, " ");
		gsize digits = strspn(at + i, "0123456789");

		if (at > text && digits > 0 && at[i + digits] == '.' &&
		    strspn(at + i + digits + 1, "0123456789") == 6 && at[i + digits + 7] == ']')
			return at;
	}
	return NULL;
}

/* Four are the most that was seen; a line that is made of them must not cost more and more. */
#define PREFIXES_MAX 32
/* printk() cuts a message at 1 KiB; what is longer is none, and not kept. */
#define MESSAGE_MAX 4096

char *md_line_strip(char *text, struct md_line *line)
{
	gboolean stripped = TRUE;
	char *second, *end;

	for (guint round = 0; stripped && round < PREFIXES_MAX; round++) {
		line->indent = (guint)strspn(text, " ");
		text += line->indent;
		stripped = FALSE;
		for (gsize i = 0; i < G_N_ELEMENTS(strippers) && !stripped; i++) {
			gsize length = strippers[i](text, line);

			stripped = length > 0;
			/* Mails quote what they break. */
			line->stamped |= stripped && strippers[i] != strip_quote;
			text += length;
		}
	}
	second = find_second(text);
	end = second != NULL ? second : text + strlen(text);
	line->text = text;
	if (end - text > MESSAGE_MAX) {
		end = text + MESSAGE_MAX;
		/* Not in the midst of a character. */
		while ((*end & 0xc0) == 0x80)
			end--;
	}
	while (end > text && end[-1] == ' ')
		end--;
	/* What is left of a record of LAVA: {"dt": ..., "msg": "..."} */
	if (end - text > 2 && memcmp(end - 2, "\"}", 2) == 0 &&
	    g_strstr_len(text, end - text, "{\"") == NULL)
		end -= 2;
	line->size = (gsize)(end - text);
	/* Before its own end is written: the '[' may be where the first message ends. */
	if (second != NULL)
		second = strchr(second, ']') + 1;
	*end = '\0';
	return second;
}
