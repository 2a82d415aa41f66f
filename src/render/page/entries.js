// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the page of a comparison lists: an entry a region, and one for each file in which only the
 * mode, or binary content, differs.
 */

/* The class of an entry without a region. */
const WHOLE_FILE = "whole file";

/* The worst first: what a rebase lost, then what a person has to judge, then the rest. */
const classMeanings = new Map([
	["declined", "upstream's new lines, missing from the new downstream"],
	["held", "lines that upstream removed, kept by the new downstream"],
	["mixed", "several of these at once"],
	["adapted", "its change rewritten where upstream changed the same lines"],
	["modified", "its own change rewritten"],
	["removed", "lines newly deleted by the downstream"],
	["dropped", "lines that the downstream no longer adds"],
	["restored", "lines that the downstream no longer deletes"],
	["added", "new lines of the downstream"],
	["moved", "lines that the downstream has at another place"],
	[WHOLE_FILE, "another mode, or binary content"],
	["adopted", "the downstream's change, made by upstream too"],
	["upstream", "upstream's change, which the downstream follows"],
	["carried", "the downstream's change, as it was or merged with upstream's"],
]);
/* What is listed though the downstream itself changed nothing there. */
const quietClasses = new Set(["adopted", "upstream", "carried"]);
const classRanks = new Map([...classMeanings.keys()].map((name, rank) => [name, rank]));

/* The marks that are shown, by what they do to the new downstream. */
const gainMarks = new Set([".+", "- ", " +", "-+"]);
const lossMarks = new Set([" -", "+.", ".-", "+-"]);
/*
 * Of these the ones by which a fix of upstream's is lost, and where they are that: a line which the
 * downstream adapted is declined as well, but there its own is in its place.
 */
const lostMarks = new Set([".-", " +"]);
const lossyClasses = new Set(["declined", "held", "mixed"]);

function pathOf(file) {
	const { new_downstream, old_downstream, new_base, old_base } = file.paths;

	return new_downstream ?? old_downstream ?? new_base ?? old_base;
}

function countLines(entry, region) {
	for (const [mark] of region.lines) {
		entry.gained += gainMarks.has(mark);
		entry.missing += lossMarks.has(mark);
		entry.lost += lossyClasses.has(entry.class) && lostMarks.has(mark);
	}
}

function makeEntry(file, path, region) {
	const entry = {
		file, path, region,
		id: region ? region.id : `file:${path}`,
		class: region ? region.class : WHOLE_FILE,
		gained: 0, missing: 0, lost: 0,
		shown: true, // by the filter
	};

	if (region)
		countLines(entry, region);
	return entry;
}

/* In the order of the records; each knows its index. */
function entriesOf(files) {
	const entries = [];

	for (const file of files) {
		const path = pathOf(file);

		for (const region of file.regions.length > 0 ? file.regions : [null])
			entries.push(makeEntry(file, path, region));
	}
	entries.forEach((entry, index) => { entry.index = index; });
	return entries;
}

/* How much there is to read; no entry is nothing. */
function sizeOf(entry) {
	return Math.max(1, entry.gained + entry.missing);
}

/* By class, in the order of classMeanings: regions and lines. */
function countClasses(entries) {
	const counts = new Map();

	for (const name of classMeanings.keys())
		counts.set(name, { regions: 0, gained: 0, missing: 0, lost: 0 });
	for (const entry of entries) {
		const count = counts.get(entry.class);

		count.regions++;
		count.gained += entry.gained;
		count.missing += entry.missing;
		count.lost += entry.lost > 0;
	}
	for (const [name, count] of counts)
		if (count.regions === 0)
			counts.delete(name);
	return counts;
}
