// SPDX-License-Identifier: GPL-2.0-or-later
/* The page of a crash: its stack, and the suspects. */

function showCrash(page, records) {
	for (const report of records.get("report") || [])
		page.append(element("h2", {}, report.title));
}
