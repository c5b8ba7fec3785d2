import type { Gpu } from '../../inference/gpu.ts';
import type { AvsrWay } from './avsr-shelf.ts';
import type { AvsrKind } from './manifest.ts';

/** One way to run an artefact of a kind. */
export interface KindWay extends AvsrWay {
	readonly kind: AvsrKind;
}

/**
 * The ways in which artefacts can be run, the best first. Half precision is for GPUs that have it. 4
 * bits run on any GPU; on the CPU, which expands the matrices again and again, only when nothing else
 * is there. `fp32` fills all the memory that WebAssembly can have.
 */
const ways: readonly KindWay[] = [
	{ kind: 'fp16', arithmetic: 'float16', provider: 'webgpu' },
	{ kind: 'q4', arithmetic: 'float16', provider: 'webgpu' },
	{ kind: 'q4', arithmetic: 'float32', provider: 'webgpu' },
	{ kind: 'q8', arithmetic: 'float32', provider: 'wasm' },
	{ kind: 'fp32', arithmetic: 'float32', provider: 'wasm' },
	{ kind: 'q4', arithmetic: 'float32', provider: 'wasm' },
];

/** The ways to run artefacts of these kinds here, the best first; none where nothing here runs them. */
export function waysOf(kinds: readonly AvsrKind[], gpu: Gpu): readonly KindWay[] {
	return ways.filter((way) => kinds.includes(way.kind) && canRun(way, gpu));
}

function canRun({ arithmetic, provider }: AvsrWay, gpu: Gpu): boolean {
	if (provider === 'wasm') return true;
	return gpu.available && (arithmetic === 'float32' || gpu.halfPrecision);
}
