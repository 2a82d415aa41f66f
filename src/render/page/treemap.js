// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where the downstream changed, as a map: a rectangle a folder, in it one a file, and in a file one
 * a function; its area is the lines that are shown, its colour the worst class in it.
 *
 * The rectangles are those of Bruls, Huizing and van Wijk, "Squarified Treemaps" (2000): each row
 * takes one more item as long as that brings its worst rectangle nearer to a square.
 */

/* Narrower is no target for a mouse, and a label needs more; in CSS pixels. */
const LEAST_CELL = 5;
const LEAST_LABEL = { width: 34, height: 15 };
const LEAST_FOLDER = { width: 52, height: 44 };
const FOLDER_TITLE = 17;

function makeNode(name, path) {
	return { name, path, size: 0, regions: 0, rank: Infinity, class: WHOLE_FILE,
		children: new Map(),
		first: null };
}

function addToNode(node, entry) {
	const rank = classRanks.get(entry.class);

	node.size += sizeOf(entry);
	node.regions++;
	node.first ??= entry;
	if (rank < node.rank) {
		node.rank = rank;
		node.class = entry.class;
	}
}

function childOf(node, name, path) {
	if (!node.children.has(name))
		node.children.set(name, makeNode(name, path));
	return node.children.get(name);
}

/* A folder that holds one folder alone is one with it: "net/ethernet/". */
function foldChains(node) {
	for (const [name, child] of node.children) {
		foldChains(child);
		if (child.children.size !== 1 || !child.path.endsWith("/"))
			continue;
		const [only] = child.children.values();

		if (only.path.endsWith("/")) {
			only.name = child.name + only.name;
			node.children.set(name, only);
		}
	}
}

/*
 * The shown entries below @root, a folder that ends in "/", or a file, of which one sees functions.
 */
function buildTree(entries, root) {
	const tree = makeNode(root, root);
	const folder = root.endsWith("/") ? root.length : 0;

	for (const entry of entries) {
		if (!entry.shown)
			continue;
		addToNode(tree, entry);
		if (entry.path === root) {
			const name = entry.region?.function ?? "(no function)";

			addToNode(childOf(tree, name, null), entry);
			continue;
		}
		let node = tree;
		let end = folder;

		while (end < entry.path.length) {
			const slash = entry.path.indexOf("/", end);
			const next = slash < 0 ? entry.path.length : slash + 1;

			node = childOf(node, entry.path.slice(end, next),
				entry.path.slice(0, next));
			addToNode(node, entry);
			end = next;
		}
	}
	foldChains(tree);
	return tree;
}

/* The children of @node, the largest first. */
function bySize(node) {
	return [...node.children.values()].sort((one, other) => other.size - one.size);
}

/* How far the worst of @row is from a square when it stands on a side of @length; 1 is square. */
function worstShape(row, total, length) {
	const largest = row[0].area;
	const smallest = row[row.length - 1].area;

	return Math.max(length * length * largest / (total * total),
		total * total / (length * length * smallest));
}

/* Puts @row along the shorter side of @box; returns what is left of the box. */
function placeRow(row, total, box, cells) {
	const wide = box.width >= box.height;
	const length = wide ? box.height : box.width;
	const depth = Math.min(total / length, wide ? box.width : box.height);
	let at = wide ? box.y : box.x;

	for (const { node, area } of row) {
		const extent = area / total * length;

		cells.push(wide
			? { node, x: box.x, y: at, width: depth, height: extent }
			: { node, x: at, y: box.y, width: extent, height: depth });
		at += extent;
	}
	return wide
		? { x: box.x + depth, y: box.y, width: box.width - depth, height: box.height }
		: { x: box.x, y: box.y + depth, width: box.width, height: box.height - depth };
}

/* @nodes, the largest first, as cells that fill @box. */
function squarify(nodes, box) {
	const sum = nodes.reduce((total, node) => total + node.size, 0);
	const scale = box.width * box.height / sum;
	const cells = [];
	let row = [];
	let total = 0;

	for (const node of nodes) {
		const area = node.size * scale;
		const item = { node, area };
		const length = Math.min(box.width, box.height);

		if (row.length > 0 && worstShape([...row.slice(0, 1), item], total + area, length) >
				worstShape(row, total, length)) {
			box = placeRow(row, total, box, cells);
			row = [];
			total = 0;
		}
		row.push(item);
		total += area;
	}
	if (row.length > 0)
		placeRow(row, total, box, cells);
	return cells;
}

function describeNode(node) {
	const where = node.path ?? `${node.first.path}: ${node.name}`;

	return `${where}: ${plural(node.regions, "region")}, ${plural(node.size, "line")}, ` +
		`the worst ${node.class}`;
}

/* Where a click on it leads: into a folder or a file, and from a function to its first region. */
function linkOfNode(view, node) {
	if (node.path === null)
		return writeFilter(view.filter, node.first.id);
	return writeFilter({ ...view.filter, path: node.path });
}

function drawCell(view, cell, kind, ...children) {
	const made = element("a", {
		class: `tile ${kind}`, "data-class": cell.node.class, tabindex: -1,
		href: linkOfNode(view, cell.node), title: describeNode(cell.node),
	}, ...children);

	made.style.left = `${cell.x}px`;
	made.style.top = `${cell.y}px`;
	made.style.width = `${Math.max(0, cell.width - 1)}px`; // the paper is the line between two
	made.style.height = `${Math.max(0, cell.height - 1)}px`;
	return made;
}

function drawNodes(view, nodes, box, made) {
	for (const cell of squarify(nodes, box)) {
		const { node, x, y, width, height } = cell;

		if (width < LEAST_CELL || height < LEAST_CELL) {
			made.push(drawCell(view, cell, "leaf"));
			continue;
		}
		if (node.children.size === 0 || width < LEAST_FOLDER.width ||
			height < LEAST_FOLDER.height) {
			const label = width >= LEAST_LABEL.width && height >= LEAST_LABEL.height;

			made.push(drawCell(view, cell, "leaf", label && node.name));
			continue;
		}
		made.push(drawCell(view, { ...cell, height: FOLDER_TITLE }, "folder", node.name));
		drawNodes(view, bySize(node),
			{ x, y: y + FOLDER_TITLE, width, height: height - FOLDER_TITLE }, made);
	}
	return made;
}

/* Fills @map, which is hidden where it would be too small to be read. */
function drawMap(view, map, tree) {
	const { clientWidth: width, clientHeight: height } = map;
	const cells = [];

	if (width > 0 && tree.size > 0)
		drawNodes(view, bySize(tree), { x: 0, y: 0, width, height }, cells);
	map.replaceChildren(...cells);
}
