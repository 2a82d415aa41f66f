// SPDX-License-Identifier: GPL-2.0-or-later
/* Going from region to region with keys. */

/* Fills what is around @entry, so that nothing above it changes its height when one arrives. */
function fillAround(view, entry) {
	fillEntries(view, view.entries.slice(Math.max(0, entry.index - 3), entry.index + 4)
		.filter((near) => near.shown));
}

function leave(view) {
	view.current?.slot.removeAttribute("data-current");
	view.current = null;
}

/* Makes @entry the one that is looked at, where it is. */
function stayAt(view, entry) {
	leave(view);
	view.current = entry;
	entry.slot.dataset.current = "";
	writeAddressSoon(view);
}

function goTo(view, entry) {
	fillAround(view, entry);
	stayAt(view, entry);
	entry.slot.scrollIntoView({ block: "start" });
	entry.slot.querySelector(".region").focus({ preventScroll: true });
}

/* The one looked at; where that is not in the window, the first that is. */
function lookedAt(view) {
	const covered = parseFloat(
		getComputedStyle(document.documentElement).getPropertyValue("--filter"));
	const isSeen = (entry) => {
		if (!entry.shown || !entry.slot)
			return false;
		const { top, bottom } = entry.slot.getBoundingClientRect();

		return bottom > covered && top < innerHeight;
	};

	return view.current && isSeen(view.current) ? view.current
		: view.entries.find(isSeen) || null;
}

/* The next entry in @direction, 1 or -1, that is shown and that @fits. */
function nextEntry(view, from, direction, fits) {
	for (let index = from + direction; view.entries[index]; index += direction)
		if (view.entries[index].shown && fits(view.entries[index]))
			return view.entries[index];
	return null;
}

function walk(view, direction) {
	const from = lookedAt(view);
	// Whoever has not begun begins with what is in the window.
	const next = from && from !== view.current && direction > 0 ? from
		: nextEntry(view, from?.index ?? -1, direction, () => true);

	if (next)
		goTo(view, next);
}

/* To the first region of the next file, or of the one before. */
function walkFiles(view, direction) {
	const from = lookedAt(view);
	const next = nextEntry(view, from?.index ?? -1, direction,
		(entry) => entry.file !== from?.file);

	if (next)
		goTo(view, next.listed.entries.find((one) => one.shown));
}

function turnEntry(entry) {
	if (entry.region)
		turnRegion(entry.slot.querySelector(".region"));
}

function keysOf(view) {
	const onCurrent = (act) => () => view.current?.shown && act(view.current);

	return [
		{ key: "j", says: "next region", does: () => walk(view, 1) },
		{ key: "k", says: "region before", does: () => walk(view, -1) },
		{ key: "n", says: "next file", does: () => walkFiles(view, 1) },
		{ key: "p", says: "file before", does: () => walkFiles(view, -1) },
		{ key: "r", says: "mark the region as reviewed, or not",
			does: onCurrent((entry) => turnReviewed(view, entry)) },
		{ key: "o", says: "look at the region in another way", does: onCurrent(turnEntry) },
		{ key: "c", says: "copy a link to the region",
			does: onCurrent((entry) => entry.slot.querySelector(".link").click()) },
		{ key: "u", says: "only what is not reviewed",
			does: () => view.switches.get("unreviewed").click() },
		{ key: "/", says: "filter", does: () => view.field.select() },
		{ key: "Escape", says: "leave the field; then, show all again",
			does: () => chooseFilter(view, noFilter()) },
	];
}
