// SPDX-License-Identifier: GPL-2.0-or-later
/* Keys, and the list of them that "?" shows. */

/*
 * @keys are objects: key (as KeyboardEvent has it), says, and does(), which is absent where the
 * browser does it.
 */
function showKeys(keys) {
	const dialog = element("dialog", { class: "keys", "aria-labelledby": "keys-title" },
		element("h2", { id: "keys-title" }, "Keys"),
		element("dl", {}, keys.flatMap(({ key, says }) => [
			element("dt", {}, element("kbd", {}, key)), element("dd", {}, says),
		])),
		element("form", { method: "dialog" }, element("button", {}, "Close")));

	dialog.addEventListener("close", () => dialog.remove());
	document.body.append(dialog);
	dialog.showModal();
}

function keysButton(keys) {
	return element("button", { type: "button", class: "show-keys", "aria-label": "Keys",
		title: "keys", onclick: () => showKeys(keys) }, "?");
}

/* Keys are for the page as long as nobody types into a field; Escape leaves the field. */
function listenForKeys(keys) {
	const all = [...keys, { key: "?", says: "these keys", does: () => showKeys(all) }];

	document.addEventListener("keydown", (event) => {
		const typing = event.target.matches("input:not([type=checkbox]), select, textarea");

		if (event.ctrlKey || event.altKey || event.metaKey ||
			document.querySelector("dialog[open]"))
			return;
		if (typing) {
			if (event.key === "Escape") {
				// A field for searches would empty itself, and not say so.
				event.preventDefault();
				event.target.blur();
			}
			return;
		}
		const found = all.find(({ key }) => key === event.key);

		if (found?.does) {
			event.preventDefault();
			found.does();
		}
	});
	return all;
}
