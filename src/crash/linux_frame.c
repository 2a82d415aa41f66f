/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lines of Linux's stacks.  '?' marks what was found on the stack and may be left from
 * an earlier call.
 *
 *   foo+0x12/0x340 [ext4]                              x86, arm64
 *   ? foo+0x12/0x340 fs/ext4/x.c:12                    with the file and line
 *   foo fs/ext4/x.c:12 [inline]                        inlined there
 *   foo (fs/ext4/x.h:3 fs/ext4/x.c:12)                 by scripts/decode_stacktrace.sh
 *   [<ffffffff81000012>] ? foo+0x12/0x340              until 4.9; riscv, s390, mips
 *   ([<0000000000100012>] foo+0x12/0x340)              s390
 *   [c000000012345678] [c000000000100012] foo+0x12/0x340 (unreliable)    powerpc
 *   [<80b10c70>] (foo) from [<8062eec8>] (bar+0x154/0x3c4 [ext4])        arm
 *   foo from bar+0x154/0x3c4                           arm, from 5.18 on
 *   [<ffffffff81000012>] 0xffffffff81000012            without a name
 */
#include "crash/linux.h"

#include <string.h>

/* "[ext4]", "[ext4 0123abcd]" (a build id), but not "[inline]". */
static void scan_module(const char **text, struct md_frame *frame)
{
	const char *at = *text, *end;

	md_scan_blanks(&at);
	if (*at != '[' || g_str_has_prefix(at, "[inline]"))
		return;
	end = at + 1 + strcspn(at + 1, " ]");
	if (end == at + 1 || strchr(end, ']') == NULL)
		return;
	g_free(frame->module);
	frame->module = g_strndup(at + 1, (gsize)(end - at - 1));
	*text = strchr(end, ']') + 1;
}

/* " PATH:LINE", " (PATH:LINE PATH:LINE (discriminator 2))": the last is the function's own. */
static void scan_places(const char **text, struct md_frame *frame)
{
	const char *at = *text;
	gboolean parens;
	struct md_slice path;
	guint line;

	md_scan_blanks(&at);
	parens = *at == '(';
	if (parens)
		at++;
	while (md_scan_place(&at, &path, &line)) {
		g_free(frame->path);
		frame->path = md_slice_dup(path);
		frame->line = line;
		if (g_str_has_prefix(at, " (discriminator ")) {
			at += strcspn(at, ")");
			at += *at == ')';
		}
		*text = at;
		if (!parens)
			return;
		md_scan_blanks(&at);
	}
	if (parens && *at == ')' && frame->path != NULL)
		*text = at + 1;
}

struct md_frame *md_linux_location(const char **text)
{
	const char *at = *text;
	struct md_slice symbol;
	struct md_word offset, size;
	struct md_frame *frame;

	if (!md_scan_symbol(&at, &symbol) || at[0] != '+')
		return NULL;
	at++;
	/* The kernel writes 0x; "+0/0x14" is how Xen and kallsyms write none. */
	if (!g_str_has_prefix(at, "0") || !md_scan_hex(&at, &offset))
		return NULL;
	frame = md_frame_new();
	frame->symbol = md_slice_dup(symbol);
	frame->offset = offset.value;
	if (at[0] == '/' && at[1] == '0') {
		at++;
		if (md_scan_hex(&at, &size))
			frame->size = size.value;
		else
			/* Where the line was cut. */
			at += strspn(at, "0x");
	}
	*text = at;
	scan_module(text, frame);
	scan_places(text, frame);
	scan_module(text, frame);
	return frame;
}

/* "foo fs/x.c:12 [inline]", "foo (fs/x.c:12)": without an offset, so the rest must be there. */
static struct md_frame *scan_named(const char **text)
{
	const char *at = *text;
	struct md_slice symbol;
	struct md_frame *frame;

	if (!md_scan_symbol(&at, &symbol) || *at != ' ')
		return NULL;
	frame = md_frame_new();
	scan_places(&at, frame);
	frame->inlined = g_str_has_prefix(at, " [inline]");
	if (frame->inlined)
		at += strlen(" [inline]");
	if (frame->path == NULL || (!frame->inlined && at[-1] != ')')) {
		md_frame_free(frame);
		return NULL;
	}
	frame->symbol = md_slice_dup(symbol);
	scan_module(&at, frame);
	*text = at;
	return frame;
}

