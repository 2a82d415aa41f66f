// SPDX-License-Identifier: GPL-2.0-or-later
/* What one sees first: of what the comparison is, how much it found, and where. */

/* Longer lists are cut until they are asked for. */
const FIRST_BARS = 10;
const FIRST_ROWS = 100;

/* Rows that are made when the list of them is opened; a short one is open. */
function foldedList(title, items, show) {
	const list = element("ul", { onclick: readIt });
	const details = element("details", { open: items.length <= FIRST_BARS },
		element("summary", {}, title), list);
	let shown = 0;
	const more = () => {
		list.append(...items.slice(shown, shown + FIRST_ROWS).map(show));
		shown += FIRST_ROWS;
		if (shown < items.length)
			list.append(element("li", {}, element("button", {
				onclick: (event) => { event.target.parentNode.remove(); more(); },
			}, `${grouped(items.length - shown)} more`)));
	};

	details.addEventListener("toggle", () => { if (shown === 0) more(); });
	return details;
}

function showSources(sources) {
	const pair = (label, base, downstream) => [
		element("dt", {}, label), element("dd", {}, element("code", {}, base), " .. ",
			element("code", {}, downstream)),
	];

	return element("dl", { class: "sources" },
		pair("old", sources.old_base, sources.old_downstream),
		pair("new", sources.new_base, sources.new_downstream),
		sources.upstream !== undefined && [
			element("dt", {}, "later upstream"),
			element("dd", {}, element("code", {}, sources.upstream)),
		]);
}

/* What is chosen by a link is to be read. */
function readIt(event) {
	if (event.target.closest("a"))
		document.querySelector(".list").scrollIntoView();
}

function showNumbers(entries, summary) {
	if (entries.length === 0)
		return element("p", { class: "numbers" }, "Nothing.");
	const news = entries.filter((entry) => !quietClasses.has(entry.class));
	const quiet = entries.length - news.length;
	const files = new Set(news.map((entry) => entry.file)).size;
	const regions = news.filter((entry) => entry.region).length;
	const sum = (name) => news.reduce((total, entry) => total + entry[name], 0);
	const parts = [plural(regions, "region"), plural(files, "file"),
		`+${grouped(sum("gained"))} \u2212${grouped(sum("missing"))} lines`];

	if (summary?.backports > 0)
		parts.push(plural(summary.backports, "backport"));
	const lost = news.filter((entry) => entry.lost > 0).length;

	return element("p", { class: "numbers", onclick: readIt },
		parts.map((part) => element("span", {}, part)),
		lost > 0 && element("a", {
			class: "lost", href: writeFilter({ ...noFilter(), lost: true }),
		}, `${plural(lost, "region")} ${lost === 1 ? "loses" : "lose"} upstream's change`),
		quiet > 0 &&
			element("span", { class: "quiet" },
				`and ${plural(quiet, "region")} without news`));
}

function signed(sign, count) {
	return count > 0 && sign + grouped(count);
}

function showClassRow(view, name, count, largest) {
	const bar = element("span", { class: "measure" });

	bar.style.width = `${Math.max(1, 100 * count.regions / largest)}%`;
	return element("tr", { "data-class": name },
		element("th", { scope: "row" }, element("a", {
			href: writeFilter({ ...noFilter(), classes: new Set([name]) }),
		}, name)),
		element("td", { class: "number" }, grouped(count.regions)),
		element("td", { class: "number" }, signed("+", count.gained)),
		element("td", { class: "number" }, signed("\u2212", count.missing)),
		element("td", { class: "meaning" }, classMeanings.get(name),
			name === "mixed" && count.lost > 0 && [", ", element("a", {
				href: writeFilter({ ...noFilter(), classes: new Set([name]),
					lost: true }),
			}, `${grouped(count.lost)} with declined or held lines`)], bar));
}

function showClasses(view) {
	const counts = countClasses(view.entries);
	const largest = Math.max(...[...counts.values()].map((count) => count.regions));

	return element("table", { class: "classes", onclick: readIt },
		element("caption", { class: "spoken" }, "Regions by class"),
		element("thead", {}, element("tr", {},
			["class", "regions", "+", "\u2212"].map((text, index) =>
				element("th", { scope: "col", class: index > 0 && "number" },
					text)),
			element("th", { scope: "col", class: "meaning" }, "meaning"))),
		element("tbody", {}, [...counts].map(([name, count]) =>
			showClassRow(view, name, count, largest))));
}

function showReject(reject) {
	return element("li", {},
		element("code", {}, `${reject.patch}:${reject.line}`), " ",
		element("code", {}, `${reject.path} ${reject.hunk}`), `: ${reject.reason}`);
}

