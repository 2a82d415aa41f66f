// SPDX-License-Identifier: GPL-2.0-or-later
/* Tasks of a machine that stopped: their locks, and the stack with these at their frames. */

/* What is waited for there gives no other task. */
const noLocks = new Set(["wait-queue", "io", "time"]);

function waitsForLock(task) {
	return task.wants !== null && !noLocks.has(task.wants.kind);
}

function lockName(lock) {
	return lock.lock ?? lock.what ?? "a lock not known by name";
}

/* "trawler (pid 711), cpu 6, for 26 seconds" */
function taskFacts(task) {
	const facts = [
		task.cpu === null || task.name.includes(`CPU ${task.cpu}`) ? null
			: `cpu ${task.cpu}`,
		task.state ? `state ${task.state}` : null,
		task.seconds === undefined ? null : `for ${plural(task.seconds, "second")}`,
	];

	return element("span", { class: "quiet" },
		facts.filter(Boolean).map((fact) => `, ${fact}`));
}

/* One lock that is held or wanted: how, its name, where, and the line of source. */
function lockRow(kind, lock) {
	const notes = [
		lock.shared ? "to read" : null,
		lock.said ? "the kernel says" : null,
		lock.owner === undefined ? null : `owned by ${lock.owner}`,
		lock.address,
	];

	return element("tr", { class: `lock ${kind}` },
		element("th", { scope: "row" },
			kind === "holds" && !lock.certain ? "holds?" : kind),
		element("td", {}, element("code", { class: "lock-name" }, lockName(lock)), " ",
			element("span", { class: "quiet" }, notes.filter(Boolean).join(", "))),
		element("td", {},
			lock.symbol ? element("code", {},
				`${kind === "holds" ? "taken in" : "in"} ${lock.symbol} `) : null,
			place(lock)),
		element("td", {}, lock.text ? sourceLine(lock.path, lock.text)
			: kind === "wants" && lock.function ? element("code", {}, lock.function)
				: null));
}

/* What it holds, the outermost first as it was taken, then what it wants. */
function lockTable(task) {
	const rows = [
		...task.holds.map((hold) => lockRow("holds", hold)).reverse(),
		...(task.wants ? [lockRow("wants", task.wants)] : []),
	];

	return rows.length === 0 ? null
		: element("table", { class: "locks", "aria-label": `Locks of ${task.name}` },
			element("tbody", {}, rows));
}

/* The functions on the way to the frame inside that have no frame: the innermost first. */
function betweenRows(frame) {
	return (frame.between || []).map((step) => element("li", { class: "frame between" },
		element("code", { class: "name" }, step.symbol),
		element("span", { class: "quiet" }, step.how ? `through ${step.how}` : "no frame"),
		place(step))).reverse();
}

function lockTags(task, index) {
	const held = task.holds.filter((hold) => hold.frame === index)
		.map((hold) => element("span", { class: "tag holds" }, `holds ${lockName(hold)}`));

	if (task.wants && task.wants.frame === index)
		held.push(element("span", { class: "tag wants" }, `wants ${lockName(task.wants)}`));
	return held;
}

function taskStack(task) {
	const { frames } = task;

	if (frames.length === 0)
		return element("p", { class: "quiet" }, "The log has no stack of it.");
	return stackList(frames, (frame, index) =>
		[...betweenRows(frame), frameRow(frame, null, lockTags(task, index))]);
}

function taskBody(task) {
	return [lockTable(task), taskStack(task)];
}

/* A task of a knot, open. */
function taskArticle(task) {
	return element("article", { class: "task", id: `task-${task.index}` },
		element("h3", { tabindex: -1, "data-stop": true }, task.name, taskFacts(task)),
		taskBody(task));
}

/* ---------------------------------------------------------------- groups */

/* How many of the tasks on one stack are named in its heading. */
const namedTasks = 8;

/* Those of @tasks on one stack that wait for the same, together; the largest group first. */
function groupTasks(tasks) {
	const groups = new Map();

	for (const task of tasks) {
		const first = task.same_as ?? task.index;

		if (!groups.has(first))
			groups.set(first, []);
		groups.get(first).push(task);
	}
	return [...groups.values()].sort((a, b) => b.length - a.length || a[0].index - b[0].index);
}

function lockSummary(kind, lock) {
	return element("span", { class: `lock-summary ${kind}` }, `${kind} `,
		element("code", {}, lockName(lock)));
}

/* Of many tasks those are named that have the @text of the filter. */
function groupSummary(group, text) {
	const [first] = group;
	const all = group.map(({ name }) => name);
	const sought = all.filter((name) => name.toLowerCase().includes(text));
	const names = (sought.length > 0 ? sought : all).slice(0, namedTasks).join(", ");

	return [
		group.length === 1 ? [element("strong", {}, first.name), taskFacts(first)]
			: [element("strong", {}, `${grouped(group.length)} tasks on one stack`),
				`: ${names}`,
				names.length < all.join(", ").length ? ", ..." : ""],
		first.wants === null ? "" : lockSummary("wants", first.wants),
		first.holds.map((hold) => lockSummary("holds", hold)).reverse(),
	];
}

/* All that a filter looks for in a task. */
function taskWords(group) {
	const [first] = group;

	return [
		...group.map(({ name }) => name),
		...[first.wants, ...first.holds].filter(Boolean).flatMap((lock) =>
			[lock.lock, lock.what, lock.symbol, lock.address]),
		...first.frames.flatMap((frame) =>
			[frame.symbol, ...(frame.between || []).map(({ symbol }) => symbol)]),
	].join("\n").toLowerCase();
}

function groupItem(group) {
	let words;

	return {
		id: `task-${group[0].index}`,
		ids: group.map(({ index }) => `task-${index}`),
		summary: (text) => groupSummary(group, text),
		body: () => [
			group.length > namedTasks
				? element("p", {}, group.map(({ name }) => name).join(", ")) : null,
			...taskBody(group[0]),
		],
		words: () => words ??= taskWords(group),
	};
}
