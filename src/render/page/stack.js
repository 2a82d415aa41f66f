// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A stack, the innermost frame first: where each frame is in the source, which functions changed,
 * which are on another stack (of an interrupt), which the unwinder only guessed or the compiler
 * inlined; and the lines of source that belong to it.
 */

function placeText(at) {
	if (!at || !at.path)
		return "";
	return at.line ? `${at.path}:${at.line}` : at.path;
}

function place(at) {
	return at && at.path ? element("span", { class: "place" }, placeText(at)) : null;
}

/* "new by upstream"; @hand is undefined where nobody told whose the trees are. */
function changeBadge(change, hand) {
	if (!change)
		return null;
	return element("span", { class: `badge change-${change}` },
		hand ? `${change} by ${hand}` : change);
}

function hexadecimal(number) {
	return `0x${number.toString(16)}`;
}

/* What stands for the function: its symbol, or the address alone. */
function frameName(frame) {
	const name = frame.symbol ?? frame.address ?? "?";

	return frame.reliable ? name : `? ${name}`;
}

function frameOffset(frame) {
	if (frame.symbol === null || frame.offset === null)
		return null;
	return element("span", { class: "offset" }, `+${hexadecimal(frame.offset)}`,
		frame.size === null ? null : `/${hexadecimal(frame.size)}`);
}

/*
 * @link is where a click on its name leads, or null; @tags are nodes to say of it; @hand as of
 * changeBadge().
 */
function frameRow(frame, link, tags, hand) {
	const name = element("code", { class: "name" }, frameName(frame), frameOffset(frame));
	const kinds = ["frame", !frame.reliable && "guessed", frame.inlined && "inlined",
		frame.change && `change-${frame.change}`];

	return element("li", { class: kinds.filter(Boolean).join(" ") },
		link ? element("a", { href: link }, name) : name,
		frame.inlined ? element("span", { class: "quiet" }, "inlined") : null,
		frame.module ? element("span", { class: "quiet" }, `[${frame.module}]`) : null,
		tags,
		place(frame),
		changeBadge(frame.change, hand));
}

/*
 * The rows of all frames, a heading where the stack changes; @rows(frame, index) gives those of
 * one. What is on no other stack is the task's.
 */
function stackList(frames, rows) {
	const list = element("ol", { class: "stack" });
	let stack;

	frames.forEach((frame, index) => {
		if (frame.stack !== stack && (index > 0 || frame.stack))
			list.append(element("li", { class: "stack-name" }, frame.stack ?? "task"));
		stack = frame.stack;
		list.append(...[rows(frame, index)].flat());
	});
	return list;
}

/* A line of the file @path with its syntax colours, by itself. */
function sourceLine(path, text) {
	const language = languageOf(path ?? "");

	return sourceText(language ? tokenize(language, text, "").tokens : [["", text]]);
}

/* How each sign of a changed line looks. */
const changeLooks = { "+": "line come", "-": "line gone", " ": "line" };

/* The tokens of each of @lines: what is open goes on in the old file and in the new one. */
function colourChanges(path, lines) {
	const language = languageOf(path ?? "");
	const open = {};

	if (!language)
		return lines.map(([, , text]) => [["", text]]);
	for (const [file, other] of [["-", "+"], ["+", "-"]]) {
		const texts = lines.filter(([sign]) => sign !== other).map(([, , text]) => text);

		open[file] = language.block && beginsInComment(texts) ? "comment" : "";
	}
	return lines.map(([sign, , text]) => {
		const { tokens, state } = tokenize(language, text, open[sign === "-" ? "-" : "+"]);

		for (const file of sign === " " ? ["-", "+"] : [sign])
			open[file] = state;
		return tokens;
	});
}

/* Lines as [sign, number, text]; a rule where lines between them are left out. */
function changedLines(path, lines) {
	const sheet = element("div", { class: "sheet" });
	const tokens = colourChanges(path, lines);
	let removed = [], last = null;

	lines.forEach(([sign, number], index) => {
		const row = element("div", { class: changeLooks[sign] },
			element("span", { class: "gutter" }, lineNumber(number),
				element("span", { class: "signs" }, sign)),
			sourceText(tokens[index]));

		// Numbered by the old file, so of whichever comes next.
		if (sign === "-")
			return removed.push(row);
		if (last !== null && number > last + 1)
			sheet.append(element("div", { class: "gap" }));
		last = number;
		sheet.append(...removed, row);
		removed = [];
	});
	sheet.append(...removed);
	return element("div", { class: "lines" }, sheet);
}
