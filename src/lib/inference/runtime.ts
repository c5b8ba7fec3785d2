import type * as Ort from 'onnxruntime-web';

/** The parts of onnxruntime-web that are used, whichever of its builds they come from. */
export type Runtime = Pick<typeof Ort, 'InferenceSession' | 'Tensor' | 'env'>;

/** `webgpu` has both providers; `wasm` the CPU alone and is smaller. A page loads one of them. */
export type RuntimeKind = 'wasm' | 'webgpu';

export interface RuntimeOptions {
	/** Absolute address of the folder that `scripts/runtime.mjs` writes, with a slash at its end. */
	readonly folder: string;
	/** WebAssembly threads, the calling one included. */
	readonly threads: number;
}

/**
 * Loads a build of ONNX Runtime from our own origin. For the GPU that is the one with JavaScript
 * Promise Integration (16.8 MB) where the browser has it, else the Asyncify one (26.9 MB); without a
 * GPU the CPU build (14.3 MB).
 */
export async function loadRuntime(
	kind: RuntimeKind,
	{ folder, threads }: RuntimeOptions,
): Promise<Runtime> {
	const build = runtimeBuild(kind);
	switch (build) {
		case '':
			return configured(await import('onnxruntime-web/wasm'), build, folder, threads);
		case '.jspi':
			return configured(await import('onnxruntime-web/jspi'), build, folder, threads);
		case '.asyncify':
			return configured(await import('onnxruntime-web/webgpu'), build, folder, threads);
	}
}

/** What the names of the build's files have before their ending, in this browser. */
export function runtimeBuild(kind: RuntimeKind): '' | '.jspi' | '.asyncify' {
	if (kind === 'wasm') return '';
	return 'Suspending' in WebAssembly ? '.jspi' : '.asyncify';
}

function configured(runtime: Runtime, build: string, folder: string, threads: number): Runtime {
	const { env } = runtime;
	env.logLevel = 'error';
	env.wasm.numThreads = threads;
	// Absolute addresses: the development server would otherwise rewrite the import of the glue.
	env.wasm.wasmPaths = {
		mjs: `${folder}ort-wasm-simd-threaded${build}.mjs`,
		wasm: `${folder}ort-wasm-simd-threaded${build}.wasm`,
	};
	return runtime;
}

/**
 * Threads for WebAssembly: all cores of a small machine, half of the logical ones of a larger (two
 * of those share a core), eight at most. One where memory cannot be shared between threads.
 */
export function threadCount(logicalCores: number, isolated: boolean): number {
	if (!isolated || logicalCores <= 1) return 1;
	return logicalCores <= 4 ? logicalCores : Math.min(8, Math.ceil(logicalCores / 2));
}
