// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A region by the marks of its lines, as the text format shows it: what the downstream changed
 * stands out, and which words of it.
 */

/*
 * Which of the lines that stand out became which, by index, in both directions. What the downstream
 * gave up is what it takes up now, before anything of upstream's is.
 */
function partnersOf({ region, looks }) {
	const partner = [];
	let gone = [];
	let come = [];

	function flush() {
		pairInto(partner, region,
			gone.filter((index) => looks[index].name === "dropped"), come);
		pairInto(partner, region, gone.filter((index) => looks[index].name !== "dropped"),
			come.filter((index) => partner[index] === undefined));
		gone = [];
		come = [];
	}
	looks.forEach(({ mark, sign }, index) => {
		if (sign === "-")
			gone.push(index);
		else if (sign === "+")
			come.push(index);
		else if (isIn(mark, "old_downstream") && isIn(mark, "new_downstream"))
			flush();
	});
	flush();
	return partner;
}

function showMarks(file, region) {
	const palette = paletteOf(file, region);
	const { looks, tokens } = palette;
	const partner = partnersOf(palette);
	const old = numbersOf(region, "old_downstream");
	const now = numbersOf(region, "new_downstream");
	const rows = foldRows(region.lines.map((line, index) => index), looks, (index) => [index]);

	function line(index) {
		const look = looks[index];
		const danger = look.name === "declined" || look.name === "held" ? " danger" : "";

		return element("div", { class: `line${shadeOf(look.sign)}${danger}` },
			element("span", { class: "gutter" }, lineNumber(old[index]),
				lineNumber(now[index]),
				signs(look.mark, look)),
			sourceText(tokens(index),
				wordsBeside(region, index, partner[index], look.sign),
				look.sign !== " "));
	}
	return [
		element("div", { class: "lines" },
			appendRows(element("div", { class: "sheet" }), rows, line)),
		region.words ? element("div", { class: "steps" },
			steps.map((step) => showWords(region, palette.language, step))) : null,
	];
}
