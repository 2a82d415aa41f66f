// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which entries are listed: by class, by where they are, by text, those in which a line is declined
 * or held, whatever their class, and those not yet reviewed.  The filter is written into the
 * fragment of the address, so that a link brings back what one sees:
 *
 *     #class=declined,held&path=drivers/net/&text=unlock&lost=1&unreviewed=1&r=ID
 *
 * r is the region that one looks at; alone, it is a link to that region.
 */

function noFilter() {
	return { classes: new Set(), path: "", text: "", lost: false, unreviewed: false };
}

function readFilter(fragment) {
	const fields = new URLSearchParams(fragment.replace(/^#/, ""));
	const names = (fields.get("class") || "").split(",")
		.filter((name) => classMeanings.has(name));

	return {
		classes: new Set(names),
		path: fields.get("path") || "",
		text: fields.get("text") || "",
		lost: fields.get("lost") === "1",
		unreviewed: fields.get("unreviewed") === "1",
	};
}

function writeFilter(filter, id) {
	const fields = new URLSearchParams();

	if (filter.classes.size > 0)
		fields.set("class", [...filter.classes].join(","));
	if (filter.path)
		fields.set("path", filter.path);
	if (filter.text)
		fields.set("text", filter.text);
	if (filter.lost)
		fields.set("lost", "1");
	if (filter.unreviewed)
		fields.set("unreviewed", "1");
	if (id)
		fields.set("r", id);
	// These two need no escape in a fragment, and paths are to be read.
	return "#" + fields.toString().replaceAll("%2F", "/").replaceAll("%2C", ",");
}

/* One field says both: "path:drivers/net/ some text". */
function readField(text) {
	const [, quoted, plain, rest] = /^\s*(?:path:(?:"([^"]*)"?|(\S*)))?\s*(.*)$/s.exec(text);

	return { path: quoted ?? plain ?? "", text: rest };
}

function writeField(filter) {
	const path = /\s/.test(filter.path) ? `"${filter.path}"` : filter.path;

	return (path ? `path:${path} ` : "") + filter.text;
}

/* What a text is looked for in, in small letters; made when first asked for. */
function haystackOf(entry) {
	if (entry.haystack === undefined) {
		const region = entry.region || { lines: [] };
		const commits = [...(region.commits || []), ...(region.backport?.commits || [])];

		entry.haystack = [
			entry.path, entry.id, region.function,
			...commits.flatMap((commit) => [commit.id, commit.subject]),
			...region.lines.map(([, text]) => text),
		].join("\n").toLowerCase();
	}
	return entry.haystack;
}

/* Whether all but the class of @entry fits. */
function fitsElsewhere(view, entry, text) {
	const { path, unreviewed } = view.filter;

	return entry.path.startsWith(path) &&
		(!unreviewed || !view.reviews.has(entry.id)) &&
		(text === "" || haystackOf(entry).includes(text));
}

/*
 * Sets the shown of each entry; returns how many of each class fit but for their class, and as
 * "lost" how many of those that lose a line fit but for that.
 */
function applyFilter(view) {
	const { classes, lost } = view.filter;
	const text = view.filter.text.toLowerCase();
	const counts = new Map([["lost", 0]]);

	for (const entry of view.entries) {
		if (!(entry.shown = fitsElsewhere(view, entry, text)))
			continue;
		const chosen = classes.size === 0 || classes.has(entry.class);
		const loses = entry.lost > 0;

		if (!lost || loses)
			counts.set(entry.class, (counts.get(entry.class) || 0) + 1);
		if (chosen && loses)
			counts.set("lost", counts.get("lost") + 1);
		entry.shown = chosen && (!lost || loses);
	}
	return counts;
}