/* "[<ffffffff81000012>]", "[c000000012345678] [c000000000100012]", or nothing. */
static gboolean scan_addresses(const char **text, struct md_word *address)
{
	gboolean found = FALSE;

	for (;;) {
		const char *at = *text;
		struct md_word word;

		md_scan_blanks(&at);
		if (*at != '[')
			return found;
		at++;
		at += *at == '<';
		if (!md_scan_hex(&at, &word) || word.digits < 8)
			return found;
		at += *at == '>';
		if (*at != ']')
			return found;
		*address = word;
		*text = at + 1;
		found = TRUE;
	}
}

/* What may stand behind a frame: "(unreliable)", "(P)", ")", "<--". */
static gboolean only_notes(const char *text)
{
	while (*text != '\0') {
		if (*text == ' ' || *text == ')')
			text++;
		else if (*text == '(' && strchr(text, ')') != NULL)
			text = strchr(text, ')') + 1;
		else if (!md_scan_text(&text, "<--"))
			return FALSE;
	}
	return TRUE;
}

/* "(bar+0x154/0x3c4 [ext4])", "bar+0x154/0x3c4", "(foo)", "foo". */
static struct md_frame *scan_arm(const char **text)
{
	const char *at = *text;
	struct md_slice symbol;
	gboolean parens;
	struct md_word address = { 0 };
	struct md_frame *frame;

	scan_addresses(&at, &address);
	md_scan_blanks(&at);
	parens = *at == '(';
	at += parens;
	frame = md_linux_location(&at);
	if (frame == NULL) {
		if (!md_scan_symbol(&at, &symbol))
			return NULL;
		frame = md_frame_new();
		frame->symbol = md_slice_dup(symbol);
		scan_places(&at, frame);
	}
	if (md_scan_text(&at, " [inline]"))
		frame->inlined = TRUE;
	if (parens && *at == ')')
		at++;
	frame->address = address;
	*text = at;
	return frame;
}

static struct md_frame *scan_from(const char *text, const char *from, struct md_frame **callee)
{
	struct md_frame *frame;

	*callee = scan_arm(&text);
	if (*callee == NULL)
		return NULL;
	if (text != from) {
		g_clear_pointer(callee, md_frame_free);
		return NULL;
	}
	text += strlen(" from ");
	frame = scan_arm(&text);
	/* A sentence may have " from " in it: one of the two has an offset. */
	if (frame == NULL || frame->offset == MD_FRAME_UNKNOWN || !only_notes(text)) {
		g_clear_pointer(callee, md_frame_free);
		md_frame_free(frame);
		return NULL;
	}
	return frame;
}

static struct md_frame *scan_one(const char *text)
{
	struct md_word address = { 0 }, bare;
	struct md_frame *frame;
	gboolean reliable = TRUE, addressed;

	text += *text == '(';
	addressed = scan_addresses(&text, &address);
	md_scan_blanks(&text);
	while (*text == '?' && text[1] == ' ') {
		reliable = FALSE;
		text++;
		md_scan_blanks(&text);
	}
	frame = md_linux_location(&text);
	if (frame == NULL)
		frame = scan_named(&text);
	if (frame == NULL && (addressed || g_str_has_prefix(text, "0x"))) {
		bare = address;
		if (*text != '\0' && !md_scan_hex(&text, &bare))
			return NULL;
		/* Half a machine word is no address. */
		if (bare.digits < 8 && !addressed)
			return NULL;
		frame = md_frame_new();
		address = address.digits > 0 ? address : bare;
	}
	if (frame == NULL || !only_notes(text)) {
		md_frame_free(frame);
		return NULL;
	}
	frame->address = address;
	frame->reliable = reliable && (*text == '\0' || strstr(text, "(unreliable)") == NULL);
	return frame;
}

struct md_frame *md_linux_frame(const char *text, struct md_frame **callee)
{
	struct md_frame *frame = scan_one(text);
	const char *from;

	*callee = NULL;
	if (frame != NULL)
		return frame;
	from = strstr(text, " from ");
	return from != NULL ? scan_from(text, from, callee) : NULL;
}
