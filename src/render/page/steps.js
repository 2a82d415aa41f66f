// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A region by what happened to it: what upstream did to its lines, what the downstream did before,
 * and what it does after.
 */

/* What happened between two versions each; the names are those of the records. */
const steps = [
	{ name: "upstream", from: "old_base", to: "new_base", title: "Upstream" },
	{ name: "before", from: "old_base", to: "old_downstream", title: "The downstream before" },
	{ name: "after", from: "new_base", to: "new_downstream", title: "The downstream after" },
];

function stepTitle({ title, from, to }) {
	return element("div", { class: "step-title" }, element("strong", {}, title), " ",
		element("span", { class: "quiet" },
			`${versionNames[from]} to ${versionNames[to]}`));
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
	return lines
		.map(({ runs, signs }) => ({ runs, sign: signs.size === 1 ? [...signs][0] : "" }))
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
		? element("div", { class: "lines" }, element("div", { class: "sheet" }, lines))
		: noChange());
}

/* Which of the lines of a step became which. */
function partnersIn(lines, region) {
	const partner = [];
	let gone = [];
	let come = [];

	for (const { index, sign } of [...lines, { sign: " " }]) {
		if (sign === "-") {
			gone.push(index);
		} else if (sign === "+") {
			come.push(index);
		} else {
			pairInto(partner, region, gone, come);
			gone = [];
			come = [];
		}
	}
	return partner;
}

/* A step by its lines: what went and what came, with what is around it. */
function showStep({ region, looks, tokens }, step) {
	const lines = compareVersions(region, step.from, step.to);
	const [old, now] = [numbersOf(region, step.from), numbersOf(region, step.to)];
	const partner = partnersIn(lines, region);
	const names = {
		" ": "in both",
		"-": `only in the ${versionNames[step.from]}`,
		"+": `only in the ${versionNames[step.to]}`,
	};

	function line({ index, sign }) {
		return element("div", { class: `line${shadeOf(sign)}` },
			element("span", { class: "gutter" }, lineNumber(old[index]),
				lineNumber(now[index]),
				signs(sign, { name: names[sign], meaning: looks[index].meaning })),
			sourceText(tokens(index), wordsBeside(region, index, partner[index], sign),
				sign !== " "));
	}
	if (lines.every(({ sign }) => sign === " "))
		return element("div", { class: "step" }, stepTitle(step), noChange());
	return element("div", { class: "step" }, stepTitle(step), element("div", { class: "lines" },
		appendRows(element("div", { class: "sheet" }),
			foldRows(lines, looks, ({ index }) => [index]), line)));
}

function showSteps(file, region) {
	const palette = paletteOf(file, region);

	return [element("div", { class: "steps" }, steps.map((step) => showStep(palette, step)))];
}
