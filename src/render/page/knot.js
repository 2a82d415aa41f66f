// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The knot as a picture. A task that waits for itself is a ladder: the functions from where it took
 * the lock down to where it wants it, and the lock beside them. Tasks that wait for each other are
 * a ring, clockwise: a task, the lock that it wants, the task that holds that, and so on; where the
 * last waits for nobody the ring stays open. Drawn anew at each width, so that it is read on a
 * phone.
 *
 *   [ A ] --wants--> ( lock_b )
 *     ^                  |
 *  held by            held by
 *     |                  v
 *  ( lock_a ) <-wants- [ B ]
 */

/* In CSS pixels: a row of text, the advance of a character of the 12 pixel font, around a text. */
const rowHeight = 16;
const letterWidth = 7.25;
const padding = 8;
/* Between boxes under each other: an arrow and its label. */
const rowGap = 44;
const headSize = 8;
/* Between the rungs of a ladder, which are many. */
const rungGap = 13;
/* A label with the function needs so much between boxes beside each other. */
const wideGap = 130;
/* Wider than this nothing is easier to read. */
const widestPicture = 720;

/* What fits into @width, its middle left out; the whole stays as a title. */
function shorten(text, width) {
	const fits = Math.max(3, Math.floor(width / letterWidth));
	const head = Math.ceil((fits - 1) / 2);

	return text.length <= fits ? text
		: `${text.slice(0, head)}…${text.slice(text.length - (fits - 1 - head))}`;
}

function label(text, x, y, width, attributes) {
	return drawing("text", { x, y, ...attributes }, shorten(text, width),
		drawing("title", {}, text));
}

/*
 * @box is { x, y, width, lines, aside, kind, link, rung }; its height follows from its lines. What
 * is aside stands at the end of the first line; the text of a rung begins at its left.
 */
function boxHeight(box) {
	return box.lines.length * rowHeight + padding;
}

function drawBox(box) {
	const height = boxHeight(box);
	const middle = box.x + box.width / 2;
	const text = box.lines.map((line, index) => label(line, box.rung ? box.x + padding : middle,
		box.y + padding / 2 + rowHeight * (index + 0.75), box.width - padding,
		{ class: index > 0 ? "small" : "", "text-anchor": box.rung ? "start" : "middle" }));

	if (box.aside)
		text.push(label(box.aside, box.x + box.width - padding,
			box.y + padding / 2 + rowHeight * 0.75,
			box.width, { class: "small", "text-anchor": "end" }));
	const round = box.kind === "lock" ? height / 2 : 4;
	const shape = drawing("g", { class: `node ${box.kind}` },
		drawing("rect", { x: box.x, y: box.y, width: box.width, height, rx: round }), text);

	return box.link ? drawing("a", { href: box.link }, shape) : shape;
}

/* Through @points, which turn at right angles; @kind is "wants", "holds" or "calls". */
function drawArrow(points, kind) {
	const [x, y] = points[points.length - 1], [fromX, fromY] = points[points.length - 2];
	const along = [Math.sign(x - fromX) * headSize, Math.sign(y - fromY) * headSize];
	const head = [[x, y], [x - along[0] - along[1] / 2, y - along[1] - along[0] / 2],
		[x - along[0] + along[1] / 2, y - along[1] + along[0] / 2]];

	return drawing("g", { class: `arrow ${kind}` },
		drawing("polyline", { points: points.map((point) => point.join(",")).join(" ") }),
		drawing("polygon", { points: head.map((point) => point.join(",")).join(" ") }));
}

/* ---------------------------------------------------------------- ladder */

function sameFunction(symbol, name) {
	return symbol === name || symbol?.split(".")[0] === name;
}

/* The steps of the path: { symbol, place, framed }, of which the stack tells the place. */
function ladderSteps(deadlock, task) {
	const known = [...task.frames].reverse().flatMap((frame) =>
		[{ ...frame, framed: true }, ...(frame.between || [])]);
	let at = 0;

	return deadlock.path.map((name) => {
		const found = known.findIndex((step, index) =>
			index >= at && sameFunction(step.symbol, name));

		if (found < 0)
			return { symbol: name, place: "", framed: false };
		at = found + 1;
		return { symbol: name, place: placeText(known[found]),
			framed: known[found].framed === true };
	});
}

