/** What the worker gets with the package's message `load`, beside the package's own settings. */
export interface CoreExtras {
	readonly coreURL: string;
	/** Compiling takes longer than most jobs. */
	readonly module: WebAssembly.Module;
	/** What the tool writes to this path is handed over instead of being kept. */
	readonly outputPath: string;
	/** Chunks on their way, filled in turn. */
	readonly slots: readonly Uint8Array<SharedArrayBuffer>[];
	/** One number: slots that may be filled. The tool sleeps while it is 0. */
	readonly free: Int32Array<SharedArrayBuffer>;
}

/** Type of the log event that says that the next slot is filled; its message is the count of bytes. */
export const outputEvent = 'output';
