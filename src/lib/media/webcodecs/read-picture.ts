import type { VideoSample } from 'mediabunny';
import type { ColourMatrix, Picture } from '../picture.ts';

/** What the container says about colour; a decoder fills gaps with guesses of its own. */
export interface Colour {
	readonly matrix: ColourMatrix;
	/** Null where the container is silent; then the decoded frame decides. */
	readonly fullRange: boolean | null;
}

/** Reads decoded samples into memory that is reused from one to the next. */
export class PictureReader {
	readonly #colour: Colour;
	#memory = new Uint8Array(0);

	constructor(colour: Colour) {
		this.#colour = colour;
	}

	/** The sample's pixels, valid until the next call. Does not close the sample. */
	async read(sample: VideoSample): Promise<Picture> {
		const layout = layoutOf(sample.format);
		const options: VideoFrameCopyToOptions =
			layout === 'rgba' && sample.format !== 'RGBA' && sample.format !== 'RGBX'
				? { format: 'RGBA' }
				: {};
		const size = sample.allocationSize(options);
		if (this.#memory.length < size) this.#memory = new Uint8Array(size);
		const planes = await sample.copyTo(this.#memory, options);
		return {
			layout,
			data: this.#memory,
			planes,
			width: sample.visibleRect.width,
			height: sample.visibleRect.height,
			matrix: this.#colour.matrix,
			fullRange: this.#colour.fullRange ?? sample.colorSpace.fullRange ?? false,
			rotation: sample.rotation,
			flip: sample.flip,
		};
	}
}

const layouts: Partial<Record<string, Picture['layout']>> = {
	...{ I420: '420', I420A: '420', I422: '422', I422A: '422', I444: '444', I444A: '444' },
	NV12: 'nv12',
};

/** Everything without a layout of its own, deeper samples included, is converted by the browser. */
function layoutOf(format: VideoSample['format']): Picture['layout'] {
	return layouts[format ?? ''] ?? 'rgba';
}
