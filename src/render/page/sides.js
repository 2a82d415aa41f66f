// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the two signs of a line say: in which of the four versions it is, and how a reader sees it.
 * A region laid out as versions or patches beside each other is columns of the same lines again.
 */

const versions = ["old_base", "old_downstream", "new_base", "new_downstream"];
const versionNames = {
	old_base: "old base",
	old_downstream: "old downstream",
	new_base: "new base",
	new_downstream: "new downstream",
	upstream: "later upstream",
};

/* The marks, as in src/diff/marks.c: a name, how the line is shown by default, its meaning. */
const marks = {
	"  ": ["context", " ", "in all four versions"],
	"++": ["carried", " ", "the downstream's own line, unchanged"],
	"--": ["carried", " ", "upstream's line that the downstream deletes, as before"],
	". ": ["upstream", " ", "upstream added it; the downstream follows"],
	" .": ["upstream", " ", "upstream removed it; the downstream follows"],
	"+ ": ["adopted", " ", "the downstream's line, which upstream has now, too"],
	"-.": ["adopted", " ", "deleted by the downstream before, and now by upstream, too"],
	".+": ["added", "+", "new in the downstream's patch"],
	" -": ["removed", "-", "newly deleted by the downstream"],
	"+.": ["dropped", "-", "a line that the downstream no longer adds"],
	"- ": ["restored", "+", "a line that the downstream no longer deletes"],
	".-": ["declined", "-", "upstream's new line, missing from the new downstream"],
	" +": ["held", "+", "upstream removed it; the new downstream keeps it"],
	"+-": ["reversed", "-", "adopted by upstream, now deleted by the downstream"],
	"-+": ["revived", "+", "deleted by both before, now added by the downstream"],
	"..": ["elsewhere", " ", "in none of the four versions at this place"],
};

/* Which sign of a mark speaks of a version, and with which signs the line is in it. */
const signOf = {
	old_base: [0, " -"],
	old_downstream: [0, " +"],
	new_base: [1, " -"],
	new_downstream: [1, " +"],
};

function isIn(mark, version) {
	const [side, signs] = signOf[version];

	return signs.includes(mark[side]);
}

/* The mark of each line as if nothing had moved: with these lines are counted. */
function marksOfPlaces(region) {
	const found = region.lines.map(([mark]) => mark);

	for (const [index, mark] of region.places || [])
		found[index] = mark;
	return found;
}

/*
 * How a reader sees each line: mark, name, sign ("+" and "-" stand out) and meaning. A line that
 * moved here is marked as what it is at this place, but called moved; one that is kept where it
 * was while upstream moved it is held.
 */
function looksOf(region) {
	const here = marksOfPlaces(region);

	return region.lines.map(([said], index) => {
		const moved = region.moved_from && said !== here[index] && marks[said][1] === " " &&
			marks[here[index]][1] === "+";
		const mark = moved ? here[index] : said;
		const [name, sign, meaning] = marks[mark];

		if (moved && name !== "held")
			return { mark, name: "moved", sign,
				meaning: "the downstream had it elsewhere" };
		// What was asked for with --show stands out as well.
		if (sign === " " && name === region.class) {
			const before = isIn(mark, "old_downstream");
			const after = isIn(mark, "new_downstream");

			return { mark, name, sign: before === after ? " " : after ? "+" : "-",
				meaning };
		}
		return { mark, name, sign, meaning };
	});
}

/* The lines of @region that @version has: the index of each, and its number there, from 1. */
function projectRegion(region, version) {
	const lines = [];

	marksOfPlaces(region).forEach((mark, index) => {
		if (isIn(mark, version))
			lines.push({ index, number: region.start[version] + lines.length });
	});
	return lines;
}

/* The number of each line of @region in @version; undefined where it is not in it. */
function numbersOf(region, version) {
	const numbers = [];

	for (const { index, number } of projectRegion(region, version))
		numbers[index] = number;
	return numbers;
}

/*
 * Lays lines into rows of columns, each as far up as the order in its columns lets it: what
 * replaces a line comes to stand beside it. @columnsOf gives the columns of a mark; @after, those
 * which have to be above it. A column at or behind @width is only for waiting. A row has the index
 * of a line, or undefined, for each column.
 */
function layRows(found, width, columnsOf, after) {
	const next = [];
	const rows = [];

	found.forEach((mark, index) => {
		const columns = columnsOf(mark);

		if (columns.length === 0)
			return;
		const at = Math.max(...after(mark).map((column) => next[column] || 0));

		for (const column of columns) {
			if (column < width) {
				rows[at] = rows[at] || new Array(width).fill(undefined);
				rows[at][column] = index;
			}
			next[column] = Math.max(next[column] || 0, at + 1);
		}
	});
	return rows;
}

/* Rows of the four versions. */
function layVersions(region) {
	const columnsOf = (mark) => [0, 1, 2, 3].filter((column) => isIn(mark, versions[column]));

	return layRows(marksOfPlaces(region), 4, columnsOf, columnsOf);
}

/*
 * Rows of the two patches. What one adds is below what either deletes at that place, so that
 * deleted lines stand beside deleted ones: that is the third column.
 */
function layPatches(region) {
	const sides = (mark) => [0, 1].filter((side) => mark[side] !== ".");

	return layRows(marksOfPlaces(region), 2,
		(mark) => mark.includes("-") ? [...sides(mark), 2] : sides(mark),
		(mark) => mark.includes("+") ? [...sides(mark), 2] : sides(mark));
}

/*
 * What came about between two versions, as a unified diff has it: for each line that either has,
 * its index and a sign; what went stands before what came.
 */
function compareVersions(region, from, to) {
	const lines = [];
	let come = [];

	marksOfPlaces(region).forEach((mark, index) => {
		const before = isIn(mark, from);
		const after = isIn(mark, to);

		if (before && after) {
			lines.push(...come, { index, sign: " " });
			come = [];
		} else if (before) {
			lines.push({ index, sign: "-" });
		} else if (after) {
			come.push({ index, sign: "+" });
		}
	});
	return lines.concat(come);
}
