// SPDX-License-Identifier: GPL-2.0-or-later
/* A region of a comparison, and the head of a file: what they are, and the ways to look at one. */

/* In the order in which turnRegion() goes through them. */
const regionViews = [
	{
		name: "marks", label: "marks", show: showMarks,
		title: "every line with its sign in the old patch and in the new one",
	},
	{
		name: "patches", label: "patches", show: showPatches,
		title: "the old patch and the new one, side by side",
	},
	{
		name: "versions", label: "all four", show: showVersions,
		title: "the four versions, side by side",
	},
	{
		name: "steps", label: "upstream", show: showSteps,
		title: "what upstream did to these lines, and the downstream before and after",
	},
];

/* What each element shows: { file, region, view }. */
const shownRegions = new WeakMap();

/* More commits of one region than this say little, as in text. */
const mostCommits = 4;

function setView(section, view) {
	const shown = shownRegions.get(section);

	shown.view = view;
	section.dataset.view = view.name;
	for (const button of section.querySelectorAll(".views [data-view]"))
		button.setAttribute("aria-pressed", String(button.dataset.view === view.name));
	section.querySelector(".region-body")
		.replaceChildren(...view.show(shown.file, shown.region).filter(Boolean));
}

/* Shows the region in the next way. */
function turnRegion(section) {
	const at = regionViews.indexOf(shownRegions.get(section).view);

	setView(section, regionViews[(at + 1) % regionViews.length]);
}

/* ------------------------------------------------------------------- head */

function whereMoved(file, { path, line, version }) {
	const what = version === "new_base" ? "upstream has it at" : "moved from";

	const where = path === pathOf(file) ? "" : `${path}, `;

	return `${what} ${where}line ${line} of the ${versionNames[version]}`;
}

function listCommits(what, commits) {
	const items = (commits || []).slice(0, mostCommits).map(({ id, subject }) =>
		element("li", {}, `${what} `, element("code", { title: id }, id.slice(0, idDigits)),
			" ", paintText(subject)));

	if (commits && commits.length > mostCommits)
		items.push(element("li", {},
			`${what} ${commits.length - mostCommits} more commits`));
	return items;
}

function listNotes(file, region) {
	const { moved_from: origin, backport, commits } = region;
	const notes = listCommits("upstream", commits);

	if (origin)
		notes.unshift(element("li", {}, paintText(whereMoved(file, origin))));
	if (backport) {
		const place = `${backport.path}:${backport.line}`;
		const much = backport.lines < backport.of
			? `${backport.lines} of ${backport.of} lines` : "it";

		notes.push(
			element("li", {}, paintText(`backport: upstream has ${much} at ${place}`)),
			...listCommits("backport of", backport.commits));
	}
	return notes.length > 0 ? element("ul", { class: "notes" }, notes) : null;
}

/* The marks that the region has, and what they mean, for readers who do not know them yet. */
function listMarks(region) {
	const seen = new Map(looksOf(region).map((look) => [`${look.mark}${look.name}`, look]));

	return element("dl", { class: "legend" },
		[...seen.values()].map(({ mark, name, meaning }) => [
		element("dt", {}, element("code", { class: "signs" }, mark), " ", name),
		element("dd", {}, meaning),
	]).flat());
}

/*
 * The region as a hunk: of the old patch carried onto the new base, to the new downstream. Which
 * line of the former it begins at is not known here, so it is said to begin at that of the latter.
 */
function hunkOf(file, region) {
	const lines = [];
	const count = { "+": 0, "-": 0, " ": 0 };

	marksOfPlaces(region).forEach((mark, index) => {
		const sign = marks[mark][1];

		if (sign !== " " || isIn(mark, "new_downstream")) {
			lines.push(`${sign}${region.lines[index][1]}\n`);
			count[sign]++;
		}
	});
	const start = region.start.new_downstream;
	const heading = region.function ? ` ${region.function}` : "";

	const [before, after] = [count[" "] + count["-"], count[" "] + count["+"]];

	return `--- a/${pathOf(file)}\n+++ b/${pathOf(file)}\n` +
		`@@ -${start},${before} +${start},${after} @@${heading}\n${lines.join("")}`;
}

