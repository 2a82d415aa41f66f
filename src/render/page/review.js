// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which regions a person has reviewed.  The browser keeps it, by the sources of the page and the
 * id of the region, so that the mark is there again when the same comparison is made anew.
 */

/* What is kept; an empty set where the browser refuses. */
function readMarks(name) {
	try {
		return new Set(JSON.parse(localStorage.getItem(name) || "[]"));
	} catch {
		return new Set();
	}
}

function openReviews(sources) {
	const name = `metadiff reviewed: ${Object.values(sources).join(" ")}`;
	const reviews = { marks: readMarks(name), kept: true };

	try {
		localStorage.setItem(name, JSON.stringify([...reviews.marks]));
	} catch {
		reviews.kept = false;
	}
	reviews.has = (id) => reviews.marks.has(id);
	reviews.turn = (id) => {
		// Another window may have marked something since.
		if (reviews.kept)
			reviews.marks = readMarks(name);
		if (!reviews.marks.delete(id))
			reviews.marks.add(id);
		try {
			localStorage.setItem(name, JSON.stringify([...reviews.marks]));
		} catch {
			reviews.kept = false;
		}
	};
	return reviews;
}

function countReviewed(view) {
	return view.entries.reduce((count, entry) => count + view.reviews.has(entry.id), 0);
}
