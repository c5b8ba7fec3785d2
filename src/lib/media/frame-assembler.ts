import type { FrameRequest } from './decode-path.ts';
import type { FrameBlock } from './media-source.ts';
import { PictureConverter } from './picture.ts';
import type { Picture } from './picture.ts';

/** Bytes of a block at most, unless a single frame is larger. */
const BLOCK_BYTES = 8 * 1024 * 1024;

/** Converts pictures and gathers them into blocks of consecutive frames. */
export class FrameAssembler {
	readonly #request: FrameRequest;
	readonly #converter: PictureConverter;
	readonly #frameBytes: number;
	readonly #capacity: number;
	#start: number;
	#count = 0;
	#data = new Uint8Array(0);

	constructor(request: FrameRequest) {
		this.#request = request;
		this.#converter = new PictureConverter(request);
		this.#frameBytes = request.width * request.height * request.channels;
		const fitting = Math.max(1, Math.floor(BLOCK_BYTES / this.#frameBytes));
		this.#capacity = Math.min(request.blockFrames, fitting);
		this.#start = request.startFrame;
	}

	/** Adds a picture that is shown for `count` frames; gives the blocks that are full. */
	*add(picture: Picture, count: number): Generator<FrameBlock, void, undefined> {
		let converted: Uint8Array | null = null;
		for (let i = 0; i < count; i++) {
			if (this.#data.length === 0) {
				this.#data = new Uint8Array(this.#capacity * this.#frameBytes);
			}
			const offset = this.#count * this.#frameBytes;
			if (converted) this.#data.set(converted, offset);
			else this.#converter.convert(picture, this.#data, offset);
			this.#count++;
			// A block that is given away may be transferred: copy what the next one needs.
			if (i + 1 < count && !converted) {
				converted = this.#data.slice(offset, offset + this.#frameBytes);
			}
			if (this.#count === this.#capacity) yield this.#cut();
		}
	}

	/** What is left of the last block. */
	*rest(): Generator<FrameBlock, void, undefined> {
		if (this.#count > 0) yield this.#cut();
	}

	#cut(): FrameBlock {
		const { width, height, channels } = this.#request;
		const bytes = this.#count * this.#frameBytes;
		const block = {
			startFrame: this.#start,
			count: this.#count,
			width,
			height,
			channels,
			data: bytes === this.#data.length ? this.#data : this.#data.slice(0, bytes),
		};
		this.#start += this.#count;
		this.#count = 0;
		this.#data = new Uint8Array(0);
		return block;
	}
}
