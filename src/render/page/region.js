// SPDX-License-Identifier: GPL-2.0-or-later
/* A region of a comparison: its lines, each with its two signs. */

function showRegion(file, region) {
	return element("pre", { class: "region", id: region.id },
		region.lines.map(([mark, text]) => `${mark} ${text}\n`));
}
