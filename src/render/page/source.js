// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Syntax colours, as much of them as a reader of a few lines needs: comments, strings,
 * preprocessor lines, keywords, numbers. A library would have to be carried by every page and
 * fetched to build it; and none begins in the middle of a file, as regions do.
 */

const wordsOfC = new Set((
	"auto break case char const continue default do double else enum extern float for " +
	"goto if inline int long register restrict return short signed sizeof static struct " +
	"switch typedef typeof union unsigned void volatile while bool u8 u16 u32 u64 s8 s16 " +
	"s32 s64 __u8 __u16 __u32 __u64 __s8 __s16 __s32 __s64 size_t ssize_t gfp_t loff_t " +
	"pid_t dma_addr_t phys_addr_t __always_inline __init __exit __user __iomem __rcu " +
	"__percpu __must_check __maybe_unused __le16 __le32 __le64 __be16 __be32 __be64 true " +
	"false NULL"
).split(" "));
const wordsOfRust = new Set((
	"as async await break const continue crate dyn else enum extern false fn for if impl " +
	"in let loop match mod move mut pub ref return self Self static struct super trait " +
	"true type unsafe use where while"
).split(" "));
const noWords = new Set();

const doubleQuoted = /"(?:\\.|[^"\\])*"?/y;
const slashComment = /\/\/.*/y;
const hashComment = /#.*/y;
const nothing = /(?!)/; // matches nowhere

/*
 * By the end of a path. @line begins a comment that goes to the end of its line, @block says
 * whether there are those of C, @directive is a line of its own kind; quotes that are no strings
 * (labels, lifetimes, prose) are left alone.
 */
const languages = [
	{
		ends: /\.[ch]$|\.cocci$/, words: wordsOfC, block: true, line: slashComment,
		directive: /^\s*#/,
		strings: /"(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?/y,
	},
	{
		ends: /\.rs$/, words: wordsOfRust, block: true, line: slashComment,
		directive: /^\s*#!?\[/,
		strings: /"(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])'/y,
	},
	{
		ends: /\.S$|\.lds$/, words: noWords, block: true, line: slashComment,
		directive: /^\s*#/,
		strings: doubleQuoted,
	},
	{
		ends: /\.dts[io]?$/, words: noWords, block: true, line: slashComment,
		directive: /^\s*(?:#include|#define|\/[a-z-]+\/)/, strings: doubleQuoted,
	},
	{
		ends: /(^|\/)(Makefile|Kbuild|Kconfig)[^/]*$|\.(sh|py|ya?ml|pl)$/, words: noWords,
		block: false,
		line: hashComment, directive: nothing, strings: /"(?:\\.|[^"\\])*"/y,
	},
];

const nameWord = /[\p{L}_$][\p{L}\p{N}_$]*/uy;
const numberWord = /0[xX][0-9a-fA-F]+[uUlL]*|[0-9][0-9.]*(?:[eE][+-]?[0-9]+)?[uUlLfF]*/y;
const commentEnd = /[^]*?\*\//y;
const otherWords = /\s+|[^]/uy;

/* Lines that are longer are data: they stay as they are. */
const longestLine = 2000;

function languageOf(path) {
	return languages.find((language) => language.ends.test(path)) || null;
}

/* What @pattern, a sticky one, matches at @at of @text; "" where it does not. */
function matchAt(pattern, text, at) {
	pattern.lastIndex = at;
	const found = pattern.exec(text);

	return found ? found[0] : "";
}

/* The kind and text of what stands at @at outside of comments. */
function nextToken(language, text, at) {
	const strings = matchAt(language.strings, text, at);
	const name = matchAt(nameWord, text, at);
	const number = matchAt(numberWord, text, at);

	if (strings !== "")
		return ["string", strings];
	if (name !== "")
		return [language.words.has(name) ? "keyword" : "", name];
	if (number !== "")
		return ["number", number];
	return ["", matchAt(otherWords, text, at)];
}

/* Neighbours of one kind become one. */
function pushToken(tokens, kind, text) {
	const last = tokens[tokens.length - 1];

	if (last && last[0] === kind)
		last[1] += text;
	else if (text !== "")
		tokens.push([kind, text]);
}

/*
 * Cuts a line into pairs of a kind ("" for plain) and a text; together they are the line. @state
 * is "" or what the line before left open: "comment", "directive". Returns the tokens, and the
 * state for the next line.
 */
function tokenize(language, text, state) {
	const tokens = [];
	let directive = state === "directive" || (state === "" && language.directive.test(text));
	let open = state === "comment";
	let at = 0;

	if (text.length > longestLine)
		return { tokens: [["", text]], state };
	while (at < text.length) {
		const line = open ? "" : matchAt(language.line, text, at);

		if (open || (language.block && text.startsWith("/*", at))) {
			const from = open ? at : at + 2;
			const end = matchAt(commentEnd, text, from);
			const comment = end === "" ? text.slice(at) : text.slice(at, from) + end;

			open = end === "";
			pushToken(tokens, "comment", comment);
			at += comment.length;
		} else if (line !== "") {
			pushToken(tokens, "comment", line);
			at += line.length;
		} else {
			const [kind, word] = nextToken(language, text, at);

			pushToken(tokens, directive && kind !== "string" ? "directive"
				: kind, word);
			at += word.length;
		}
	}
	directive = directive && text.endsWith("\\");
	return { tokens, state: open ? "comment" : directive ? "directive" : "" };
}

/* So many lines tell whether a region begins in a comment. */
const telling = 50;

/* Whether a comment that began above goes on where @texts begin. */
function beginsInComment(texts) {
	for (const text of texts) {
		const begin = text.indexOf("/*");
		const end = text.indexOf("*/");

		if (end >= 0)
			return begin < 0 || end < begin;
		if (begin >= 0)
			return false;
		if (/^\s*\*(\s|$)/.test(text))
			return true;
	}
	return false;
}

/*
 * A function that gives the tokens of a line of @region by its index. What is open goes on from
 * line to line of each version by itself; a line of several is coloured as in the newest of them.
 * Lines are read up to the one that is asked for, so that the rest of a long region costs nothing.
 */
function colourLines(region, language) {
	const found = [];
	const open = {};

	if (!language)
		return (index) => [["", region.lines[index][1]]];
	for (const version of versions) {
		const first = projectRegion(region, version).slice(0, telling);
		const texts = first.map(({ index }) => region.lines[index][1]);

		open[version] = language.block && beginsInComment(texts) ? "comment" : "";
	}
	function read([mark, text]) {
		const within = versions.filter((version) => isIn(mark, version));
		const newest = within[within.length - 1];
		const { tokens, state } = tokenize(language, text, newest ? open[newest] : "");

		for (const version of within)
			open[version] = state;
		return tokens;
	}
	return (index) => {
		while (found.length <= index)
			found.push(read(region.lines[found.length]));
		return found[index];
	};
}
