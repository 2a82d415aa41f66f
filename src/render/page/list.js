// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The files and their regions, in order.  A file has a section, and in it a region a slot, of about
 * the height that each will have; they are filled when they come near the window, so that a page
 * of thousands opens at once.
 */

/* How far from the window slots are filled: two screens, so that nobody sees it happen. */
const NEAR = "1600px 0px";
/* So few are filled at once: then the browser's own search sees all of them. */
const FEW_ENTRIES = 100;
/* Hits beyond these are not marked in a region: no person reads them. */
const MOST_HITS = 500;

function copyLink(button, id) {
	const fragment = writeFilter(noFilter(), id);

	copyText(button, "link", location.href.replace(/#.*$/, "") + fragment, () => {
		location.hash = fragment;
		return "in the address";
	});
}

function showTools(view, entry) {
	const link = element("button", {
		class: "link", title: "copy a link to this",
		onclick: () => copyLink(link, entry.id),
	}, "link");

	return [link, element("button", {
		class: "reviewed", "aria-pressed": String(view.reviews.has(entry.id)),
		onclick: () => turnReviewed(view, entry),
	}, "reviewed")];
}

/* In place of a region, where the file as a whole is what changed. */
function showWhole(entry) {
	return element("section",
		{ class: "region", id: entry.id, tabindex: "-1", "aria-label": entry.path },
		element("header", { class: "region-head" },
			element("h3", {}, classMeanings.get(WHOLE_FILE)),
			element("span", { class: "tools" })));
}

/* How many lines of text it has about; a long region shows its first ones, and more when asked. */
function linesOf(entry) {
	return entry.region ? Math.min(entry.region.lines.length, firstLines) : 1;
}

function fillSlot(view, entry) {
	if (entry.slot.hasChildNodes())
		return;
	const shown = entry.region ? showRegion(entry.file, entry.region) : showWhole(entry);

	shown.querySelector(".tools").append(...showTools(view, entry));
	entry.slot.append(shown);
}

function makeSlot(view, entry) {
	const slot = element("div", { class: "slot", "data-class": entry.class,
		"data-reviewed": view.reviews.has(entry.id) });

	slot.style.setProperty("--lines", linesOf(entry));
	slot.hidden = !entry.shown;
	entry.slot = slot;
	view.entryOf.set(slot, entry);
	view.watched.set(slot, () => fillSlot(view, entry));
	view.observer.observe(slot);
	return slot;
}

function fillFile(view, { entries, section }) {
	if (section.hasChildNodes())
		return;
	section.append(showFile(entries[0].file), ...entries.map((entry) => makeSlot(view, entry)));
}

function fillEntries(view, entries) {
	for (const entry of entries) {
		fillFile(view, entry.listed);
		fillSlot(view, entry);
	}
}

/* Fills what comes near, and keeps the set of slots that are. */
function watchList(view) {
	return new IntersectionObserver((changes) => {
		for (const { target, isIntersecting } of changes) {
			if (!isIntersecting) {
				view.near.delete(target);
				continue;
			}
			view.watched.get(target)();
			if (target.matches(".slot"))
				view.near.add(target);
		}
		markHits(view);
	}, { rootMargin: NEAR });
}

function makeFile(view, entries) {
	const section = element("section", { class: "file", "aria-label": entries[0].path });
	const file = { entries, section };

	for (const entry of entries)
		entry.listed = file;
	view.watched.set(file.section, () => fillFile(view, file));
	view.observer.observe(file.section);
	return file;
}

function showList(view) {
	const files = new Map();

	view.watched = new Map(); // from an element to what fills it
	view.entryOf = new Map(); // from a slot
	view.near = new Set();
	view.observer = watchList(view);
	for (const entry of view.entries) {
		if (!files.has(entry.file))
			files.set(entry.file, []);
		files.get(entry.file).push(entry);
	}
	view.files = [...files.values()].map((entries) => makeFile(view, entries));
	if (view.entries.length <= FEW_ENTRIES)
		fillEntries(view, view.entries);
	return element("section", {
		class: "list", "aria-label": "Files and regions",
		onclick: (event) => {
			const entry = view.entryOf.get(event.target.closest(".slot"));

			// The link in its head is for those who copy it: one is there already.
			if (event.target.closest("h3 a"))
				event.preventDefault();
			if (entry)
				stayAt(view, entry);
		},
	},
		view.files.map((file) => file.section));
}

/*
 * Hides what the filter leaves out; what is not filled yet has about the height that it will have.
 */
function filterList(view) {
	for (const { entries, section } of view.files) {
		const shown = entries.filter((entry) => entry.shown);

		section.hidden = shown.length === 0;
		if (section.hasChildNodes()) {
			for (const entry of entries)
				entry.slot.hidden = !entry.shown;
		} else {
			section.style.setProperty("--regions", shown.length);
			section.style.setProperty("--lines",
				shown.reduce((sum, entry) => sum + linesOf(entry), 0));
		}
	}
}

/* The nodes of text below @shown, as arrays, one a line: of a line each word may be a node. */
function linesBelow(shown) {
	const walker = document.createTreeWalker(shown, NodeFilter.SHOW_TEXT);
	const lines = new Map();

	while (walker.nextNode()) {
		const node = walker.currentNode;
		const line = node.parentElement.closest(
			".text, h2, h3, li, .region-head > span, .class, button") ?? shown;

		if (!lines.has(line))
			lines.set(line, []);
		lines.get(line).push(node);
	}
	return lines.values();
}

/* Where @at of the text of all @nodes is: a node, and a place in it. */
function placeIn(nodes, at) {
	for (const node of nodes) {
		if (at <= node.data.length)
			return [node, at];
		at -= node.data.length;
	}
	return null;
}

/* Adds the hits of @text in a line of @nodes, as ranges. */
function addHits(hits, nodes, text) {
	const plain = nodes.map((node) => node.data).join("");
	const words = plain.toLowerCase();

	// A few letters change their length in small: there, places do not fit.
	if (words.length !== plain.length)
		return;
	for (let at = 0; hits.length < MOST_HITS; at += text.length) {
		at = words.indexOf(text, at);
		if (at < 0)
			break;
		const range = new Range();

		range.setStart(...placeIn(nodes, at));
		range.setEnd(...placeIn(nodes, at + text.length));
		hits.push(range);
	}
}

function hitsOf(shown, text) {
	const hits = [];

	for (const nodes of linesBelow(shown))
		addHits(hits, nodes, text);
	return hits;
}

/* Marks what the text of the filter matches in what is near the window. */
function markHits(view) {
	const text = view.filter.text.toLowerCase();
	const near = new Set([...view.near].flatMap((slot) =>
		[slot.parentNode.querySelector(".file-head"), slot]));

	if (!("highlights" in CSS))
		return;
	CSS.highlights.delete("hit");
	if (text !== "")
		CSS.highlights.set("hit",
			new Highlight(...[...near].flatMap((shown) => hitsOf(shown, text))));
}