function drawLadder(deadlock, task, width) {
	const column = Math.min(400, width * 0.58);
	const hold = task.holds.find(({ lock }) => lock === deadlock.locks[0]);
	const link = `#task-${task.index}`;
	let y = 2;
	const rungs = ladderSteps(deadlock, task).map((step, index, steps) => {
		const acquisition = index === 0 ? hold
			: index === steps.length - 1 ? task.wants : null;
		const where = placeText(acquisition) || step.place;
		const beside = (step.symbol.length + where.length + 4) * letterWidth < column;
		const box = { x: 2, y, width: column, link, rung: true,
			kind: step.framed ? "call" : "call between",
			aside: beside ? where : null,
			lines: [step.symbol, beside ? null : where, acquisition?.text]
				.filter(Boolean) };

		y += boxHeight(box) + rungGap;
		return box;
	});
	const first = rungs[0], last = rungs[rungs.length - 1];
	const lock = lockBox(deadlock.locks[0], task.wants?.address);
	const top = first.y + boxHeight(first) / 2, bottom = last.y + boxHeight(last) / 2;

	lock.x = column + 24;
	lock.width = width - lock.x - 2;
	lock.y = (top + bottom - boxHeight(lock)) / 2;
	const middle = lock.x + lock.width / 2;

	return { height: y, nodes: [
		...rungs.slice(1).map((box, index) => drawArrow([
			[column / 2, rungs[index].y + boxHeight(rungs[index])],
			[column / 2, box.y]], "calls")),
		drawArrow([[middle, lock.y], [middle, top], [column + 4, top]], "holds"),
		drawArrow([[column + 2, bottom], [middle, bottom],
			[middle, lock.y + boxHeight(lock)]], "wants"),
		label("held by", middle + 6, top + rowHeight, width - middle - 8, {}),
		label("wants", middle + 6, bottom - 6, width - middle - 8, {}),
		...rungs.map(drawBox), drawBox(lock),
	] };
}

/* ------------------------------------------------------------------ ring */

function lockBox(name, address) {
	return { kind: "lock", lines: [name, address].filter(Boolean) };
}

function taskBox(task) {
	const facts = [task.cpu === null ? null : `cpu ${task.cpu}`,
		task.seconds === undefined ? null : `for ${task.seconds} s`];

	return { kind: "task", link: `#task-${task.index}`,
		lines: [task.name, facts.filter(Boolean).join(", ")].filter(Boolean) };
}

/* How the task after a lock stands to it: who waits before a reader need not hold it. */
function holdOf(task, lock) {
	const hold = task.holds.find((held) => held.lock === lock);

	if (!hold && task.wants?.lock === lock)
		return ["behind", task.wants];
	return [hold && !hold.certain ? "held by?" : "held by", hold];
}

/*
 * The ring as { boxes, edges }: boxes in clockwise order, and of each edge to the next its kind and
 * label. Open where the last task, who sleeps or is dead, waits for no other of these. Of a holder
 * that is gone there is no task: a box says so.
 */
function ringOf(deadlock, tasks) {
	const closed = !["holder-sleeps", "holder-dead"].includes(deadlock.cause);
	const boxes = [], edges = [];

	const gone = !closed && tasks.length === 1;

	tasks.forEach((task, index) => {
		boxes.push(taskBox(task));
		if (index === tasks.length - 1 && !closed && !gone)
			return;
		const lock = deadlock.locks[index] ?? lockName(task.wants ?? {});
		const next = tasks[(index + 1) % tasks.length];
		const [how, hold] = gone ? ["held by"] : holdOf(next, lock);

		boxes.push(lockBox(lock, task.wants?.address));
		edges.push({ kind: "wants", says: "wants", at: task.wants },
			{ kind: "holds", says: how, at: hold });
	});
	if (gone)
		boxes.push({ kind: "task", lines: ["a task that is gone"] });
	return { boxes, edges };
}

