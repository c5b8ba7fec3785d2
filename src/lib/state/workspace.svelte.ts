import * as v from 'valibot';
import type { KeptText } from './settings.svelte.ts';

const key = 'confab.workspace';

/** Boundaries between panes that a person can move. */
export type Boundary = 'picture' | 'height' | 'lanes' | 'strip';

interface Share {
	readonly usual: number;
	readonly least: number;
	readonly most: number;
}

/** Parts of the workspace's width or height. */
const shares: Readonly<Record<Boundary, Share>> = {
	/** Of the width: the picture beside the text. */
	picture: { usual: 0.5, least: 0.25, most: 0.7 },
	/** Of the height: the picture above the text. */
	height: { usual: 0.3, least: 0.12, most: 0.6 },
	/** Of the height: the transport and the lanes. */
	lanes: { usual: 0.33, least: 0.12, most: 0.7 },
	/** The same where the picture is above the text. */
	strip: { usual: 0.18, least: 0.1, most: 0.6 },
};

/** How far one press of an arrow key moves a boundary. */
const step = 0.02;

function stored(boundary: Boundary) {
	const { usual } = shares[boundary];
	return v.optional(v.fallback(v.number(), usual), usual);
}

const schema = v.object({
	picture: stored('picture'),
	height: stored('height'),
	lanes: stored('lanes'),
	strip: stored('strip'),
});

/** How the panes of a result share the window; remembered between visits where the browser allows it. */
export class Workspace {
	readonly #kept: KeptText | null;
	#shares: Readonly<Record<Boundary, number>>;
	#textAlone = $state.raw(false);
	#lanesOpen = $state.raw(false);

	constructor(kept: KeptText | null) {
		this.#kept = kept;
		this.#shares = $state.raw(read(kept));
	}

	/** The part that lies before the boundary; of the lanes, the part after it. */
	share(boundary: Boundary): number {
		return this.#shares[boundary];
	}

	/** Between which values a boundary moves. */
	limits(boundary: Boundary): { readonly least: number; readonly most: number } {
		return shares[boundary];
	}

	/** Puts a boundary elsewhere, as far as it goes. */
	move(boundary: Boundary, share: number): void {
		if (!Number.isFinite(share)) return;
		this.#shares = { ...this.#shares, [boundary]: held(boundary, share) };
		try {
			this.#kept?.setItem(key, JSON.stringify(this.#shares));
		} catch {
			// It holds until the page is closed.
		}
	}

	/** One press of a key: -1 makes the part smaller, 1 larger. */
	step(boundary: Boundary, by: 1 | -1): void {
		this.move(boundary, this.#shares[boundary] + by * step);
	}

	reset(boundary: Boundary): void {
		this.move(boundary, shares[boundary].usual);
	}

	/** Whether the text has the whole width. */
	get textAlone(): boolean {
		return this.#textAlone;
	}

	toggleText(): void {
		this.#textAlone = !this.#textAlone;
	}

	/** Whether the lanes take the place of the text, where there is no room for both. */
	get lanesOpen(): boolean {
		return this.#lanesOpen;
	}

	toggleLanes(): void {
		this.#lanesOpen = !this.#lanesOpen;
	}
}

function held(boundary: Boundary, share: number): number {
	const { least, most } = shares[boundary];
	return Math.min(most, Math.max(least, share));
}

function read(kept: KeptText | null): Readonly<Record<Boundary, number>> {
	const { picture, height, lanes, strip } = parsed(kept);
	return {
		picture: held('picture', picture),
		height: held('height', height),
		lanes: held('lanes', lanes),
		strip: held('strip', strip),
	};
}

function parsed(kept: KeptText | null): v.InferOutput<typeof schema> {
	try {
		return v.parse(schema, JSON.parse(kept?.getItem(key) ?? '{}'));
	} catch {
		return v.parse(schema, {});
	}
}
