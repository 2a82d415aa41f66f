// SPDX-License-Identifier: GPL-2.0-or-later
/* A region as columns beside each other: the two patches, or the four versions. */

/*
 * @rows of as many cells as there are @titles, beside each other; on a phone one column at a time,
 * by its title. What is selected stays in the column in which that began.
 */
function showColumns(titles, first, rows, cell) {
	const sheet = element("div", { class: "sheet" });
	const view = element("div", {
		class: "columns", "data-column": first, "data-width": titles.length,
		onmousedown: (event) => {
			const inside = event.target.closest(".cell");

			if (inside)
				view.dataset.selecting =
					[...inside.parentNode.children].indexOf(inside);
		},
	});
	const chooser = titles.map((title, column) => element("button", { type: "button",
		"aria-pressed": String(column === first), onclick: () => {
			view.dataset.column = column;
			for (const [at, button] of chooser.entries())
				button.setAttribute("aria-pressed", String(at === column));
		} }, title));

	view.append(element("div", { class: "chooser", role: "group", "aria-label": "column" },
		chooser));
	view.append(element("div", { class: "row titles" },
		titles.map((title) => element("div", {}, title))));
	view.append(appendRows(sheet, rows, (row) => element("div", { class: "row" },
		row.map((index, column) => index === undefined
			? element("div", { class: "cell void" })
			: cell(index, column, row)))));
	return view;
}

function foldColumns(rows, looks) {
	return foldRows(rows, looks, (row) => row.filter((index) => index !== undefined));
}

function showPatches(file, region) {
	const { looks, tokens } = paletteOf(file, region);
	const found = marksOfPlaces(region);
	const number = versions.map((version) => numbersOf(region, version));
	const names = { " ": "context", "+": "added by this patch", "-": "deleted by this patch" };

	/* The numbers are those of the downstream, or of the base where only that has the line. */
	function cell(index, side, row) {
		const sign = found[index][side];
		const differs = row[0] !== row[1] || looks[index].sign !== " ";
		const numbers = number[2 * side + (sign === "-" ? 0 : 1)];

		return element("div", { class: `cell${differs ? shadeOf(sign) : ""}` },
			element("span", { class: "gutter" }, lineNumber(numbers[index]),
				signs(sign, { name: names[sign], meaning: looks[index].name })),
			sourceText(tokens(index),
				wordsBeside(region, index, row[1 - side], side === 1 ? "+" : "-"),
				differs));
	}
	return [showColumns(["old patch", "new patch"], 1,
		foldColumns(layPatches(region), looks), cell)];
}

function showVersions(file, region) {
	const { looks, tokens } = paletteOf(file, region);
	const number = versions.map((version) => numbersOf(region, version));

	/* A downstream is held against its base. */
	function cell(index, column, row) {
		const downstream = column % 2;
		const other = row[column ^ 1];
		const changed = number[column ^ 1][index] === undefined;
		const sign = !changed ? " " : downstream ? "+" : "-";
		const name = !changed ? "in base and downstream"
			: downstream ? "not in the base" : "not in the downstream";

		return element("div", { class: `cell${shadeOf(sign)}` },
			element("span", { class: "gutter" }, lineNumber(number[column][index]),
				signs(sign, { name, meaning: looks[index].meaning })),
			sourceText(tokens(index),
				wordsBeside(region, index, other, downstream ? "+" : "-"),
				changed));
	}
	return [showColumns(versions.map((version) => versionNames[version]), 3,
		foldColumns(layVersions(region), looks), cell)];
}
