import { deferred } from '../support/deferred.ts';
import type { FrameBlock } from './media-source.ts';
import { cropBlock, frameCountOf, type MovingSquare } from './view.ts';

/**
 * Hands each of some windows its own pictures, from one way through the frames: the whole picture is decoded once,
 * however many windows there are. `use` is called when a window's first frame comes, and reads its frames as they
 * come; a block is cut up when all have read the one before, so that no more than one is held.
 *
 * @param frames grey, from the first frame of the first window on or before
 * @param size of the pictures that are handed out, both ways
 * @returns what `use` returns, by window. A window without any frame in `frames` is used with none.
 * @throws what `use` throws first.
 */
export async function fanOut<T>(
	frames: AsyncIterable<FrameBlock>,
	windows: readonly MovingSquare[],
	size: number,
	use: (frames: AsyncIterable<FrameBlock>, index: number) => Promise<T>,
): Promise<T[]> {
	const failed = new AbortController();
	const lines = windows.map(() => new Line());
	const results: (Promise<T> | null)[] = windows.map(() => null);
	const begin = (index: number): Promise<T> => {
		const result = use(lines[index]!, index);
		result.catch((error: unknown) => failed.abort(error));
		return result;
	};
	try {
		for await (const block of frames) {
			failed.signal.throwIfAborted();
			const taken: Promise<void>[] = [];
			for (const [index, window] of windows.entries()) {
				const crop = cropBlock(block, window, size);
				if (crop === null) continue;
				results[index] ??= begin(index);
				taken.push(lines[index]!.give(crop));
				const isLast = crop.startFrame + crop.count === frameCountOf(window);
				if (isLast) lines[index]!.end();
			}
			await Promise.all(taken);
		}
	} finally {
		for (const line of lines) line.end();
	}
	return Promise.all(results.map((result, index) => result ?? begin(index)));
}

/** Blocks on their way to one reader. */
class Line implements AsyncIterable<FrameBlock> {
	readonly #waiting: { readonly block: FrameBlock; readonly taken: () => void }[] = [];
	#news = deferred<null>();
	#isOver = false;

	/** Resolves when the block has been read, or nobody wants it any more. */
	give(block: FrameBlock): Promise<void> {
		if (this.#isOver) return Promise.resolve();
		const read = deferred<null>();
		this.#waiting.push({ block, taken: () => read.resolve(null) });
		this.#wake();
		return read.promise.then(() => undefined);
	}

	/** No block follows those that were given. */
	end(): void {
		this.#isOver = true;
		this.#wake();
	}

	async *[Symbol.asyncIterator](): AsyncGenerator<FrameBlock> {
		try {
			for (;;) {
				const next = this.#waiting[0];
				if (next) {
					yield next.block;
					this.#waiting.shift();
					next.taken();
				} else if (this.#isOver) return;
				else await this.#news.promise;
			}
		} finally {
			this.#isOver = true;
			for (const { taken } of this.#waiting.splice(0)) taken();
		}
	}

	#wake(): void {
		this.#news.resolve(null);
		this.#news = deferred<null>();
	}
}
