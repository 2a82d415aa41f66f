/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Git's binary patches.
 *
 *   GIT binary patch
 *   literal SIZE | delta SIZE      what makes the new content
 *   <lines of base 85>
 *   <empty line>
 *   literal SIZE | delta SIZE      what makes the old one again
 *   <lines of base 85>
 *   <empty line>
 *
 * SIZE counts the inflated bytes.  A line is one letter for how many bytes it
 * holds (A-Z: 1-26, a-z: 27-52) and then five digits for every four bytes,
 * the last of which may be padding.  A delta is git's pack format: two sizes,
 * then runs copied from the source or given in full.
 */
#include "patch/binary.h"

#include "patch/reader.h"

#include <gio/gio.h>
#include <string.h>

/* Git makes no deltas of files over 512 MiB (core.bigFileThreshold). */
#define CONTENT_LIMIT ((gsize)512 << 20)

/* A line holds at most this many bytes: 52 letters say how many. */
#define LINE_BYTES 52

static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
			     "!#$%&()*+-;<=>?@^_`{|}~";

/* The number of bytes that the first letter of a line stands for, or 0. */
static gsize line_bytes(char letter)
{
	if (letter >= 'A' && letter <= 'Z')
		return (gsize)(letter - 'A') + 1;
	if (letter >= 'a' && letter <= 'z')
		return (gsize)(letter - 'a') + 27;
	return 0;
}

static gboolean decode_group(const char *text, guint8 bytes[4])
{
	guint64 value = 0;

	for (gsize i = 0; i < 5; i++) {
		const char *digit = text[i] ? strchr(digits, text[i]) : NULL;

		if (digit == NULL)
			return FALSE;
		value = value * 85 + (guint64)(digit - digits);
	}
	if (value > G_MAXUINT32)
		return FALSE;
	for (gsize i = 0; i < 4; i++)
		bytes[i] = (guint8)(value >> (24 - 8 * i));
	return TRUE;
}

gboolean md_binary_decode_line(struct md_slice line, GByteArray *to)
{
	gsize left = line.size > 0 ? line_bytes(line.data[0]) : 0;

	if (left == 0 || line.size != 1 + (left + 3) / 4 * 5)
		return FALSE;
	for (gsize at = 1; left > 0; at += 5) {
		guint8 bytes[4];
		gsize count = MIN(left, 4);

		if (!decode_group(line.data + at, bytes))
			return FALSE;
		g_byte_array_append(to, bytes, (guint)count);
		left -= count;
	}
	return TRUE;
}

static void encode_line(GString *out, const guint8 *bytes, gsize count)
{
	g_string_append_c(out, (char)(count <= 26 ? 'A' + count - 1 : 'a' + count - 27));
	for (gsize at = 0; at < count; at += 4) {
		guint32 value = 0;
		char text[5];

		for (gsize i = 0; i < 4; i++)
			value = value << 8 | (at + i < count ? bytes[at + i] : 0);
		for (gsize i = 5; i-- > 0; value /= 85)
			text[i] = digits[value % 85];
		g_string_append_len(out, text, 5);
	}
	g_string_append_c(out, '\n');
}

/*
 * Runs @converter over @input; the output never holds more than @limit bytes.
 * NULL where it fails or there is more.
 */
static GByteArray *convert(GConverter *converter, const guint8 *input, gsize size, gsize limit)
{
	g_autoptr(GByteArray) output = g_byte_array_new();
	GConverterResult result = G_CONVERTER_CONVERTED;
	guint8 buffer[16384];

	while (result != G_CONVERTER_FINISHED) {
		gsize read = 0, written = 0;

		result = g_converter_convert(converter, input, size, buffer, sizeof(buffer),
					     G_CONVERTER_INPUT_AT_END, &read, &written, NULL);
		if (result == G_CONVERTER_ERROR || written > limit - output->len)
			return NULL;
		g_byte_array_append(output, buffer, (guint)written);
		input += read;
		size -= read;
	}
	return g_steal_pointer(&output);
}

