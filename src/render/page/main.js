// SPDX-License-Identifier: GPL-2.0-or-later
/* Shows the records as what they are of. */

const views = { comparison: showComparison, crash: showCrash, lockup: showLockup };

views[document.body.dataset.view](document.getElementById("page"),
	readRecords(document.getElementById("records").textContent));
