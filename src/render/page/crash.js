// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The page of a crash: the report that was looked into with its stack, the suspects beside it, the
 * command to type next; the other reports folded below.
 */

/* "cpu 0 · pid 1 · init · kernel 6.1.0": what the log has of these. */
function factsOf(report) {
	const facts = [
		["cpu", report.cpu], ["pid", report.pid], ["", report.comm],
		[report.hypervisor ? "Xen" : "kernel", report.kernel],
		["taint", report.taint], ["on", report.hardware],
	];

	return element("p", { class: "facts quiet" }, facts.filter(([, value]) => value !== null)
		.map(([name, value]) => element("span", {}, `${name} ${value}`.trim())));
}

function registersOf(report) {
	const registers = Object.entries(report.registers);

	if (registers.length === 0)
		return null;
	return lazyDetails({ class: "fold" }, "Registers", () =>
		element("dl", { class: "registers" }, registers.map(([name, value]) =>
			element("div", {}, element("dt", {}, name),
				element("dd", {}, value ?? "")))));
}

function instructionOf(code) {
	if (!code || code.instruction === null)
		return code ? element("pre", { class: "bytes" }, code.bytes) : null;
	return element("div", {},
		element("p", {}, element("code", { class: "instruction" }, code.instruction),
			code.address === null ? null
				: element("span", { class: "quiet" }, ` at 0x${code.address}`)),
		element("pre", { class: "bytes quiet" }, code.bytes));
}

/* What the instruction, the registers and the log say of it. */
function causeOf(report) {
	return element("div", { class: "cause" },
		report.assertion === null ? null
			: element("p", {}, "assertion ",
				element("code", { class: "instruction" }, report.assertion)),
		instructionOf(report.code),
		element("ul", {}, report.meanings.map(({ text }) => element("li", {}, text))),
		registersOf(report));
}

/* @suspects and @hand as of showSuspects(); empty for a report that was not looked into. */
function stackOf(report, suspects, hand) {
	const byFrame = new Map(suspects.map((suspect) => [suspect.frame, suspect]));

	if (report.frames.length === 0)
		return element("p", { class: "quiet" }, "The log has no stack of it.");
	return [
		report.begins
			? element("p", { class: "quiet" }, "Lines are where the functions begin.")
			: null,
		stackList(report.frames, (frame, index) => {
			const suspect = byFrame.get(index) ?? suspects.find(({ symbol, path }) =>
				frame.change && symbol === frame.symbol && path === frame.path);

			return frameRow(frame, suspect ? `#suspect-${suspect.rank}` : null, [],
				hand(frame.origin));
		}),
	];
}

function headOf(report) {
	return element("p", { class: "kind" }, element("strong", {}, report.kind),
		report.symbol === null ? null : [" in ", element("code", {}, report.symbol)],
		element("span", { class: "quiet" },
			`  ${report.format}, line ${report.line} of the log`));
}

function otherReports(reports, main) {
	return longList(reports.map((report, index) => ({
		id: `report-${index + 1}`, ids: [`report-${index + 1}`], report,
		summary: () => [element("strong", {}, `${index + 1}. ${report.kind}`),
			report.symbol === null ? "" : ` in ${report.symbol}`,
			element("span", { class: "quiet" },
				` line ${report.line}: ${report.title}`)],
		body: () => [factsOf(report), causeOf(report),
			stackOf(report, [], () => undefined)],
		words: () => [report.kind, report.title, report.comm,
			...report.frames.map(({ symbol }) => symbol)]
			.join("\n").toLowerCase(),
	})).filter((item) => item.report !== main));
}

function sourcesOf(verdict) {
	if (!verdict)
		return null;
	const { old_base, old_downstream, new_base, new_downstream } = verdict.sources;
	const names = (...pair) => pair.filter((name) => name !== null).join(", ");

	return element("p", { class: "quiet" },
		`${names(old_base, old_downstream)} compared with ` +
			names(new_base, new_downstream));
}

/* There may be a deadlock all the same, in the stacks of tasks. */
function showNoCrash(page, knots) {
	const lists = knots.map((node) => fixedItem(node));

	fill(page, {}, [knots.length > 0 ? filterBar(lists, "deadlocks") : null,
		element("header", {}, element("h1", {}, "The log tells of no crash.")), knots]);
	if (knots.length > 0)
		beginTriage(lists);
}

/* What else the log tells of, and what of that was too much. */
function showOthers(page, others, more) {
	if (others.length === 0 && !more)
		return;
	page.append(element("section", { class: "others" },
		element("h2", {}, "Other reports of the log"), others.nodes,
		more ? element("p", { class: "quiet" },
			`and ${grouped(more[0].reports)} more, which are left out`) : null));
}

function showCrash(page, records) {
	const reports = records.get("report") || [];
	const main = reports.find((report) => report.main);

	page.classList.add("triage");
	if (!main)
		return showNoCrash(page, knotsOf(records));
	const suspects = records.get("suspect") || [];
	const verdict = records.get("verdict")?.[0];
	// Without a downstream nobody told whose the trees are.
	const hand = (origin) => verdict?.sources.new_downstream ? origin : undefined;
	const others = otherReports(reports, main);
	const shown = showSuspects(suspects, records.get("commit") || [], verdict, hand);
	const frames = element("section", { class: "frames" }, element("h2", {}, "Stack"),
		stackOf(main, suspects, hand));
	const rows = [...frames.querySelectorAll(".frame")].map((row) => fixedItem(row));
	const lists = [others, ...rows, ...shown.lists];

	fill(page, {}, [filterBar(lists, "frames, suspects and reports"),
		element("header", {}, headOf(main), element("h1", {}, main.title), factsOf(main),
			sourcesOf(verdict)),
		causeOf(main), commandOf(verdict), unexplainedOf(verdict, main),
		...knotsOf(records),
		element("div", { class: "beside" }, frames, shown.node)]);
	showOthers(page, others, records.get("more"));
	beginTriage(lists);
}
