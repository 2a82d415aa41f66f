// SPDX-License-Identifier: GPL-2.0-or-later
/* The page of a machine that stopped: the knot, and the tasks in it. */

function showLockup(page, records) {
	for (const deadlock of records.get("deadlock") || [])
		page.append(element("h2", {}, deadlock.locks.join(", ")));
}
