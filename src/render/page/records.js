// SPDX-License-Identifier: GPL-2.0-or-later
/* The records of --format=jsonl (docs/jsonl.md), which the page carries. */

/* A Map from each type to the records of it, in order. */
function readRecords(text) {
	const records = new Map();

	for (const line of text.split("\n")) {
		if (line === "")
			continue;
		const record = JSON.parse(line);

		if (!records.has(record.type))
			records.set(record.type, []);
		records.get(record.type).push(record);
	}
	return records;
}
