/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * "GIT binary patch": content deflated, then in lines of up to 52 bytes.
 * Each line starts with its length (A..Z for 1..26, a..z for 27..52), then
 * every 4 bytes as 5 digits of base 85, as git's base85.c has them.
 */
#include "render/binary.h"

#include <gio/gio.h>

#define BYTES_A_LINE 52

static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
			     "!#$%&()*+-;<=>?@^_`{|}~";

static GByteArray *deflate(struct md_slice content)
{
	g_autoptr(GZlibCompressor) compressor =
		g_zlib_compressor_new(G_ZLIB_COMPRESSOR_FORMAT_ZLIB, -1);
	GByteArray *deflated = g_byte_array_new();
	GConverterResult result;

	/* No file at all has no content, but zlib wants a place. */
	if (content.data == NULL)
		content.data = "";
	do {
		guint8 block[65536];
		gsize taken = 0, given = 0;

		result = g_converter_convert(G_CONVERTER(compressor), content.data, content.size,
					     block, sizeof(block), G_CONVERTER_INPUT_AT_END, &taken,
					     &given, NULL);
		content.data += taken;
		content.size -= taken;
		g_byte_array_append(deflated, block, (guint)given);
	} while (result == G_CONVERTER_CONVERTED);
	return deflated;
}

static void append_line(GString *out, const guint8 *bytes, gsize size)
{
	g_string_append_c(out, size <= 26 ? (char)('A' + size - 1) : (char)('a' + size - 27));
	for (gsize i = 0; i < size; i += 4) {
		guint32 word = 0;
		char text[5];

		for (gsize j = 0; j < 4; j++)
			word = word << 8 | (i + j < size ? bytes[i + j] : 0);
		for (gsize j = 5; j-- > 0; word /= 85)
			text[j] = digits[word % 85];
		g_string_append_len(out, text, sizeof(text));
	}
	g_string_append_c(out, '\n');
}

static void append_literal(GString *out, struct md_slice content)
{
	g_autoptr(GByteArray) deflated = deflate(content);

	g_string_append_printf(out, "literal %zu\n", content.size);
	for (gsize i = 0; i < deflated->len; i += BYTES_A_LINE)
		append_line(out, deflated->data + i, MIN(BYTES_A_LINE, deflated->len - i));
	g_string_append_c(out, '\n');
}

void md_binary_append(GString *out, struct md_slice before, struct md_slice newest)
{
	g_string_append(out, "GIT binary patch\n");
	append_literal(out, newest);
	append_literal(out, before);
}
