// SPDX-License-Identifier: GPL-2.0-or-later
/* The page of a comparison. */

function pathOf(file) {
	const { new_downstream, old_downstream, new_base, old_base } = file.paths;

	return new_downstream ?? old_downstream ?? new_base ?? old_base;
}

function showComparison(page, records) {
	for (const file of records.get("file") || []) {
		page.append(showFile(file));
		for (const region of file.regions)
			page.append(showRegion(file, region));
	}
}
