// SPDX-License-Identifier: GPL-2.0-or-later
/* The records of --format=jsonl (docs/jsonl.md), which the page carries. */

const framesField = ',"frames":';

/*
 * Of a task most is its stack, the last of its fields: that is read when somebody asks for it, as
 * a machine has thousands of tasks. (Quotes in a string are escaped, so it is the field indeed.)
 */
function readTask(line) {
	const at = line.indexOf(framesField);
	const task = JSON.parse(`${line.slice(0, at)}}`);

	Object.defineProperty(task, "frames",
		{ get: () => JSON.parse(line.slice(at + framesField.length, -1)) });
	return task;
}

/* A Map from each type to the records of it, in order. */
function readRecords(text) {
	const records = new Map();

	for (const line of text.split("\n")) {
		if (line === "")
			continue;
		const record = line.startsWith('{"type":"task"') ? readTask(line)
			: JSON.parse(line);

		if (!records.has(record.type))
			records.set(record.type, []);
		records.get(record.type).push(record);
	}
	return records;
}
