// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Elements made of data. What comes from the input becomes text nodes and attribute values alone,
 * never markup: nothing in the page sets innerHTML.
 */

// Of all scripts, for this is the first of them.
"use strict";

function fill(made, attributes, children) {
	for (const [name, value] of Object.entries(attributes || {})) {
		if (typeof value === "function")
			made[name] = value; // onclick and its like
		else if (value === true)
			made.setAttribute(name, "");
		else if (value !== false && value !== null && value !== undefined)
			made.setAttribute(name, value);
	}
	for (const child of children.flat(Infinity))
		if (child !== null && child !== undefined && child !== false)
			made.append(child);
	return made;
}

/* @children are elements, strings, or arrays of these; null is left out. */
function element(name, attributes, ...children) {
	return fill(document.createElement(name), attributes, children);
}

function drawing(name, attributes, ...children) {
	return fill(document.createElementNS("http://www.w3.org/2000/svg", name), attributes,
		children);
}

/* Digits of a commit's id for a reader: as git abbreviates in a kernel. */
const idDigits = 12;

/* A count as a person reads it: "10,000". */
function grouped(count) {
	return count.toLocaleString("en");
}

function plural(count, noun) {
	return `${grouped(count)} ${noun}${count === 1 ? "" : "s"}`;
}
