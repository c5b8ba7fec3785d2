/** One run of FFmpeg or ffprobe, as it is posted to the worker. */
export interface Job {
	readonly tool: 'ffmpeg' | 'ffprobe';
	readonly scriptUrl: string;
	/** The compiled core; compiling takes longer than most jobs. */
	readonly module: WebAssembly.Module;
	readonly input: Blob;
	/** Where the input is to be mounted: a path in a folder of its own. */
	readonly inputFolder: string;
	readonly inputName: string;
	/** What the tool writes to this path is sent on instead of being kept. */
	readonly outputPath: string;
	readonly args: readonly string[];
	/** Bytes of one chunk of output; the last may be shorter. */
	readonly chunkBytes: number;
	/** One 32-bit integer: chunks that may still be sent. The worker sleeps while it is 0. */
	readonly credit: SharedArrayBuffer;
}

/** What the worker posts back. */
export type Report =
	| { readonly kind: 'chunk'; readonly data: Uint8Array<ArrayBuffer> }
	| { readonly kind: 'log'; readonly line: string }
	| { readonly kind: 'exit'; readonly code: number }
	| { readonly kind: 'crash'; readonly message: string };
