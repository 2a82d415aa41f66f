// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The page of a machine that stopped: each knot as a picture with what proves it, the tasks in it,
 * then who else waits, equal stacks together, then the rest.
 */

const causes = {
	"taken-twice": "One stack takes the lock a second time while it holds it.",
	"interrupt": "An interrupt came on top of the lock's holder, and wants it too.",
	"lock-order": "Each holds what another one wants: the locks are taken in different orders.",
	"reader-behind-writer":
		"A reader waits behind a writer, who waits for a reader that waits.",
	"holder-sleeps": "The holder of a spinlock sleeps, and who spins for it keeps the CPU.",
	"holder-dead": "The holder has died, or will not run again.",
};

/* On a phone the picture is longer than the screen: here is what it turns on. */
function locksOf(deadlock) {
	const names = [...new Set(deadlock.locks)];

	return [names.length === 1 ? " The lock: " : " The locks: ",
		names.map((name, index) => [index > 0 ? ", " : null, element("code", {}, name)])];
}

function pathOfKnot(deadlock) {
	return deadlock.path.length < 2 ? null
		: element("p", { class: "way" }, "From where it is held to where it is wanted: ",
			deadlock.path.map((symbol, index) =>
				[index > 0 ? " → " : null, element("code", {}, symbol)]));
}

/* @articles are the tasks of it that no knot before had. */
function showKnot(deadlock, tasks, articles, index) {
	return element("section", { class: "knot", id: `deadlock-${index + 1}` },
		element("h2", { tabindex: -1, "data-stop": true },
			`Deadlock, ${deadlock.certainty}: ${deadlock.title}`),
		element("p", {}, causes[deadlock.cause] ?? deadlock.cause, locksOf(deadlock)),
		element("div", { class: "beside" },
			element("div", {}, knotPicture(deadlock, tasks)),
			element("div", {},
				element("h3", {}, "Because"),
				element("ul", { class: "why" },
					deadlock.evidence.map((text) => element("li", {}, text))),
				isLadder(deadlock) ? null : pathOfKnot(deadlock), articles)));
}

/* The deadlocks that the records tell of; crash has those, too. */
function knotsOf(records) {
	const tasks = new Map((records.get("task") || []).map((task) => [task.index, task]));
	const shown = new Set();

	return (records.get("deadlock") || []).map((deadlock, index) => {
		const inside = deadlock.tasks.map((task) => tasks.get(task));
		const fresh = inside.filter((task) => !shown.has(task));

		fresh.forEach((task) => shown.add(task));
		return showKnot(deadlock, inside, fresh.map(taskArticle), index);
	});
}

/* "Others that wait for locks": a heading and the groups of tasks, the rest of which is folded. */
function taskSection(title, tasks) {
	const list = longList(groupTasks(tasks).map(groupItem));
	const node = tasks.length === 0 ? null : element("section", { class: "tasks" },
		element("h2", {}, title, " ", element("span", { class: "quiet" },
			plural(tasks.length, "task"))), list.nodes);

	return { list, node };
}

function notesOf(summary) {
	return [
		summary.notes.length === 0 ? null
			: element("ul", { class: "remarks" },
				summary.notes.map((note) => element("li", {}, note))),
		!summary.commands ? null
			: lazyDetails({ class: "fold" }, "What crash was asked", () =>
			element("pre", {}, summary.commands.join("\n"))),
	];
}

function titleOf(deadlocks, tasks) {
	const found = deadlocks.length > 0 ? plural(deadlocks.length, "deadlock")
		: "No deadlock was found";

	return tasks.length > 0 ? `${found} among ${plural(tasks.length, "task")}`
		: "The log has no task's stack";
}

function showLockup(page, records) {
	const tasks = records.get("task") || [];
	const deadlocks = records.get("deadlock") || [];
	const [summary] = records.get("summary");
	const knotted = new Set(deadlocks.flatMap((deadlock) => deadlock.tasks));
	const knots = knotsOf(records);
	const others = tasks.filter(({ index }) => !knotted.has(index));
	const waiting = taskSection(
		deadlocks.length > 0 ? "Others that wait for locks" : "Tasks that wait for locks",
		others.filter(waitsForLock));
	const rest = taskSection("Other tasks", others.filter((task) => !waitsForLock(task)));
	const lists = [...knots.map((node) => fixedItem(node)), waiting.list, rest.list];

	page.classList.add("triage");
	fill(page, {}, [
		filterBar(lists, "tasks and frames"),
		element("header", {}, element("h1", {}, titleOf(deadlocks, tasks)),
			element("p", { class: "quiet" }, `${summary.waiting} waiting for locks`)),
		deadlocks.length === 0 ? notesOf(summary) : null,
		knots,
		waiting.node, rest.node,
		deadlocks.length > 0 ? notesOf(summary) : null,
	]);
	beginTriage(lists);
}
