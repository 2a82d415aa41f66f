// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Laws of the knot's picture, for every number of tasks that a circle may have and every width of
 * a screen: returns how many boxes were looked at, and what breaks them.
 */

const broken = [];
let looked = 0;

function knotOf(count, cause) {
	const tasks = Array.from({ length: count }, (_, index) => ({
		index, name: `a task of some length ${index} (pid ${1000 + index})`,
		cpu: index % 2 ? index : null, seconds: 120,
		frames: [],
		holds: [{ lock: `struct of_some_length.lock_${(index + count - 1) % count}`,
			certain: true, symbol: "taker" }],
		wants: { lock: `struct of_some_length.lock_${index}`, symbol: "wanter",
			address: index % 2 ? "ffff880c1f316500" : null },
	}));

	return [{ kind: count > 1 ? "cycle" : "self", cause, path: [],
		locks: tasks.map(({ wants }) => wants.lock) }, tasks];
}

function ladderOf(count) {
	const path = Array.from({ length: count },
		(_, index) => `function_${"x".repeat(index * 3)}`);
	const [deadlock, [task]] = knotOf(1, "taken-twice");

	task.frames = path
		.map((symbol) => ({ symbol, path: "some/folder/file.c", line: 7 })).reverse();
	return [{ ...deadlock, path }, task];
}

function rectanglesOf({ height, nodes }, width) {
	const picture = element("figure", { class: "picture" },
		drawing("svg", { width, height }, nodes));

	document.body.append(picture);
	const rectangles = [...picture.querySelectorAll("rect")].map((rect) => rect.getBBox());
	const texts = [...picture.querySelectorAll(".node")].flatMap((node) =>
		[...node.querySelectorAll("text")].map((text) =>
		[text.getBBox(), node.querySelector("rect").getBBox()]));

	picture.remove();
	return { rectangles, texts };
}

function checkPicture(drawn, width, what) {
	const { rectangles, texts } = rectanglesOf(drawn, width);

	rectangles.forEach((one, index) => {
		looked++;
		if (one.x < 0 || one.y < 0 || one.x + one.width > width ||
			one.y + one.height > drawn.height)
			broken.push(`${what}: box ${index} leaves the picture`);
		for (const other of rectangles.slice(index + 1))
			if (one.x < other.x + other.width && other.x < one.x + one.width &&
				one.y < other.y + other.height && other.y < one.y + one.height)
				broken.push(`${what}: box ${index} lies on another`);
	});
	for (const [text, box] of texts)
		if (text.x < box.x || text.x + text.width > box.x + box.width ||
			text.y + text.height > box.y + box.height + 1)
			broken.push(`${what}: a text leaves its box`);
}

for (const width of [288, 358, 500, 720])
	for (let count = 1; count <= 8; count++) {
		checkPicture(drawRing(...knotOf(count, "lock-order"), width), width,
			`a ring of ${count} at ${width}`);
		/* Of one alone the holder is gone. */
		checkPicture(drawRing(...knotOf(count, "holder-dead"), width), width,
			`an open ring of ${count} at ${width}`);
		if (count > 1)
			checkPicture(drawLadder(...ladderOf(count * 4), width), width,
				`a ladder of ${count * 4} at ${width}`);
	}
return [looked, ...broken.slice(0, 5)];
