// SPDX-License-Identifier: GPL-2.0-or-later
/* Copying, which a browser refuses to some: to a page from disk, or one that came by plain http. */

/* So long a button says what it did: until that is read; in ms. */
const SAID_FOR = 2000;

/* Copies @text, or else does @instead; the button, of that @label, says what was done. */
async function copyText(button, label, text, instead) {
	let said = "copied";

	try {
		await navigator.clipboard.writeText(text);
	} catch {
		said = instead();
	}
	button.textContent = said;
	setTimeout(() => { button.textContent = label; }, SAID_FOR);
}
