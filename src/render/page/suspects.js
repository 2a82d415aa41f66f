// SPDX-License-Identifier: GPL-2.0-or-later
/* The suspects of a crash with their code, the commits that made them so, the command to type. */

/* Of so many suspects the code is shown at once: who is not among these is seldom the one. */
const suspectsWithCode = 5;

function scoreBar(score) {
	const bar = element("span", { class: "filled" });

	bar.style.width = `${Math.round(score * 100)}%`;
	return element("span", { class: "score", role: "img",
		"aria-label": `score ${score.toFixed(2)}`, title: "score" },
		element("span", { class: "trough" }, bar), score.toFixed(2));
}

function reasonList(why) {
	return why.length === 0 ? null
		: element("ul", { class: "why" }, why.map((reason) => element("li", {}, reason)));
}

function codeOf(suspect) {
	if (suspect.lines.length === 0)
		return null;
	const make = () => [
		changedLines(suspect.path, suspect.lines),
		suspect.more_lines ? element("p", { class: "quiet" },
			`and ${suspect.more_lines} more lines`) : null,
	];
	const fold = lazyDetails({ class: "fold" }, plural(suspect.lines.length, "line"), make);

	fold.open = suspect.rank <= suspectsWithCode;
	return fold;
}

function suspectOf(suspect, commits, hand) {
	return element("article", { class: "suspect", id: `suspect-${suspect.rank}` },
		element("h3", { tabindex: -1, "data-stop": true },
			element("span", { class: "rank" }, `${suspect.rank}.`), " ",
			element("code", {}, suspect.symbol), " ",
			changeBadge(suspect.change, hand(suspect.origin)), " ", place(suspect)),
		scoreBar(suspect.score),
		reasonList(suspect.why),
		commitLinks(suspect.commits, commits),
		codeOf(suspect));
}

function commitLinks(ids, commits) {
	if (ids.length === 0)
		return null;
	return element("p", { class: "made-by" }, "changed by ", ids.map((id, index) => {
		const rank = commits.find((commit) => commit.id === id)?.rank;
		const name = element("code", { title: id }, id.slice(0, idDigits));

		return [index > 0 ? ", " : null,
			rank ? element("a", { href: `#commit-${rank}` }, name) : name];
	}));
}

function commitName(commit) {
	return [element("code", { title: commit.id }, commit.id.slice(0, idDigits)), " ",
		commit.subject];
}

function commitOf(commit, suspects) {
	return element("article", { class: "suspect", id: `commit-${commit.rank}` },
		element("h3", { tabindex: -1, "data-stop": true },
			element("span", { class: "rank" }, `${commit.rank}.`), " ",
			commitName(commit)),
		scoreBar(commit.score),
		commit.repair ? element("p", { class: "repair" },
			commit.repair.reverts ? "reverted by " : "repaired by ",
			commitName(commit.repair)) : null,
		reasonList(commit.why),
		element("p", { class: "made-by" }, commit.symbols.map((symbol, index) => {
			const rank = suspects.find((suspect) => suspect.symbol === symbol)?.rank;
			const name = element("code", {}, symbol);

			return [index > 0 ? ", " : null,
				rank ? element("a", { href: `#suspect-${rank}` }, name) : name];
		})));
}

function suspectsHeading(verdict) {
	if (!verdict)
		return "Where to look, the likeliest first";
	return verdict.explained ? "Suspects, the likeliest first"
		: "What changed near it nonetheless";
}

/*
 * @hand(origin) is what to say of whose change it was. Returns the node and what a filter filters.
 */
function showSuspects(suspects, commits, verdict, hand) {
	const articles = suspects.map((suspect) => suspectOf(suspect, commits, hand));
	const made = commits.map((commit) => commitOf(commit, suspects));

	return {
		node: element("section", { class: "suspects" },
			articles.length > 0
				? [element("h2", {}, suspectsHeading(verdict)), articles] : null,
			made.length > 0
				? [element("h2", {}, "Commits, the likeliest first"), made] : null),
		lists: [
			...articles.map((node, index) =>
				fixedItem(node, suspects[index].lines.map(([, , text]) => text))),
			...made.map((node) => fixedItem(node)),
		],
	};
}

function commandOf(verdict) {
	return !verdict?.shell ? null
		: element("section", { class: "next" }, element("h2", {}, "To take it back out"),
			commandBox(verdict.shell));
}

/* That nothing is to be suspected, as far as was looked. */
function unexplainedOf(verdict, report) {
	const stalls = ["soft-lockup", "hard-lockup", "hung-task", "rcu-stall"];

	if (!verdict || verdict.explained)
		return null;
	return element("p", { class: "unexplained" },
		"Not explained by this comparison: no change was found on " +
		"this stack or near it that would explain the crash.",
	stalls.includes(report.kind)
		? " What it waits for may be held by another: see the stacks of the other " +
		"CPUs and tasks." : null);
}
