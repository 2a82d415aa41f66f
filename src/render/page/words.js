// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which words of a line became which of another: the longest common subsequence of their words.
 * Runs are as in the records: pairs of a sign (" " in both, "-" gone, "+" come) and a text.
 */

/* Lines with more words than this are not explained: the table grows with the square. */
const mostWords = 200;
/* Lines that share less than this of their words (0 to 1) have nothing to do with each other. */
const leastLikeness = 0.4;
/* Beyond this many lines gone or come at one place the first goes with the first. */
const mostPairs = 12;

/* Names and numbers, blanks, and single signs. */
function wordsOf(text) {
	return text.match(/[\p{L}\p{N}_]+|\s+|[^]/gu) || [];
}

/* Lengths of the longest common subsequences of the ends of both, row by row. */
function commonLengths(before, after) {
	const width = after.length + 1;
	const lengths = new Uint16Array((before.length + 1) * width);

	for (let i = before.length - 1; i >= 0; i--) {
		for (let j = after.length - 1; j >= 0; j--) {
			lengths[i * width + j] = before[i] === after[j]
				? lengths[(i + 1) * width + j + 1] + 1
				: Math.max(lengths[(i + 1) * width + j],
					lengths[i * width + j + 1]);
		}
	}
	return lengths;
}

/* One step a word: the sign and the word, gone ones first where both orders are as good. */
function wordSteps(before, after) {
	const lengths = commonLengths(before, after);
	const width = after.length + 1;
	const steps = [];
	let i = 0;
	let j = 0;

	while (i < before.length || j < after.length) {
		if (i < before.length && j < after.length && before[i] === after[j]) {
			steps.push([" ", before[i++]]);
			j++;
		} else if (j === after.length || (i < before.length &&
				lengths[(i + 1) * width + j] >= lengths[i * width + j + 1])) {
			steps.push(["-", before[i++]]);
		} else {
			steps.push(["+", after[j++]]);
		}
	}
	return steps;
}

/*
 * Joins steps to runs. Blanks that stay between two changes say nothing: they go and come again
 * with these, so that a reader sees one change.
 */
function joinSteps(steps) {
	const runs = [];
	let gone = "";
	let come = "";

	function flush() {
		if (gone !== "")
			runs.push(["-", gone]);
		if (come !== "")
			runs.push(["+", come]);
		gone = come = "";
	}
	steps.forEach(([sign, word], index) => {
		const changes = index + 1 < steps.length && steps[index + 1][0] !== " ";

		if (sign === "-") {
			gone += word;
		} else if (sign === "+") {
			come += word;
		} else if (gone !== "" && come !== "" && changes && word.trim() === "") {
			gone += word;
			come += word;
		} else {
			flush();
			if (runs.length > 0 && runs[runs.length - 1][0] === " ")
				runs[runs.length - 1][1] += word;
			else
				runs.push([" ", word]);
		}
	});
	flush();
	return runs;
}

/* What a word counts: blanks nothing, a sign little, and a long name no more than others. */
function weightOf(word) {
	return word.trim() === "" ? 0 : Math.min(word.length, 6);
}

/* What of the words of both is in both: 0 to 1. */
function likeness(before, after) {
	const counts = new Map();
	let shared = 0;
	let all = 0;

	for (const word of before) {
		counts.set(word, (counts.get(word) || 0) + 1);
		all += weightOf(word);
	}
	for (const word of after) {
		const left = counts.get(word) || 0;

		if (left > 0) {
			counts.set(word, left - 1);
			shared += 2 * weightOf(word);
		}
		all += weightOf(word);
	}
	return all === 0 ? 1 : shared / all;
}

/* The steps of both; words that both begin or end with need no table. */
function compareWords(before, after) {
	const least = Math.min(before.length, after.length);
	let begin = 0;
	let end = 0;

	while (begin < least && before[begin] === after[begin])
		begin++;
	while (end < least - begin &&
		before[before.length - 1 - end] === after[after.length - 1 - end])
		end++;
	const stays = (word) => [" ", word];

	return [
		...before.slice(0, begin).map(stays),
		...wordSteps(before.slice(begin, before.length - end),
			after.slice(begin, after.length - end)),
		...before.slice(before.length - end).map(stays),
	];
}

/* The runs from @before to @after; null where these have little in common, or too many words. */
function diffWords(before, after) {
	const from = wordsOf(before);
	const to = wordsOf(after);

	if (from.length > mostWords || to.length > mostWords || likeness(from, to) < leastLikeness)
		return null;
	return joinSteps(compareWords(from, to));
}

/*
 * Which of the lines @gone became which of @come, both in order: the pairs of indices that are
 * most alike together.
 */
function pairLines(gone, come) {
	if (gone.length > mostPairs || come.length > mostPairs)
		return gone.slice(0, come.length).map((line, index) => [index, index]);

	const from = gone.map(wordsOf);
	const to = come.map(wordsOf);
	const best = [];

	/*
	 * best[i][j]: of the lines from i and j on, how alike the best pairs are, and the first
	 * pair.
	 */
	for (let i = gone.length; i >= 0; i--) {
		best[i] = [];
		for (let j = come.length; j >= 0; j--) {
			if (i === gone.length || j === come.length) {
				best[i][j] = { likeness: 0 };
				continue;
			}
			const alike = Math.max(from[i].length, to[j].length) > mostWords ? 0
				: likeness(from[i], to[j]);
			const [below, beside] = [best[i + 1][j], best[i][j + 1]];
			const rest = below.likeness >= beside.likeness ? below : beside;
			const all = alike + best[i + 1][j + 1].likeness;

			best[i][j] = alike >= leastLikeness && all > rest.likeness
				? { likeness: all, pair: [i, j], rest: best[i + 1][j + 1] } : rest;
		}
	}
	const pairs = [];

	for (let at = best[0][0]; at.pair; at = at.rest)
		pairs.push(at.pair);
	return pairs;
}
