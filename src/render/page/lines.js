// SPDX-License-Identifier: GPL-2.0-or-later
/* Rows of source lines, which all ways to look at a region are made of. */

/* Of a longer region the rest comes when it is asked for: the first part, and the later ones. */
const firstLines = 200;
const moreLines = 4000;
/* Hidden lines that the new downstream does not have, before they are folded; as in text. */
const longestHidden = 12;

function moreButton(text, act) {
	return element("button", {
		type: "button", class: "more", onclick: (event) => act(event.target),
	}, `… ${text}`);
}

/*
 * Puts @rows, made one by one, into @parent: the first ones, and a button for the rest. What is
 * folded (see foldRows) is a button, too.
 */
function appendRows(parent, rows, make, from = 0) {
	const end = Math.min(rows.length, from === 0 ? firstLines : from + moreLines);

	for (const row of rows.slice(from, end))
		parent.append(row.folded ? foldButton(row.folded, make) : make(row));
	if (end < rows.length) {
		parent.append(moreButton(plural(rows.length - end, "more line"), (button) => {
			button.remove();
			appendRows(parent, rows, make, end);
		}));
	}
	return parent;
}

function foldButton(rows, make) {
	return moreButton(`${grouped(rows.length)} lines that are not in the new downstream`,
		(button) => button.replaceWith(appendRows(element("div", {}), rows, make)));
}

/*
 * @rows with long runs of such as the new downstream does not have, and of which nothing is to be
 * said, each as one row: { folded }. @indicesOf gives the lines of a row.
 */
function foldRows(rows, looks, indicesOf) {
	const kept = [];
	let hidden = [];

	function flush() {
		kept.push(...(hidden.length > longestHidden ? [{ folded: hidden }] : hidden));
		hidden = [];
	}
	function isHidden(index) {
		return looks[index].sign === " " && !isIn(looks[index].mark, "new_downstream");
	}
	for (const row of rows) {
		if (indicesOf(row).every(isHidden)) {
			hidden.push(row);
		} else {
			flush();
			kept.push(row);
		}
	}
	flush();
	return kept;
}

/* What a view needs of a region: how its lines are seen, and their tokens. */
function paletteOf(file, region) {
	const language = languageOf(pathOf(file));

	return { region, language, looks: looksOf(region), tokens: colourLines(region, language) };
}

/* How the sign of a line is seen besides by the sign itself. */
function shadeOf(sign) {
	return sign === "+" ? " come" : sign === "-" ? " gone" : "";
}

function signs(text, { name, meaning }) {
	return element("span", {
		class: "signs", role: "img", "aria-label": name, title: `${name}: ${meaning}`,
	}, text);
}

/*
 * The words of a line that another one, which it became or came of, has not: runs of the line, or
 * undefined. Blanks are told only where nothing else changed: else they are what that brought
 * along.
 */
function wordsBeside(region, index, other, sign) {
	if (other === undefined || other === index)
		return undefined;
	const [mine, its] = [region.lines[index][1], region.lines[other][1]];
	const runs = sign === "+" ? diffWords(its, mine) : diffWords(mine, its);

	if (!runs)
		return undefined;
	const matters = runs.some(([which, text]) => which !== " " && text.trim() !== "");

	return runs.filter(([which]) => which === " " || which === sign)
		.map(([which, text]) => [matters && text.trim() === "" ? " " : which, text]);
}

/*
 * Notes in @partner, by index and in both directions, which of the lines @gone became which of
 * @come.
 */
function pairInto(partner, region, gone, come) {
	const text = (index) => region.lines[index][1];

	for (const [i, j] of pairLines(gone.map(text), come.map(text))) {
		partner[gone[i]] = come[j];
		partner[come[j]] = gone[i];
	}
}
