import { present } from '../support/assert.ts';

/** Two nodes joined: leaves are 0 to n - 1, the join at index i of the tree makes node n + i. */
export interface Join {
	readonly left: number;
	readonly right: number;
	/** Largest distance between a leaf of one and a leaf of the other. */
	readonly distance: number;
}

/** Nearest living neighbour of `x`; of equally near ones `preferred`, then the first. */
function nearest(
	distances: readonly number[][],
	alive: readonly boolean[],
	x: number,
	preferred: number,
): number {
	const row = present(distances[x], 'row');
	let best = preferred;
	let least = preferred === -1 ? Infinity : present(row[preferred], 'distance');
	for (const [i, distance] of row.entries()) {
		if (i !== x && alive[i] === true && distance < least) {
			least = distance;
			best = i;
		}
	}
	return best;
}

/**
 * Joins of the nearest-neighbour chain algorithm, in the order in which it finds them. Clusters are
 * known by one of their leaves here.
 */
function chainJoins(distances: readonly (readonly number[])[]): Join[] {
	const count = distances.length;
	const between = distances.map((row) => [...row]);
	const alive = new Array<boolean>(count).fill(true);
	const chain: number[] = [];
	const joins: Join[] = [];
	while (joins.length < count - 1) {
		if (chain.length === 0) chain.push(alive.indexOf(true));
		for (;;) {
			const x = present(chain.at(-1), 'end of the chain');
			const previous = chain.at(-2) ?? -1;
			const y = nearest(between, alive, x, previous);
			if (y === previous) break;
			chain.push(y);
		}
		const [x, y] = [present(chain.pop(), 'end'), present(chain.pop(), 'end')].sort((a, b) => a - b);
		const left = present(x, 'left');
		const right = present(y, 'right');
		joins.push({ left, right, distance: present(between[left]?.[right], 'distance') });
		alive[left] = false;
		for (const [i, row] of between.entries()) {
			if (i === right || alive[i] !== true) continue;
			const farther = Math.max(present(row[left], 'distance'), present(row[right], 'distance'));
			row[right] = farther;
			present(between[right], 'row')[i] = farther;
		}
	}
	return joins;
}

/**
 * Complete-linkage tree of a symmetric distance matrix, joins by growing distance. Ties fall as in the
 * baseline's libraries (SciPy's nearest-neighbour chain, a stable sort, smaller node left).
 */
export function completeLinkage(distances: readonly (readonly number[])[]): Join[] {
	const count = distances.length;
	const nodeOf = distances.map((_, leaf) => leaf);
	const parents = new Map<number, number>();
	const rootOf = (leaf: number): number => {
		let node = present(nodeOf[leaf], 'leaf');
		for (let up = parents.get(node); up !== undefined; up = parents.get(node)) node = up;
		return node;
	};
	const sorted = chainJoins(distances).sort((a, b) => a.distance - b.distance);
	return sorted.map(({ left, right, distance }, i) => {
		const a = rootOf(left);
		const b = rootOf(right);
		parents.set(a, count + i).set(b, count + i);
		return { left: Math.min(a, b), right: Math.max(a, b), distance };
	});
}

/** Puts `item` in place of the smallest of a binary heap and lets it sink (as Python's heapq does). */
function replaceSmallest(heap: number[], item: number): void {
	const at = (index: number): number => heap[index] ?? Infinity;
	// heapq first lets the hole sink to a leaf along the smaller children, then lifts the item.
	let hole = 0;
	for (let child = 1; child < heap.length; child = 2 * hole + 1) {
		const smaller = child + 1 < heap.length && at(child) >= at(child + 1) ? child + 1 : child;
		heap[hole] = at(smaller);
		hole = smaller;
	}
	heap[hole] = item;
	lift(heap, hole);
}

function lift(heap: number[], index: number): void {
	const item = present(heap[index], 'item');
	let hole = index;
	while (hole > 0) {
		const parent = (hole - 1) >> 1;
		const above = present(heap[parent], 'parent');
		if (item >= above) break;
		heap[hole] = above;
		hole = parent;
	}
	heap[hole] = item;
}

function leavesOf(node: number, tree: readonly Join[], count: number): number[] {
	if (node < count) return [node];
	const { left, right } = present(tree[node - count], 'join');
	return [...leavesOf(left, tree, count), ...leavesOf(right, tree, count)];
}

/**
 * Cluster number of each of `count` leaves when joins at `threshold` and above are undone, numbered as
 * scikit-learn numbers them: by their place in the heap of nodes that it splits the largest of.
 */
export function cutTree(tree: readonly Join[], count: number, threshold: number): number[] {
	const splits = tree.filter((join) => join.distance >= threshold).length;
	const heap = [-(count + tree.length - 1)];
	for (let split = 0; split < splits; split += 1) {
		const { left, right } = present(tree[-present(heap[0], 'root') - count], 'join');
		heap.push(-left);
		lift(heap, heap.length - 1);
		replaceSmallest(heap, -right);
	}
	const labels = new Array<number>(count).fill(0);
	for (const [label, node] of heap.entries()) {
		for (const leaf of leavesOf(-node, tree, count)) labels[leaf] = label;
	}
	return labels;
}
