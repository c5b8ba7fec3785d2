import type { StudioDocument } from '../../domain/studio-document.ts';

/** A place on the map, in hundredths of its side. */
export interface Point {
	readonly x: number;
	readonly y: number;
}

export interface MapNode extends Point {
	readonly speakerId: string;
}

/** The people of one conversation side by side on the ring. */
export interface MapGroup {
	/** Null for somebody whom no conversation was found for. */
	readonly conversation: number | null;
	readonly nodes: readonly MapNode[];
	/** The part of the ring that they stand on, as an SVG path. */
	readonly path: string;
}

export interface MapLayout {
	readonly groups: readonly MapGroup[];
	readonly nodes: ReadonlyMap<string, MapNode>;
	/** How many people would fill the ring, the gaps between conversations included. */
	readonly places: number;
	/** Width of the ground under a conversation: where it is crowded it stays clear of the next one. */
	readonly groundWidth: number;
}

const centre = 50;
/** Of the ring that everyone stands on. */
const radius = 36;
const widestGround = 22;

function pointAt(turns: number): Point {
	const angle = 2 * Math.PI * (turns - 0.25);
	return { x: centre + radius * Math.cos(angle), y: centre + radius * Math.sin(angle) };
}

function pathBetween(from: number, to: number): string {
	const [a, b] = [pointAt(from), pointAt(to)];
	const large = to - from > 0.5 ? 1 : 0;
	const start = `M${a.x.toFixed(2)} ${a.y.toFixed(2)}`;
	// A line of no length still draws its round ends.
	if (from === to) return `${start}h0.01`;
	return `${start}A${radius} ${radius} 0 ${large} 1 ${b.x.toFixed(2)} ${b.y.toFixed(2)}`;
}

/**
 * Everyone on a ring, those of one conversation side by side, a gap between conversations; the first
 * conversation is centred at the top. The same document always gives the same map.
 */
export function mapLayout({ speakers, conversations }: StudioDocument): MapLayout {
	const companies: { conversation: number | null; ids: readonly string[] }[] = [
		...conversations.map(({ number, speakerIds }) => ({ conversation: number, ids: speakerIds })),
		...speakers
			.filter(({ conversation }) => conversation === null)
			.map(({ id }) => ({ conversation: null, ids: [id] })),
	];
	const gap = companies.length > 1 ? 0.8 : 0;
	const places = speakers.length + gap * companies.length;
	let at = -((companies[0]?.ids.length ?? 1) - 1) / 2;
	const groups = companies.map(({ conversation, ids }): MapGroup => {
		const start = at;
		at += ids.length + gap;
		const nodes = ids.map((speakerId, i) => ({
			speakerId,
			...pointAt((start + i) / places),
		}));
		const path = pathBetween(start / places, (start + ids.length - 1) / places);
		return { conversation, nodes, path };
	});
	const nodes = groups.flatMap((group) =>
		group.nodes.map((node) => [node.speakerId, node] as const),
	);
	const spacing = (2 * Math.PI * radius) / Math.max(1, places);
	const groundWidth = Math.min(widestGround, 1.5 * spacing);
	return { groups, nodes: new Map(nodes), places, groundWidth };
}

/** Where somebody who is let go at a place is sent: to the conversation nearest, or a new one. */
export function dropTarget(
	{ groups }: MapLayout,
	speakerId: string,
	point: Point,
): number | 'new' | null {
	const distance = (other: Point): number => Math.hypot(other.x - point.x, other.y - point.y);
	if (distance({ x: centre, y: centre }) < newRadius) return 'new';
	let nearest: { conversation: number; away: number } | null = null;
	for (const { conversation, nodes } of groups) {
		if (conversation === null) continue;
		for (const node of nodes) {
			if (node.speakerId === speakerId && nodes.length > 1) continue;
			const away = distance(node);
			if (away < reach && away < (nearest?.away ?? Infinity)) nearest = { conversation, away };
		}
	}
	return nearest?.conversation ?? null;
}

/** Of the place in the middle where a new conversation begins. */
export const newRadius = 13;
/** So near to a person of a conversation one is in it. */
const reach = 20;
