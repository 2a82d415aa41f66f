/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines become numbers once, for all four versions together; everything
 * after this compares numbers.  An open-addressed table of (hash, number)
 * pairs finds a line's number; versions that are equal share their lines.
 */
#include "diff/workspace.h"

#include <string.h>

struct slot {
	guint32 hash;
	guint32 number; /* plus one; 0: free */
};

/*
 * Eight bytes a step, multiply and fold, as in wyhash by Wang Yi (public
 * domain); the constants are its "secret", any odd numbers with half their
 * bits set do.
 */
static guint64 fold(guint64 a, guint64 b)
{
	unsigned __int128 product = (unsigned __int128)a * b;

	return (guint64)product ^ (guint64)(product >> 64);
}

guint32 md_line_hash(struct md_slice line, guint64 seed)
{
	guint64 hash = seed ^ line.size, word;
	gsize i;

	for (i = 0; i + 8 <= line.size; i += 8) {
		memcpy(&word, line.data + i, 8);
		hash = fold(hash ^ word, 0xa0761d6478bd642full);
	}
	word = 0;
	memcpy(&word, line.data + i, line.size - i);
	hash = fold(hash ^ word, 0xe7037ed1a0b428dbull);
	return (guint32)(hash ^ hash >> 32);
}

/* Writes @line as @space sees it to @out, which has room for all of it. */
static struct md_slice fold_spaces(struct md_slice line, enum md_space space, char *out)
{
	struct md_slice folded = { out, 0 };
	gboolean pending = FALSE;

	for (gsize i = 0; i < line.size; i++) {
		if (g_ascii_isspace(line.data[i])) {
			pending = TRUE;
			continue;
		}
		if (pending && space == MD_SPACE_CHANGE)
			out[folded.size++] = ' ';
		pending = FALSE;
		out[folded.size++] = line.data[i];
	}
	return folded;
}

static void split(struct md_workspace *workspace, enum md_version version, struct md_slice text,
		  md_next_piece next)
{
	struct md_lines *lines = &workspace->lines[version];
	struct md_slice rest = text, line;
	gsize room = text.size / 16 + 16, count = 0;
	struct md_slice *split =
		md_buffer_reserve(&workspace->split[version], room, sizeof(*split));

	while (next(&rest, &line)) {
		if (count == room) {
			/* Shorter than 16 bytes on average: count the rest, start again. */
			for (room = count + 1; next(&rest, &line);)
				room++;
			split = md_buffer_reserve(&workspace->split[version], room, sizeof(*split));
			rest = text;
			count = 0;
			continue;
		}
		split[count++] = line;
	}
	lines->line = split;
	lines->count = count;
	lines->number = md_buffer_reserve(&workspace->numbered[version], count, sizeof(guint32));
}

/* The version before @version with the same text, or @version. */
static enum md_version same_as(const struct md_slice text[MD_VERSIONS], enum md_version version)
{
	for (enum md_version other = 0; other < version; other++) {
		if (md_slice_equal(text[other], text[version]))
			return other;
	}
	return version;
}

struct numbering {
	struct slot *slots;
	gsize mask;
	struct md_slice *distinct; /* by number */
	gsize numbers;
	guint64 seed;
};

static guint32 number_of(struct numbering *numbering, struct md_slice line)
{
	guint32 hash = md_line_hash(line, numbering->seed);
	gsize i = hash & numbering->mask;

	while (numbering->slots[i].number != 0) {
		guint32 number = numbering->slots[i].number - 1;

		if (numbering->slots[i].hash == hash &&
		    md_slice_equal(numbering->distinct[number], line))
			return number;
		i = (i + 1) & numbering->mask;
	}
	numbering->distinct[numbering->numbers] = line;
	numbering->slots[i] = (struct slot){ hash, ++numbering->numbers };
	return numbering->numbers - 1;
}

void md_lines_number(struct md_workspace *workspace, const struct md_slice text[MD_VERSIONS],
		     md_next_piece next, enum md_space space)
{
	struct numbering numbering = { .seed = workspace->seed };
	gsize total = 0, bytes = 0, slots = 16;
	struct md_slice *original;
	char *folded = NULL;

	for (enum md_version version = 0; version < MD_VERSIONS; version++) {
		if (same_as(text, version) != version)
			continue;
		split(workspace, version, text[version], next);
		total += workspace->lines[version].count;
		bytes += text[version].size;
	}
	while (slots < total * 2)
		slots *= 2;
	numbering.mask = slots - 1;
	numbering.slots = md_buffer_reserve(&workspace->slots, slots, sizeof(struct slot));
	memset(numbering.slots, 0, slots * sizeof(struct slot));
	numbering.distinct =
		md_buffer_reserve(&workspace->distinct, total, sizeof(struct md_slice));
	original = md_buffer_reserve(&workspace->original, total, sizeof(struct md_slice));
	if (space != MD_SPACE_EXACT)
		folded = md_buffer_reserve(&workspace->folded, bytes, 1);

	for (enum md_version version = 0; version < MD_VERSIONS; version++) {
		enum md_version same = same_as(text, version);
		struct md_lines *lines = &workspace->lines[version];

		if (same != version) {
			*lines = workspace->lines[same];
			continue;
		}
		for (gsize i = 0; i < lines->count; i++) {
			struct md_slice line = lines->line[i];

			if (folded != NULL) {
				line = fold_spaces(line, space, folded);
				folded += line.size;
			}
			lines->number[i] = number_of(&numbering, line);
			original[lines->number[i]] = lines->line[i];
		}
	}
	workspace->numbers = numbering.numbers;
	workspace->text = original;
}