/* Down the right column, up the left one. */
function placeRing(boxes, width) {
	const rows = Math.ceil(boxes.length / 2);
	const gap = width > 3 * wideGap ? Math.min(2 * wideGap, width * 0.3) : 60;
	const column = (width - gap) / 2;
	const height = Math.max(...boxes.map(boxHeight));

	boxes.forEach((box, index) => {
		const right = index > 0 && index <= rows;
		const row = right ? index - 1 : index === 0 ? 0 : 2 * rows - index;

		Object.assign(box, { right, row, width: column, x: right ? width - column - 2 : 2,
			y: 2 + row * (height + rowGap) + (height - boxHeight(box)) / 2 });
	});
	return rows * (height + rowGap) - rowGap + 4;
}

/* From @from to @to, who are beside or under each other, and what it says. */
function drawEdge(from, to, edge, shift) {
	const says = [edge.says, edge.at?.symbol && `in ${edge.at.symbol}`].filter(Boolean);

	if (from.right === to.right) {
		const x = from.x + from.width / 2;
		const down = from.row < to.row;
		const ends = down ? [from.y + boxHeight(from), to.y]
			: [from.y, to.y + boxHeight(to)];
		const y = (ends[0] + ends[1]) / 2 - (says.length - 1) * rowHeight / 2 + 4;

		return [drawArrow([[x, ends[0]], [x, ends[1]]], edge.kind),
			...says.map((text, index) =>
				label(text, x + 8, y + index * rowHeight, from.width / 2 - 8,
				{ class: index > 0 ? "small" : "" }))];
	}
	const y = from.y + boxHeight(from) / 2 + shift;
	const [left, right] = from.right ? [to, from] : [from, to];
	const ends = [left.x + left.width, right.x];
	const [start, end] = from.right ? [ends[1], ends[0]] : ends;
	// Two arrows between the same boxes keep clear of each other's words.
	const above = shift > 0 ? rowHeight : -6;

	const room = ends[1] - ends[0];

	return [drawArrow([[start, y], [end, y]], edge.kind),
		label(edge.says, (start + end) / 2, y + above, room, { "text-anchor": "middle" }),
		says.length < 2 || shift !== 0 || room < wideGap ? null
			: label(says[1], (start + end) / 2, y + rowHeight, room - headSize,
				{ class: "small", "text-anchor": "middle" })];
}

function drawRing(deadlock, tasks, width) {
	const { boxes, edges } = ringOf(deadlock, tasks);
	const height = placeRing(boxes, width);
	const back = boxes.length === 2 && edges.length === 2;

	return { height, nodes: [
		...edges.flatMap((edge, index) =>
			drawEdge(boxes[index], boxes[(index + 1) % boxes.length], edge,
			back ? (index === 0 ? -6 : 6) : 0)),
		...boxes.map(drawBox),
	] };
}

/* --------------------------------------------------------------- picture */

/* The same in words. */
function knotWords(deadlock, tasks) {
	if (deadlock.kind === "self")
		return `${tasks[0].name} holds ${deadlock.locks[0]} and wants it again.`;
	const { boxes, edges } = ringOf(deadlock, tasks);

	return edges.filter(({ kind }) => kind === "wants").map((edge, index) => {
		const [task, lock, next] = [0, 1, 2]
			.map((step) => boxes[(2 * index + step) % boxes.length].lines[0]);
		const how = edges[2 * index + 1].says;

		return `${task} wants ${lock}, ${how} ${next}.`;
	}).join(" ");
}

function isLadder(deadlock) {
	return deadlock.kind === "self" && deadlock.path.length > 1;
}

/* @tasks are those of the deadlock, in its order. */
function knotPicture(deadlock, tasks) {
	const figure = element("figure", { class: "picture" });

	new ResizeObserver(([{ contentRect }]) => {
		const width = Math.min(widestPicture, Math.floor(contentRect.width));

		if (width <= 0 || figure.dataset.width === String(width))
			return;
		figure.dataset.width = width;
		const { height, nodes } = isLadder(deadlock) ? drawLadder(deadlock, tasks[0], width)
			: drawRing(deadlock, tasks, width);

		figure.replaceChildren(drawing("svg", { width, height, role: "group",
			"aria-label": knotWords(deadlock, tasks) }, nodes));
		if (figure.querySelector(".between"))
			figure.append(element("figcaption", { class: "quiet" },
				"Dashed: no frame on the stack (inlined, or left by a " +
				"tail call); found in the source."));
	}).observe(figure);
	return figure;
}