GBytes *md_binary_inflate(const GByteArray *packed, gsize size)
{
	g_autoptr(GZlibDecompressor) inflate = NULL;
	g_autoptr(GByteArray) content = NULL;

	if (size > CONTENT_LIMIT || packed->len == 0)
		return NULL;
	inflate = g_zlib_decompressor_new(G_ZLIB_COMPRESSOR_FORMAT_ZLIB);
	content = convert(G_CONVERTER(inflate), packed->data, packed->len, size);
	if (content == NULL || content->len != size)
		return NULL;
	return g_byte_array_free_to_bytes(g_steal_pointer(&content));
}

void md_binary_print(GString *out, GBytes *content, gboolean is_delta)
{
	g_autoptr(GZlibCompressor) deflate =
		g_zlib_compressor_new(G_ZLIB_COMPRESSOR_FORMAT_ZLIB, -1);
	g_autoptr(GByteArray) packed = NULL;
	gsize size;
	const guint8 *data = g_bytes_get_data(content, &size);

	/* Deflating cannot fail, and what does not shrink hardly grows. */
	packed = convert(G_CONVERTER(deflate), size ? data : (const guint8 *)"", size, G_MAXUINT32);
	g_string_append_printf(out, "%s %zu\n", is_delta ? "delta" : "literal", size);
	for (gsize at = 0; at < packed->len; at += LINE_BYTES)
		encode_line(out, packed->data + at, MIN(LINE_BYTES, packed->len - at));
	g_string_append_c(out, '\n');
}

/* A size in groups of seven bits, the lowest first. */
static gboolean read_size(struct md_slice *delta, gsize *size)
{
	guint shift = 0;
	guint8 byte = 0x80;

	*size = 0;
	while (byte & 0x80) {
		if (delta->size == 0 || shift > 35)
			return FALSE;
		byte = (guint8)*delta->data++;
		delta->size--;
		*size |= (gsize)(byte & 0x7f) << shift;
		shift += 7;
	}
	return TRUE;
}

/* The bytes of a number of which @mask says which are given, the lowest first. */
static gboolean read_sparse(struct md_slice *delta, guint mask, gsize *number)
{
	*number = 0;
	for (guint shift = 0; mask != 0; mask >>= 1, shift += 8) {
		if (!(mask & 1))
			continue;
		if (delta->size == 0)
			return FALSE;
		*number |= (gsize)(guint8)*delta->data++ << shift;
		delta->size--;
	}
	return TRUE;
}

/* One command: a run of @source (top bit set), or as many bytes as it says. */
static gboolean delta_step(struct md_slice source, struct md_slice *delta, struct md_slice *run)
{
	guint8 command = (guint8)*delta->data++;
	gsize offset;

	delta->size--;
	if (command == 0)
		return FALSE;
	if (!(command & 0x80)) {
		if (delta->size < command)
			return FALSE;
		*run = (struct md_slice){ delta->data, command };
		delta->data += command;
		delta->size -= command;
		return TRUE;
	}
	if (!read_sparse(delta, command & 0xf, &offset) ||
	    !read_sparse(delta, command >> 4 & 7, &run->size))
		return FALSE;
	/* Three bytes hold no 64 KiB of zero size: zero stands for it. */
	if (run->size == 0)
		run->size = 0x10000;
	if (offset > source.size || run->size > source.size - offset)
		return FALSE;
	run->data = source.data + offset;
	return TRUE;
}

GBytes *md_binary_apply_delta(struct md_slice source, struct md_slice delta)
{
	g_autoptr(GByteArray) result = g_byte_array_new();
	gsize source_size, result_size;

	if (!read_size(&delta, &source_size) || source_size != source.size ||
	    !read_size(&delta, &result_size) || result_size > CONTENT_LIMIT)
		return NULL;
	while (delta.size > 0) {
		struct md_slice run;

		if (!delta_step(source, &delta, &run) || run.size > result_size - result->len)
			return NULL;
		g_byte_array_append(result, (const guint8 *)run.data, (guint)run.size);
	}
	if (result->len != result_size)
		return NULL;
	return g_byte_array_free_to_bytes(g_steal_pointer(&result));
}

