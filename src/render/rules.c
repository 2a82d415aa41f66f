/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a comparison finds, for readers who see one of it without the rest. What a rebase does by
 * accident is an error; what becomes of changes that were there before, a warning, for somebody
 * did that, but perhaps not on purpose; what is new, or only elsewhere, a note.
 */
#include "render/rules.h"

#include <string.h>

static const struct md_rule rules[] = {
	[MD_CLASS_DECLINED] = {
		"declined", "error", "upstream's new lines, missing from the new downstream",
		"Upstream added these lines between the two bases, and the new downstream is "
		"without them. Neither downstream has them, so that no diff of the two shows it: "
		"it is how a rebase loses a fix.",
		"Look at the commit of upstream's that brought the lines. Take them, unless the "
		"downstream leaves them out on purpose.",
	},
	[MD_CLASS_HELD] = {
		"held", "error", "lines that upstream removed, kept by the new downstream",
		"Upstream removed these lines between the two bases, and the new downstream still "
		"has them, though they are none of its own: they were in the text around its "
		"change, and came back with it.",
		"Look at the commit of upstream's that removed the lines. Remove them, unless the "
		"downstream keeps them on purpose.",
	},
	[MD_CLASS_ADAPTED] = {
		"adapted", "warning",
		"its change rewritten where upstream changed the same lines",
		"Upstream changed the lines that the downstream's change is in, and the downstream "
		"rewrote its change. What a merge word by word would give is not told here.",
		"See that both are there: what upstream did to the lines, and what the downstream "
		"did before.",
	},
	[MD_CLASS_MODIFIED] = {
		"modified", "warning", "its own change rewritten",
		"The downstream rewrote a change of its own, though upstream changed nothing "
		"there.",
		"See that this was meant, and does not belong to another piece of work.",
	},
	[MD_CLASS_ADDED] = {
		"added", "note", "new lines of the downstream",
		"The downstream adds lines that its old release did not add.",
		"New work of the downstream: nothing to do, unless the rebase was to bring none.",
	},
	[MD_CLASS_REMOVED] = {
		"removed", "note", "lines newly deleted by the downstream",
		"The downstream deletes lines that its old release had, and that both bases have.",
		"New work of the downstream: nothing to do, unless the rebase was to bring none.",
	},
	[MD_CLASS_DROPPED] = {
		"dropped", "warning", "lines that the downstream no longer adds",
		"The old downstream added these lines; the new one does not, and upstream has not "
		"got them either.",
		"See that the change was given up on purpose, and all of it.",
	},
	[MD_CLASS_RESTORED] = {
		"restored", "warning", "lines that the downstream no longer deletes",
		"The old downstream deleted these lines of upstream's; the new one leaves them "
		"in.",
		"See that the change was given up on purpose, and all of it.",
	},
	[MD_CLASS_MOVED] = {
		"moved", "note", "lines that the downstream has at another place",
		"The downstream has the same lines as before, but somewhere else, where upstream "
		"did not move them.",
		"See that they do the same there.",
	},
	[MD_CLASS_MIXED] = {
		"mixed", "warning", "several of these at once",
		"Lines with more than one reason, or a rare one, stand together; the mark in front "
		"of each says its own.",
		"Look first for declined (.-) and held ( +) lines among them: these are "
		"upstream's.",
	},
	[MD_CLASS_ADOPTED] = {
		"adopted", "note", "the downstream's change, made by upstream too",
		"Upstream has made the same change, which is now no longer the downstream's.",
		"Nothing to do.",
	},
	[MD_CLASS_UPSTREAM] = {
		"upstream", "note", "upstream's change, which the downstream follows",
		"Upstream changed these lines, and the downstream has them so.",
		"Nothing to do.",
	},
	[MD_CLASS_CARRIED] = {
		"carried", "note", "the downstream's change, as it was or merged with upstream's",
		"The downstream's change is there as it was, or as a merge word by word with "
		"upstream's gives it.",
		"Nothing to do.",
	},
	/* Of files alone; in regions these are mixed. */
	{
		"reversed", "warning", "upstream has made the downstream's change, which undoes it",
		"The old downstream made this change, upstream has made it since, and the new "
		"downstream takes it back.",
		"See that this was meant: it is most often a fix that turned out to be none.",
	},
	{
		"revived", "warning", "what both had deleted, brought back by the downstream",
		"The old downstream and upstream had both deleted this; the new downstream adds it "
		"again.",
		"See that this was meant.",
	},
	{
		"reject", "error", "a hunk that does not apply",
		"A hunk of a patch does not apply to its base, so that nothing is known of what it "
		"would change.",
		"See that the base is the one that the patch was made for.",
	},
	{
		"mode", "warning", "the mode of a file, other than carried",
		"The file is executable, a link or plain where the old patch, carried onto the new "
		"base, would make it something else.",
		"See that this was meant.",
	},
	{
		"binary", "warning", "binary content, other than carried",
		"The content of a binary file is neither upstream's nor what the old downstream "
		"made of it.",
		"Compare the two files with a tool that knows their format.",
	},
};

const struct md_rule *md_rules(guint *count)
{
	*count = G_N_ELEMENTS(rules);
	return rules;
}

const struct md_rule *md_rule_of_class(enum md_class class)
{
	return &rules[class];
}

const struct md_rule *md_rule_by_id(const char *id)
{
	guint rule = 0;

	while (strcmp(rules[rule].id, id) != 0)
		rule++;
	return &rules[rule];
}

gboolean md_class_is_dangerous(enum md_class class)
{
	return class == MD_CLASS_DECLINED || class == MD_CLASS_HELD;
}

gboolean md_region_is_dangerous(const struct md_file_region *region, guint32 shown)
{
	guint32 lost = md_mark_set_by_name("declined") | md_mark_set_by_name("held");

	if (md_class_is_dangerous(region->class))
		return TRUE;
	for (gsize i = 0; region->class == MD_CLASS_MIXED && i < region->count; i++) {
		if (md_mark_is_shown(region->mark[i], shown & lost))
			return TRUE;
	}
	return FALSE;
}

/*
 * Whether a line in a region of class @in is one of the lines of @class. What
 * moved is moved, whatever region it came to; it counts at its new place.
 */
static gboolean is_counted(md_mark mark, enum md_class in, enum md_class class, guint32 shown)
{
	if ((mark & MD_MARK_ALONG) == MD_MARK_ALONG)
		return in == class && md_mark_sign_if(mark, shown) == '+';
	if ((mark & MD_MARK_MOVED) && !md_mark_is_kept_back(mark))
		return class == MD_CLASS_MOVED && md_mark_sign_if(mark, shown) == '+';
	return in == class && md_mark_is_shown(mark, shown);
}

gsize md_class_lines(const struct md_comparison *comparison, enum md_class class, guint32 marks)
{
	gsize count = 0;

	for (guint i = 0; i < comparison->files->len; i++) {
		const struct md_file_comparison *file = g_ptr_array_index(comparison->files, i);

		for (guint j = 0; j < file->told->len; j++) {
			const struct md_file_region *region = g_ptr_array_index(file->told, j);

			for (gsize k = 0; k < region->count; k++)
				count += is_counted(region->mark[k], region->class, class,
						    comparison->shown & marks);
		}
	}
	return count;
}
