// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The four ways to look at a region: the marks of the comparison, the two patches beside each
 * other, the four versions, and what upstream and the downstream did between them.
 */

/* Of a longer region the rest comes when it is asked for, the first part and the later ones. */
const firstLines = 200;
const moreLines = 4000;
/* Hidden lines that the new downstream does not have, before they are folded; as in text. */
const longestHidden = 12;

/* Puts @count rows, made one by one, into @parent; the first ones, and a button for the rest. */
function appendRows(parent, count, make, from = 0) {
	const end = Math.min(count, from === 0 ? firstLines : from + moreLines);

	for (let i = from; i < end; i++)
		parent.append(make(i));
	if (end < count) {
		parent.append(element("button", { type: "button", class: "more", onclick: (event) => {
			event.target.remove();
			appendRows(parent, count, make, end);
		} }, `${count - end} more lines`));
	}
	return parent;
}

/* What a view needs of a region: painted once, whatever the order in which lines are shown. */
function paletteOf(file, region) {
	const language = languageOf(pathOf(file));

	return { region, language, looks: looksOf(region), tokens: colourLines(region, language) };
}

/* The words of a line that another one beside it has not: runs of the line, or undefined. */
function wordsBeside(region, index, other, sign) {
	if (other === undefined || other === index)
		return undefined;
	const [mine, its] = [region.lines[index][1], region.lines[other][1]];
	const runs = sign === "+" ? diffWords(its, mine) : diffWords(mine, its);

	return runs ? runs.filter(([which]) => which === " " || which === sign) : undefined;
}

/* ------------------------------------------------------------------ marks */

/*
 * Which of the lines that stand out became which, by index, in both directions. What the downstream
 * gave up is what it takes up now, before anything of upstream's is.
 */
function partnersOf({ region, looks }) {
	const partner = [];
	let gone = [];
	let come = [];

	function pair(from, to) {
		const text = (index) => region.lines[index][1];

		for (const [i, j] of pairLines(from.map(text), to.map(text))) {
			partner[from[i]] = to[j];
			partner[to[j]] = from[i];
		}
	}
	function flush() {
		pair(gone.filter((index) => looks[index].name === "dropped"), come);
		pair(gone.filter((index) => looks[index].name !== "dropped"),
			come.filter((index) => partner[index] === undefined));
		gone = [];
		come = [];
	}
	looks.forEach(({ mark, sign }, index) => {
		if (isIn(mark, "old_downstream") && isIn(mark, "new_downstream"))
			flush();
		else if (sign === "-")
			gone.push(index);
		else if (sign === "+")
			come.push(index);
	});
	flush();
	return partner;
}

/* The indices of the lines in order; a long run that the new downstream has not is an array. */
function foldLines(looks) {
	const items = [];
	let hidden = [];

	function flush() {
		items.push(...(hidden.length > longestHidden ? [hidden] : hidden));
		hidden = [];
	}
	looks.forEach(({ mark, sign }, index) => {
		if (sign === " " && !isIn(mark, "new_downstream")) {
			hidden.push(index);
		} else {
			flush();
			items.push(index);
		}
	});
	flush();
	return items;
}

/* How the sign of a line is seen besides by the sign itself. */
function shadeOf(sign) {
	return sign === "+" ? " come" : sign === "-" ? " gone" : "";
}

function signs(text, { name, meaning }) {
	return element("span", { class: "signs", role: "img", "aria-label": name, title: `${name}: ${meaning}` }, text);
}

function showMarks(file, region) {
	const palette = paletteOf(file, region);
	const { looks, tokens } = palette;
	const partner = partnersOf(palette);
	const old = numbersOf(region, "old_downstream");
	const now = numbersOf(region, "new_downstream");
	const items = foldLines(looks);

	function line(index) {
		const look = looks[index];
		const danger = look.name === "declined" || look.name === "held" ? " danger" : "";

		return element("div", { class: `line${shadeOf(look.sign)}${danger}` },
			element("span", { class: "gutter" }, lineNumber(old[index]), lineNumber(now[index]),
				signs(look.mark, look)),
			sourceText(tokens(index), wordsBeside(region, index, partner[index], look.sign), look.sign !== " "));
	}
	function fold(indices) {
		return element("button", { type: "button", class: "more", onclick: (event) => {
			event.target.replaceWith(...indices.map(line));
		} }, `${indices.length} lines that are not in the new downstream`);
	}
	return [
		element("div", { class: "lines" }, appendRows(element("div", { class: "sheet" }), items.length,
			(i) => Array.isArray(items[i]) ? fold(items[i]) : line(items[i]))),
		region.words ? element("div", { class: "steps" }, steps.map((step) => showWords(region, palette.language, step))) : null,
	];
}

/* ---------------------------------------------------------------- columns */

/*
 * @rows of as many cells as there are @titles, beside each other; on a phone one column at a time,
 * by its title. What is selected stays in the column in which that began.
 */
