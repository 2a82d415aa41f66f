// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The page of a comparison: an overview, a bar with the filter, and the list.  What they share is
 * one object, the view: the entries, the filter, which of them is looked at, and the elements.
 */

/* Letters come in faster than a large page is filtered; in ms. */
const TYPING_PAUSE = 120;
/* Browsers refuse to have the address changed all the time; in ms. */
const ADDRESS_PAUSE = 250;

function showChip(view, name) {
	const chip = element("button", {
		class: "chip", "data-class": name, "aria-pressed": "false",
		title: classMeanings.get(name),
		onclick: () => {
			const classes = new Set(view.filter.classes);

			if (!classes.delete(name))
				classes.add(name);
			chooseFilter(view, { ...view.filter, classes });
		},
	}, name, " ", element("span", { class: "number" }));

	view.chips.set(name, chip);
	return chip;
}

/* A chip for @name of the filter, which is on or off. */
function showSwitch(view, name, attributes, ...label) {
	const chip = element("button", {
		class: `chip ${name}`, "aria-pressed": "false", ...attributes,
		onclick: () => chooseFilter(view, { ...view.filter, [name]: !view.filter[name] }),
	}, ...label);

	view.switches.set(name, chip);
	return chip;
}

function showChips(view) {
	view.chips = new Map();
	view.switches = new Map();
	return element("div", { class: "chips" },
		view.entries.some((entry) => entry.lost > 0) && showSwitch(view, "lost", {
			title: "all that decline or hold a line, also among others",
		}, "loses upstream's change ", element("span", { class: "number" })),
		[...countClasses(view.entries).keys()].map((name) => showChip(view, name)),
		showSwitch(view, "unreviewed", {}, "only unreviewed"));
}

function showFilter(view) {
	let typing = null;

	view.field = element("input", {
		type: "search", "aria-label": "Filter by text, or by path:", spellcheck: "false",
		placeholder: "text, function, commit, or path:drivers/net/",
		oninput: () => {
			clearTimeout(typing);
			typing = setTimeout(() => {
				const typed = readField(view.field.value);

				chooseFilter(view, { ...view.filter, ...typed });
			}, TYPING_PAUSE);
		},
	});
	view.status = element("span", { class: "status", role: "status" });
	view.progress = element("span", { class: "progress" });
	return element("search", { class: "filter" },
		element("div", { class: "field" }, view.field, view.status, view.progress,
			keysButton(view.keys)),
		showChips(view));
}

function showProgress(view) {
	view.progress.textContent =
		`${grouped(countReviewed(view))} of ${grouped(view.entries.length)} reviewed` +
		(view.reviews.kept ? "" : " (this browser will forget it)");
}

function turnReviewed(view, entry) {
	view.reviews.turn(entry.id);
	entry.slot.toggleAttribute("data-reviewed", view.reviews.has(entry.id));
	entry.slot.querySelector(".reviewed")
		.setAttribute("aria-pressed", view.reviews.has(entry.id));
	showProgress(view);
}

function writeAddress(view) {
	const fragment = writeFilter(view.filter, view.current?.id);

	clearTimeout(view.writing);
	if (fragment !== (location.hash || "#"))
		history.replaceState(null, "", fragment);
}

/* For keys that are held down. */
function writeAddressSoon(view) {
	clearTimeout(view.writing);
	view.writing = setTimeout(() => writeAddress(view), ADDRESS_PAUSE);
}

/* Whether @chip is chosen, and what it would leave; @count is undefined where that is not told. */
function showChosen(chip, chosen, count) {
	chip.setAttribute("aria-pressed", chosen);
	chip.classList.toggle("none", count === 0 && !chosen);
	if (count !== undefined)
		chip.querySelector(".number").textContent = grouped(count);
}

/* Lists what @filter says, and says how many these are. */
function setFilter(view, filter) {
	view.filter = filter;
	const counts = applyFilter(view);
	const shown = view.entries.reduce((count, entry) => count + entry.shown, 0);

	filterList(view);
	for (const [name, chip] of view.chips)
		showChosen(chip, filter.classes.has(name), counts.get(name) || 0);
	for (const [name, chip] of view.switches)
		showChosen(chip, filter[name], counts.get(name));
	if (document.activeElement !== view.field)
		view.field.value = writeField(filter);
	view.status.textContent = shown === view.entries.length ? ""
		: `${grouped(shown)} of ${grouped(view.entries.length)} shown`;
	view.empty.hidden = shown > 0 || view.entries.length === 0;
	if (view.entries.length > 0)
		drawWhere(view);
	markHits(view);
}

function chooseFilter(view, filter) {
	setFilter(view, filter);
	writeAddress(view);
}

/* Follows the address: a link from elsewhere, or a click in the overview. */
function followAddress(view) {
	const filter = readFilter(location.hash);
	const id = new URLSearchParams(location.hash.slice(1)).get("r");
	const entry = view.entries.find((one) => one.id === id);

	leave(view);
	setFilter(view, filter);
	if (entry && !entry.shown)
		setFilter(view, noFilter());
	if (entry)
		goTo(view, entry);
}

function showComparison(page, records) {
	const { sources } = records.get("header")[0];
	const view = {
		sources, entries: entriesOf(records.get("file") || []),
		reviews: openReviews(sources),
		filter: noFilter(), current: null,
		empty: element("p", { class: "empty" },
			"Nothing fits this filter. ", element("button", {
				onclick: () => chooseFilter(view, noFilter()),
			}, "show all")),
	};

	view.keys = listenForKeys(keysOf(view));
	const bar = showFilter(view);

	view.list = showList(view);
	page.append(showOverview(view, records), bar, view.empty, view.list);
	// What sticks below the bar, or is scrolled to, begins where it ends.
	new ResizeObserver(() => {
		document.documentElement.style.setProperty("--filter", `${bar.offsetHeight}px`);
	}).observe(bar);
	showProgress(view);
	followAddress(view);
	addEventListener("hashchange", () => followAddress(view));
	// Paper does not scroll.
	addEventListener("beforeprint", () => fillEntries(view,
		view.entries.filter((entry) => entry.shown)));
	addEventListener("resize", () => view.entries.length > 0 && drawWhere(view));
}
