import { elementCount } from '../../src/lib/conversion/checkpoint.ts';
import { type AvsrNetwork, tensorsOf } from '../../src/lib/conversion/avsr/network.ts';

/**
 * Weights by rule, for checking the code without the published checkpoint. Each number follows from
 * its tensor's name and its place there, so that another implementation can make the same ones: with
 * u in [-1, 1) a hash of both, a matrix or a kernel is u sqrt(3 / fan), where fan is the number of
 * elements in a row; see `numberOf` for the rest.
 */
export function weightsByRule(name: string, shape: readonly number[]): Float32Array {
	const count = elementCount(shape);
	const hash = fnv1a(name);
	const number = numberOf(name, shape);
	const values = new Float32Array(count);
	for (let i = 0; i < count; i++) values[i] = number(mixed((i + hash) >>> 0) / 2 ** 31 - 1);
	return values;
}

/** FNV-1a in 32 bits. */
function fnv1a(text: string): number {
	let hash = 0x811c9dc5;
	for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
	return hash >>> 0;
}

/** Chris Wellons' lowbias32: every bit of the result depends on every bit of x. */
function mixed(value: number): number {
	let x = value;
	x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
	x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
	return (x ^ (x >>> 16)) >>> 0;
}

function numberOf(name: string, shape: readonly number[]): (u: number) => number {
	const kind = name.slice(name.lastIndexOf('.') + 1);
	if (name.endsWith('decoder.embed.0.weight')) return (u) => 0.05 * u;
	if (kind === 'original0' || kind === 'weight_g') return (u) => 4 + u;
	if (kind === 'running_mean') return (u) => 0.1 * u;
	if (kind === 'running_var') return (u) => 1 + 0.5 * u;
	if (kind === 'bias') return (u) => 0.02 * u;
	if (shape.length === 1) {
		// One number a channel: the slope of a PReLU, or the gain of a normalisation.
		const slope = /(relu\d|frontend3D\.2)\.weight$/.test(name);
		return slope ? (u) => 0.25 + 0.05 * u : (u) => 1 + 0.1 * u;
	}
	const fan = elementCount(shape) / (shape[0] ?? 1);
	const scale = Math.sqrt(3 / fan);
	return (u) => u * scale;
}

/** A network with few and narrow layers, for tests; the code is that of the large one. */
export const reducedNetwork: AvsrNetwork = {
	prefix: 'avsr.',
	width: 64,
	encoderLayers: 2,
	encoderHeads: 4,
	encoderInner: 128,
	decoderLayers: 2,
	decoderHeads: 4,
	decoderInner: 96,
	units: 61,
	stem: 8,
	stages: [8, 16, 24, 32],
	position: {
		taps: 128,
		groups: 4,
		gain: 'parametrizations.weight.original0',
		direction: 'parametrizations.weight.original1',
	},
};

/** Content of config.json, as far as it is read. */
export function configOf(network: AvsrNetwork): Record<string, number> {
	return { num_attention_heads: network.encoderHeads, dheads: network.decoderHeads };
}

/** Tensors that a published checkpoint holds but the network does not use. */
const unused: ReadonlyMap<string, readonly number[]> = new Map([
	['encoder.mask_emb', [104]],
	['encoder.label_embs_concat', [2004, 256]],
]);

/** Names and shapes of all tensors of a checkpoint, those it does not need included, in file order. */
export function checkpointTensors(network: AvsrNetwork): Map<string, readonly number[]> {
	const tensors = new Map<string, readonly number[]>();
	for (const [name, shape] of unused) tensors.set(`${network.prefix}${name}`, shape);
	for (const [name, shape] of tensorsOf(network)) tensors.set(name, shape);
	return tensors;
}
