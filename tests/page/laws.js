// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Laws of what the page computes, on input made at random from a seed: returns what breaks them.
 * It runs in a page of a comparison, whose functions it calls.
 */

const broken = [];

function check(holds, what, ...values) {
	if (!holds && broken.length < 5)
		broken.push(`${what}: ${JSON.stringify(values)}`);
}

/* xorshift: small, and the same in every browser. */
function makeRandom(seed) {
	let state = seed;

	return (below) => {
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		return (state >>> 0) % below;
	};
}

const random = makeRandom(20261122);
const choose = (list) => list[random(list.length)];
const scraps = ["if (", "ret", " = ", "0x1f", "\t", "  ", "/*", "*/", "//", "\"", "'", "\\",
	"#define ", "#", "x", ";", ")", "é", "𝛑",
	"\u0001", "\u202e", "return", "12.5e3", "&'a", "[", "\r", "{", "<b>"];

function makeLine(most) {
	return Array.from({ length: random(most) }, () => choose(scraps)).join("");
}

function makeRegion() {
	const signs = Object.keys(marks).filter((mark) => mark !== "..");
	const lines = Array.from({ length: 1 + random(30) }, () => [choose(signs), makeLine(8)]);
	const start = { old_base: 1 + random(9), old_downstream: 1 + random(9),
		new_base: 1 + random(9), new_downstream: 1 + random(9) };
	const places = random(3) === 0 ? [[random(lines.length), choose([...signs, ".."])]]
		: undefined;

	return { lines, start, places, class: "mixed" };
}

const joined = (pairs) => pairs.map(([, text]) => text).join("");

/* The words of both sides, put together, are both lines. */
function lawOfWords() {
	const before = makeLine(12);
	const after = random(2) === 0
		? before.replace(choose(scraps), choose(scraps)) + choose(scraps) : makeLine(12);
	const runs = diffWords(before, after);

	if (before === after)
		check(runs !== null && runs.every(([sign]) => sign === " "), "equal lines differ",
			before, runs);
	if (runs === null)
		return 0;
	check(joined(runs.filter(([sign]) => sign !== "+")) === before, "words before",
		before, runs);
	check(joined(runs.filter(([sign]) => sign !== "-")) === after, "words after", after, runs);
	check(runs.every(([sign, text], at) => text !== "" &&
		(at === 0 || sign !== runs[at - 1][0])), "runs are joined", runs);
	return 1;
}

/* Tokens put together are the text, and so is what is painted of them. */
function lawOfTokens() {
	const text = makeLine(14);
	const language = choose(languages);
	const { tokens, state } = tokenize(language, text, choose(["", "comment", "directive"]));
	const after = makeLine(14);
	const runs = (diffWords(text, after) || [[" ", text]]).filter(([sign]) => sign !== "+");

	check(joined(tokens) === text, "tokens", text, tokens);
	check(["", "comment", "directive"].includes(state), "state", state);
	check(tokens.every(([kind, word], at) => word !== "" &&
		(at === 0 || kind !== tokens[at - 1][0])), "tokens are joined", tokens);
	check(sourceText(tokens, runs, random(2) === 0).textContent === (text || "\n"),
		"painted", text);
}

/* Lines that became one another are in the same order on both sides. */
function lawOfPairs() {
	const gone = Array.from({ length: random(16) }, () => makeLine(6));
	const come = Array.from({ length: random(16) },
		() => choose([makeLine(6), gone[0] || "x"]));
	const pairs = pairLines(gone, come);

	// A line that stands on the other side as it is has its like.
	if (gone.length > 0 && gone.length <= mostPairs) {
		const twin = choose(gone);
		const found = pairLines(gone, [twin]);

		check(found.length === 1 && likeness(wordsOf(gone[found[0][0]]),
			wordsOf(twin)) === 1, "twins", gone, twin, found);
	}
	check(pairs.every(([i, j], at) => i >= 0 && i < gone.length && j >= 0 && j < come.length &&
		(at === 0 || (i > pairs[at - 1][0] && j > pairs[at - 1][1]))), "pairs", gone,
			come, pairs);
}

/* Whatever lies beside what: each column has its lines, in order, and each line one row. */
function lawOfRows() {
	const region = makeRegion();
	const rows = layVersions(region);
	const patches = layPatches(region);
	const here = marksOfPlaces(region);

	versions.forEach((version, column) => {
		const wanted = projectRegion(region, version).map(({ index }) => index);

		check(rows.map((row) => row[column]).filter((index) => index !== undefined)
			.join() === wanted.join(), "rows of " + version, region, rows);
	});
	for (const side of [0, 1]) {
		const wanted = here.map((mark, index) => mark[side] === "." ? -1 : index)
			.filter((index) => index >= 0);

		check(patches.map((row) => row[side]).filter((index) => index !== undefined)
			.join() === wanted.join(), "rows of patch " + side, region, patches);
	}
	for (const row of [...rows, ...patches]) {
		check(row && row.some((index) => index !== undefined), "empty row", region);
	}
	here.forEach((mark, index) => {
		check(rows.filter((row) => row.includes(index)).length === (mark === ".." ? 0 : 1),
			"one row a line", region, index, rows);
	});
}

/* What went and what stayed is the one version; what came and what stayed, the other. */
function lawOfSteps() {
	const region = makeRegion();

	for (const { from, to } of steps) {
		const lines = compareVersions(region, from, to);

		for (const [version, sign] of [[from, "+"], [to, "-"]]) {
			const wanted = projectRegion(region, version).map(({ index }) => index);

			check(lines.filter((line) => line.sign !== sign).map(({ index }) => index)
				.join() === wanted.join(), "steps of " + version, region, lines);
		}
	}
}

let explained = 0;

for (let i = 0; i < 2000; i++) {
	explained += lawOfWords();
	lawOfTokens();
	lawOfPairs();
	lawOfRows();
	lawOfSteps();
}
check(explained > 200, "words of some lines are told apart", explained);
return broken;
