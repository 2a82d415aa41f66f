// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the pages of a crash and of a lockup share: long lists that are made as they are opened,
 * a filter over them, the keys, links into them, commands to copy.
 */

/* So many rows of a list are made at once: they fill any screen, and are made in an instant. */
const rowsAtOnce = 200;

/* Contents that are made when it is first opened; @make gives them. @stop: j and k stop there. */
function lazyDetails(attributes, summary, make, stop = false) {
	const details = element("details", attributes,
		element("summary", { "data-stop": stop }, summary));

	details.ontoggle = () => {
		if (details.open && details.childElementCount === 1)
			fill(details, {}, [make()]);
	};
	return details;
}

/* Makes ready what the filter looks in, a little at a time, while nobody waits for the page. */
function prepareWords(items, from = 0) {
	const end = performance.now() + 10; // milliseconds: less than a reader notices
	let at = from;

	while (at < items.length && performance.now() < end)
		items[at++].words();
	if (at < items.length)
		setTimeout(prepareWords, 0, items, at);
}

/*
 * A list of any length, of @items: { id, ids, summary(text), body(), words() }; ids are what links
 * to it may say, id is its own; words() are the text that the filter looks in, text is what it
 * looks for, which a summary shows. Only as many rows are made as were asked for.
 */
function longList(items) {
	const rows = element("div", { class: "folds" });
	const more = element("button", { type: "button", class: "show-more" });
	let found = items, made = 0, sought = "";

	function makeRow(item) {
		item.row ??= lazyDetails({ class: "fold-row", id: item.id }, null, item.body, true);
		item.row.firstChild.replaceChildren();
		fill(item.row.firstChild, {}, [item.summary(sought)]);
		return item.row;
	}

	function show(count) {
		const next = found.slice(made, count);

		rows.append(...next.map(makeRow));
		made += next.length;
		more.hidden = made === found.length;
		more.textContent = `${grouped(found.length - made)} more`;
	}

	more.onclick = () => show(made + rowsAtOnce);
	show(rowsAtOnce);
	setTimeout(prepareWords, 0, items);
	return {
		length: items.length,
		nodes: [rows, more],
		/* Shows those that have the text, which is in lower case; how many they are. */
		filter(text) {
			found = text === "" ? items
				: items.filter((item) => item.words().includes(text));
			made = 0;
			sought = text;
			rows.replaceChildren();
			show(rowsAtOnce);
			return found.length;
		},
		/* The element of what has that id, which is made for that; undefined: none has. */
		reveal(id) {
			const index = found.findIndex((item) => item.ids.includes(id));

			if (index >= made)
				show(index + 1);
			return found[index]?.row;
		},
	};
}

/*
 * An element that is always there, as a list for the filter: hidden where neither it has the text
 * nor @more does, lines that are not made yet.
 */
function fixedItem(node, more = []) {
	let words = null;

	return {
		filter(text) {
			words ??= [node.textContent, ...more].join("\n").toLowerCase();
			node.hidden = !words.includes(text);
			return node.hidden ? 0 : 1;
		},
		reveal: () => undefined,
	};
}

/* ---------------------------------------------------------------- filter */

/* The bar with the filter over @lists, "tasks" or what else @noun calls their items. */
function filterBar(lists, noun) {
	const count = element("output", { class: "quiet" });
	let writing = null;
	const field = element("input", {
		type: "search", id: "filter", placeholder: `Filter ${noun}`,
		"aria-label": `Filter ${noun}`, autocomplete: "off", spellcheck: "false",
	});

	field.onkeydown = ({ key }) => { if (key === "Escape") clearFilter(); };
	field.oninput = () => {
		const text = field.value.trim().toLowerCase();
		const found = lists.reduce((sum, list) => sum + list.filter(text), 0);

		count.textContent = text === "" ? "" : `${grouped(found)} found`;
		clearTimeout(writing);
		writing = setTimeout(writeText, ADDRESS_PAUSE);
	};
	return element("search", { class: "bar" }, field, count,
		keysButton(triageKeys));
}

function clearFilter() {
	const field = document.getElementById("filter");

	field.value = "";
	field.oninput();
}

/* ------------------------------------------------------------------ keys */

const triageKeys = [
	{ key: "j", says: "the next; Enter opens it", does: () => moveFocus(1) },
	{ key: "k", says: "the one before", does: () => moveFocus(-1) },
	{ key: "/", says: "filter", does: () => document.getElementById("filter").focus() },
	{ key: "Escape", says: "shows all again", does: () => clearFilter() },
];

/* To the next thing on the page that one would stop at, or the one before. */
function moveFocus(step) {
	const stops = [...document.querySelectorAll("[data-stop]")]
		.filter((stop) => stop.offsetParent);
	const at = stops.indexOf(document.activeElement);
	const next = stops[at < 0 ? (step > 0 ? 0 : stops.length - 1) : at + step];

	next?.focus();
	next?.scrollIntoView({ block: "nearest" });
}

/* ----------------------------------------------------------------- links */

/* The address has the text of the filter, in the words of a comparison's (filter.js). */
function writeText() {
	const text = document.getElementById("filter").value.trim();

	if (readFilter(location.hash).text !== text)
		history.replaceState(null, "", writeFilter({ ...noFilter(), text }));
}

/* Follows the address: "#text=mutex" is a filter; "#task-5" is shown whatever was filtered. */
function openAddress(lists) {
	const { text } = readFilter(location.hash);
	const [id] = new URLSearchParams(location.hash.slice(1)).keys();
	const field = document.getElementById("filter");

	if (field.value.trim() !== text) {
		field.value = text;
		field.oninput();
	}
	if (id && text === "")
		openTarget(lists, id);
}

/* What has that id is made, opened and gone to. */
function openTarget(lists, id) {
	const target = document.getElementById(id) ??
		lists.map((list) => list.reveal(id)).find(Boolean);

	if (target instanceof HTMLDetailsElement)
		target.open = true;
	for (let fold = target?.closest("details"); fold;
		fold = fold.parentElement.closest("details"))
		fold.open = true;
	target?.scrollIntoView();
	(target?.querySelector("[data-stop]") ?? target)?.focus({ preventScroll: true });
}

function beginTriage(lists) {
	listenForKeys(triageKeys);
	window.addEventListener("hashchange", () => openAddress(lists));
	openAddress(lists);
}

/* --------------------------------------------------------------- command */

function commandBox(command) {
	const text = element("code", {}, command);

	return element("div", { class: "command" }, element("pre", {}, text),
		element("button", {
			type: "button",
			onclick: (event) => copyText(event.target, "copy", command, () => {
				getSelection().selectAllChildren(text);
				return "selected";
			}),
		}, "copy"));
}