function showColumns(titles, first, rows, cell) {
	const sheet = element("div", { class: "sheet" });
	const view = element("div", { class: "columns", "data-column": first, "data-width": titles.length,
		onmousedown: (event) => {
			const inside = event.target.closest(".cell");

			if (inside)
				view.dataset.selecting = [...inside.parentNode.children].indexOf(inside);
		} });
	const chooser = titles.map((title, column) => element("button", { type: "button",
		"aria-pressed": String(column === first), onclick: () => {
			view.dataset.column = column;
			chooser.forEach((button, at) => button.setAttribute("aria-pressed", String(at === column)));
		} }, title));

	view.append(element("div", { class: "chooser", role: "group", "aria-label": "column" }, chooser));
	view.append(element("div", { class: "row titles" }, titles.map((title) => element("div", {}, title))));
	view.append(appendRows(sheet, rows.length, (at) => element("div", { class: "row" },
		rows[at].map((index, column) => index === undefined ? element("div", { class: "cell void" })
			: cell(index, column, rows[at])))));
	return view;
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
			sourceText(tokens(index), wordsBeside(region, index, row[1 - side], side === 1 ? "+" : "-"), differs));
	}
	return [showColumns(["old patch", "new patch"], 1, layPatches(region), cell)];
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
		const name = !changed ? "in base and downstream" : downstream ? "not in the base" : "not in the downstream";

		return element("div", { class: `cell${shadeOf(sign)}` },
			element("span", { class: "gutter" }, lineNumber(number[column][index]),
				signs(sign, { name, meaning: looks[index].meaning })),
			sourceText(tokens(index), wordsBeside(region, index, other, downstream ? "+" : "-"), changed));
	}
	return [showColumns(versions.map((version) => versionNames[version]), 3, layVersions(region), cell)];
}

/* ------------------------------------------------------------------ steps */

/* What happened between two versions each; the names are those of the records. */
const steps = [
	{ name: "upstream", from: "old_base", to: "new_base", title: "Upstream" },
	{ name: "before", from: "old_base", to: "old_downstream", title: "The downstream before" },
	{ name: "after", from: "new_base", to: "new_downstream", title: "The downstream after" },
];

function stepTitle({ title, from, to }) {
	return element("div", { class: "step-title" }, element("strong", {}, title), " ",
		element("span", { class: "quiet" }, `${versionNames[from]} to ${versionNames[to]}`));
}

function noChange() {
	return element("p", { class: "quiet" }, "No change here.");
}

/*
 * Runs of words cut at their newlines: for each line that changed its runs, and the sign where all
 * of it, its newline too, came or went.
 */
function linesOfRuns(runs) {
	const lines = [{ runs: [], signs: new Set() }];

	for (const [sign, text] of runs) {
		text.split("\n").forEach((piece, at, pieces) => {
			const line = lines[lines.length - 1];

			if (piece !== "")
				line.runs.push([sign, piece]);
			if (piece !== "" || at + 1 < pieces.length)
				line.signs.add(sign);
			if (at + 1 < pieces.length)
				lines.push({ runs: [], signs: new Set() });
		});
	}
	return lines.map(({ runs, signs }) => ({ runs, sign: signs.size === 1 ? [...signs][0] : "" }))
		.filter(({ runs, sign }) => sign !== " " && (sign !== "" || runs.length > 0));
}

/* A step of an adapted region by the words that the records have of it; changed lines alone. */
function showWords(region, language, step) {
	const lines = linesOfRuns(region.words[step.name]).map(({ runs, sign }) => {
		const text = runs.map(([, word]) => word).join("");
		const tokens = language ? tokenize(language, text, "").tokens : [["", text]];

		return element("div", { class: `line${shadeOf(sign)}` },
			sourceText(tokens, sign === "" ? runs : undefined, sign !== ""));
	});

	return element("div", { class: "step" }, stepTitle(step), lines.length > 0
		? element("div", { class: "lines" }, element("div", { class: "sheet" }, lines)) : noChange());
}

/* A step by its lines: what went and what came, with what is around it. */
function showStep({ region, looks, tokens }, step) {
	const lines = compareVersions(region, step.from, step.to);
	const [old, now] = [numbersOf(region, step.from), numbersOf(region, step.to)];
	const partner = [];
	const names = { " ": "in both", "-": `only in the ${versionNames[step.from]}`, "+": `only in the ${versionNames[step.to]}` };
	const text = ({ index }) => region.lines[index][1];

	for (let at = 0; at < lines.length;) {
		const from = at;

		while (at < lines.length && lines[at].sign !== " ")
			at++;
		const gone = lines.slice(from, at).filter(({ sign }) => sign === "-");
		const come = lines.slice(from, at).filter(({ sign }) => sign === "+");

		for (const [i, j] of pairLines(gone.map(text), come.map(text))) {
			partner[gone[i].index] = come[j].index;
			partner[come[j].index] = gone[i].index;
		}
		at++;
	}
	if (lines.every(({ sign }) => sign === " "))
		return element("div", { class: "step" }, stepTitle(step), noChange());
	return element("div", { class: "step" }, stepTitle(step), element("div", { class: "lines" },
		appendRows(element("div", { class: "sheet" }), lines.length, (at) => {
			const { index, sign } = lines[at];

			return element("div", { class: `line${shadeOf(sign)}` },
				element("span", { class: "gutter" }, lineNumber(old[index]), lineNumber(now[index]),
					signs(sign, { name: names[sign], meaning: looks[index].meaning })),
				sourceText(tokens(index), wordsBeside(region, index, partner[index], sign), sign !== " "));
		})));
}

function showSteps(file, region) {
	const palette = paletteOf(file, region);

	return [element("div", { class: "steps" }, steps.map((step) => showStep(palette, step)))];
}