static char *blob_id(struct md_slice content, GChecksumType type)
{
	g_autofree char *header = g_strdup_printf("blob %zu", content.size);
	g_autoptr(GChecksum) checksum = g_checksum_new(type);

	/* The NUL behind the size is part of what git hashes. */
	g_checksum_update(checksum, (const guint8 *)header, (gssize)strlen(header) + 1);
	g_checksum_update(checksum, (const guint8 *)content.data, (gssize)content.size);
	return g_strdup(g_checksum_get_string(checksum));
}

gboolean md_binary_has_id(struct md_slice content, const char *id)
{
	/* 40 digits are SHA-1, 64 SHA-256; a short one may be either. */
	static const GChecksumType types[] = { G_CHECKSUM_SHA1, G_CHECKSUM_SHA256 };

	for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
		g_autofree char *found = blob_id(content, types[i]);

		if (g_ascii_strncasecmp(found, id, strlen(id)) == 0)
			return TRUE;
	}
	return FALSE;
}

char *md_patch_blob_id(GBytes *content)
{
	return content ? blob_id(md_slice_from_bytes(content), G_CHECKSUM_SHA1)
		       : g_strnfill(40, '0');
}

/* Reads one "literal" or "delta" and its lines; *content NULL: there is none. */
static gboolean read_packed(struct md_reader *reader, GBytes **content, gboolean *is_delta,
			    GError **error)
{
	g_autoptr(GByteArray) packed = g_byte_array_new();
	gsize line_number = reader->at.line, size;
	struct md_slice line;

	*is_delta = md_cursor_at(&reader->at, "delta ");
	if (!*is_delta && !md_cursor_at(&reader->at, "literal "))
		return TRUE;
	md_cursor_next(&reader->at, &line);
	line = md_line_text(line);
	line.data += *is_delta ? 6 : 8;
	line.size -= *is_delta ? 6 : 8;
	if (!md_read_number(&line, &size) || line.size > 0)
		return md_reader_fail(reader, line_number, error, "malformed binary patch size");
	while (md_cursor_next(&reader->at, &line) && (line = md_line_text(line)).size > 0)
		if (!md_binary_decode_line(line, packed))
			return md_reader_fail(reader, reader->at.line - 1, error,
					      "malformed line of a binary patch");
	*content = md_binary_inflate(packed, size);
	if (*content == NULL)
		return md_reader_fail(reader, line_number, error,
				      "the binary patch does not hold the %zu bytes it says", size);
	return TRUE;
}

gboolean md_read_git_binary(struct md_reader *reader, struct md_patch_file *file, GError **error)
{
	gsize line = reader->at.line;

	file->binary = TRUE;
	if (!read_packed(reader, &file->binary_data, &file->binary_is_delta, error))
		return FALSE;
	if (file->binary_data == NULL)
		return md_reader_fail(reader, line, error, "a binary patch without data");
	return read_packed(reader, &file->binary_reverse_data, &file->binary_reverse_is_delta,
			   error);
}

gboolean md_is_binary_notice(struct md_slice line, struct md_slice *old_name,
			     struct md_slice *new_name)
{
	static const char head[] = "Binary files ", tail[] = " differ", between[] = " and ";
	struct md_slice text = md_line_text(line);
	const char *found;

	if (!md_slice_has_prefix(text, head) || text.size < sizeof(head) + sizeof(tail) ||
	    memcmp(text.data + text.size - strlen(tail), tail, strlen(tail)) != 0)
		return FALSE;
	text.data += strlen(head);
	text.size -= strlen(head) + strlen(tail);
	found = memmem(text.data, text.size, between, strlen(between));
	if (found == NULL || memchr(text.data, '\0', text.size) != NULL)
		return FALSE;
	*old_name = (struct md_slice){ text.data, (gsize)(found - text.data) };
	*new_name = (struct md_slice){ found + strlen(between),
				       text.size - old_name->size - strlen(between) };
	return TRUE;
}