function viewButtons(section) {
	return regionViews.map((view) => element("button", {
		type: "button", "data-view": view.name, title: view.title,
		onclick: () => setView(section, view),
	}, view.label));
}

function legendButton(section, region) {
	return element("button", {
		type: "button", "aria-expanded": "false",
		title: "what the marks of this region say",
		onclick: (event) => {
			const legend = section.querySelector(".legend");

			if (legend)
				legend.remove();
			else
				section.querySelector(".region-head").append(listMarks(region));
			event.target.setAttribute("aria-expanded", String(!legend));
		},
	}, "legend");
}

/* Of what the patch carried has already there is no hunk. */
const classesWithoutHunk = new Set(["carried", "adopted", "upstream"]);

function copyButton(file, region) {
	if (classesWithoutHunk.has(region.class))
		return null;
	return element("button", {
		type: "button", title: "copy what is shown as a hunk of a patch",
		onclick: (event) => copyText(event.target, "copy", hunkOf(file, region),
			() => "not copied"),
	}, "copy");
}

/* An element with the id of the region, which can be focused; its head is .region-head. */
function showRegion(file, region) {
	const { old_downstream: old, new_downstream: now } = region.start;
	const section = element("section", {
		class: "region", id: region.id, tabindex: "-1", "data-class": region.class,
		"aria-label": `${region.class} in ${region.function || pathOf(file)}`,
	});
	const name = region.function ? paintText(region.function) : `line ${now}`;
	const kind = region.function ? `${region.kind}, ` : "";

	section.append(
		element("header", { class: "region-head" },
			element("h3", {}, element("span", { class: "class" }, region.class), " ",
				element("a", { href: `#r=${region.id}` }, name)),
			element("span", { class: "quiet" }, `${kind}old ${old}, new ${now}`),
			element("span", { class: "views", role: "group",
				"aria-label": "ways to look at it" },
				viewButtons(section)),
			element("span", { class: "tools" },
				legendButton(section, region), copyButton(file, region)),
			listNotes(file, region)),
		element("div", { class: "region-body" }));
	shownRegions.set(section, { file, region });
	setView(section, regionViews[0]);
	return section;
}

/* ------------------------------------------------------------------- file */

const kindsOfModes = {
	100644: "file", 100755: "executable file", 120000: "symbolic link", 160000: "submodule",
};

/*
 * What is not the same in all versions that have the file, as "a in the old base, b in the others".
 * @values are by version, null where there is no such file; null where all are alike.
 */
function tellApart(values) {
	const groups = new Map();

	for (const version of versions) {
		const value = values[version];

		if (value !== null)
			groups.set(value, [...(groups.get(value) || []), versionNames[version]]);
	}
	return groups.size < 2 ? null
		: [...groups].map(([value, names]) => `${value} in the ${names.join(" and the ")}`)
			.join(", ");
}

/* Which versions have the file, where some have not. */
function tellPresence(paths) {
	const named = (found) => found.map((version) => versionNames[version]).join(" and the ");
	const having = versions.filter((version) => paths[version] !== null);
	const lacking = versions.filter((version) => paths[version] === null);

	if (lacking.length === 0)
		return null;
	return lacking.length === 1 ? `not in the ${named(lacking)}`
		: `only in the ${named(having)}`;
}

/* The head of a file: its path, and what is to be said of the file as a whole. */
function showFile(file) {
	const kinds = Object.fromEntries(versions.map((version) => [version, file.modes[version] &&
		`${kindsOfModes[file.modes[version]] || "mode"} ${file.modes[version]}`]));
	const notes = [
		tellPresence(file.paths),
		tellApart(file.paths),
		tellApart(kinds),
		file.binary ? "binary: compared as a whole" : null,
		file.encoding === "latin-1" ? "not UTF-8: read as Latin-1" : null,
	].filter(Boolean);

	const list = notes.map((note) => element("li", {}, paintText(note)));

	return element("header", { class: "file-head" }, element("h2", {}, paintText(pathOf(file))),
		list.length > 0 ? element("ul", { class: "notes" }, list) : null);
}