function showVerified(verified) {
	if (verified.failed.length === 0)
		return element("p", { class: "verified" },
			"Verified: the old patch carried onto the new base plus what is shown " +
			"gives the new downstream, byte for byte, in " +
			`${plural(verified.files, "file")}.`);
	const failed = plural(verified.failed.length, "file");
	const details = foldedList(`Not verified: ${failed} of ${grouped(verified.files)}`,
		verified.failed, ({ path, reason }) =>
			element("li", {}, element("code", {}, path), `: ${reason}`));

	details.dataset.class = "reject";
	return details;
}

/* Upstream's commits of which lines are lost, those with the most regions first. */
function lostCommits(entries) {
	const commits = new Map();

	for (const entry of entries) {
		if (entry.lost === 0)
			continue;
		for (const { id, subject } of entry.region.commits || []) {
			if (!commits.has(id))
				commits.set(id, { id, subject, regions: 0 });
			commits.get(id).regions++;
		}
	}
	return [...commits.values()].sort((one, other) => other.regions - one.regions);
}

function showLostCommit({ id, subject, regions }) {
	return element("li", {},
		element("a", { href: writeFilter({ ...noFilter(), text: id }) },
			element("code", {}, id.slice(0, idDigits))),
		` ${subject}`,
		regions > 1 &&
			element("span", { class: "quiet" }, ` (${plural(regions, "region")})`));
}

/* What went wrong, or was lost, as lists. */
function showFindings(view, records) {
	const rejects = records.get("reject") || [];
	const commits = lostCommits(view.entries);
	const made = (records.get("verified") || []).map(showVerified);

	if (commits.length > 0)
		made.unshift(foldedList(
			"Declined or held are lines of " +
				plural(commits.length, "upstream commit"),
			commits, showLostCommit));
	if (rejects.length > 0) {
		made.unshift(foldedList(
			`Rejects: ${plural(rejects.length, "hunk")} of the patches did not apply`,
			rejects, showReject));
		made[0].dataset.class = "reject";
	}
	return made;
}

/* Where one is in the map, each folder a link up. */
function showTrail(view) {
	const { path } = view.filter;
	const parts = path.split("/").slice(0, -1);
	const link = (name, to) =>
		element("a", { href: writeFilter({ ...view.filter, path: to }) }, name);

	return [
		path ? link("all", "") : "all",
		parts.map((part, index) => {
			const to = parts.slice(0, index + 1).join("/") + "/";

			return [" / ", to === path ? part : link(part, to)];
		}),
		!path.endsWith("/") && path && [" / ", path.slice(path.lastIndexOf("/") + 1)],
	].flat(2);
}

function showBar(view, node, largest) {
	const bar = element("span", { class: "measure" });

	bar.style.width = `${Math.max(1, 100 * node.size / largest)}%`;
	return element("li", { "data-class": node.class },
		element("a", { href: linkOfNode(view, node) }, node.name),
		element("span", { class: "number" }, grouped(node.size)), bar);
}

/* The same as the map says, for one level, in words. */
function showBars(view, list, tree) {
	const nodes = bySize(tree);
	const show = (some) => some.map((node) => showBar(view, node, nodes[0].size));

	list.replaceChildren(...show(nodes.slice(0, FIRST_BARS)));
	if (nodes.length > FIRST_BARS)
		list.append(element("li", {}, element("button", {
			onclick: () => list.replaceChildren(...show(nodes)),
		}, `${grouped(nodes.length - FIRST_BARS)} more`)));
}

/* Draws what the filter leaves, from where its path leads. */
function drawWhere(view) {
	const { path } = view.filter;
	const isFile = view.entries.some((entry) => entry.path === path);
	const root = isFile ? path : path.slice(0, path.lastIndexOf("/") + 1);
	const tree = buildTree(view.entries, root);

	view.trail.replaceChildren(...showTrail(view).filter((part) => part !== false));
	showBars(view, view.bars, tree);
	drawMap(view, view.map, tree);
}

function showOverview(view, records) {
	const { sources } = view;

	view.trail = element("nav", { class: "trail", "aria-label": "Folder" });
	view.bars = element("ul", { class: "bars" });
	view.map = element("div", { class: "map", "aria-hidden": "true" });
	return element("header", { class: "overview" },
		element("h1", {}, "What the downstream itself changed"),
		showSources(sources),
		showNumbers(view.entries, records.get("summary")?.[0]),
		view.entries.length > 0 && element("div", { class: "panes" },
			element("section", { "aria-label": "Classes" }, showClasses(view),
				showFindings(view, records)),
			element("section", { "aria-label": "Where" }, view.trail, view.map,
				view.bars)),
		view.entries.length === 0 && showFindings(view, records));
}
