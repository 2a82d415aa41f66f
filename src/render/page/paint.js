// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A line of source as nodes: its tokens coloured, its changed words marked, what cannot be seen
 * made visible. The text of the nodes is the line to the letter, so that it can be copied.
 */

/* Control and format characters (which turn the reading direction around, among others). */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const seen = /[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}\t]*\t*/uy;

/* As ^X, or <200E>; the character stays in the text, but is kept from having its effect. */
function paintUnseen(character) {
	const code = character.codePointAt(0);
	const name = code < 0x80 ? `^${String.fromCharCode(code ^ 0x40)}`
		: `<${code.toString(16).toUpperCase().padStart(2, "0")}>`;

	return element("span", { class: "unseen", "data-name": name, title: "a control character" },
		element("span", {}, character));
}

function paintText(text) {
	const nodes = [];
	let at = 0;

	if (!unseen.test(text.replace(/\t/g, "")))
		return [text];
	while (at < text.length) {
		let plain = "";

		for (let more; (more = matchAt(seen, text, at)) !== ""; at += more.length)
			plain += more;
		if (plain !== "")
			nodes.push(plain);
		if (at < text.length) {
			const character = String.fromCodePoint(text.codePointAt(at));

			nodes.push(paintUnseen(character));
			at += character.length;
		}
	}
	return nodes;
}

/* @tokens with the blanks at their end as a token of their own. */
function markBlanks(tokens) {
	const [kind, text] = tokens.length > 0 ? tokens[tokens.length - 1] : ["", ""];
	const kept = text.replace(/[ \t]+$/, "");

	if (kept.length === text.length)
		return tokens;
	return [
		...tokens.slice(0, -1),
		...(kept === "" ? [] : [[kind, kept]]),
		["blanks", text.slice(kept.length)],
	];
}

/*
 * The nodes of a line. @tokens and @runs cut the same text: the first by kind, the second by
 * whether its words came ("+"), went ("-") or stayed (" ").
 */
function paintLine(tokens, runs) {
	const nodes = [];
	let place = 0;
	let at = 0;

	for (const [sign, text] of runs) {
		const inside = [];

		for (let left = text.length; left > 0;) {
			const [kind, word] = tokens[place];
			const piece = word.slice(at, at + left);

			if (kind === "")
				inside.push(...paintText(piece));
			else
				inside.push(element("span", { class: kind }, paintText(piece)));
			left -= piece.length;
			at += piece.length;
			if (at === word.length) {
				place++;
				at = 0;
			}
		}
		if (sign === " ")
			nodes.push(...inside);
		else
			nodes.push(element(sign === "+" ? "ins" : "del", {}, inside));
	}
	return nodes;
}

/* The text of a line, as an element: of its own, so that its tabs count from where it begins. */
function sourceText(tokens, runs, standsOut) {
	const text = tokens.map(([, word]) => word).join("");

	return element("code", { class: "text" },
		text === "" ? "\n"
			: paintLine(standsOut ? markBlanks(tokens) : tokens,
				runs || [[" ", text]]));
}

/* The numbers are drawn by the style: who selects lines does not copy them. */
function lineNumber(number) {
	return element("span", { class: "line-number", "data-number": number ?? "" });
}
