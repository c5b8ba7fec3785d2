import * as v from 'valibot';
import { soundWidth } from '../../recognisers/avsr/graphs.ts';
import { ConfabError } from '../../support/errors.ts';
import type { StoredCheckpoint } from '../checkpoint.ts';

/** Sizes of an AV-HuBERT recogniser, and how its checkpoint names its tensors. */
export interface AvsrNetwork {
	/** What stands before every name: `avsr.` as `from_pretrained` of the published class has it. */
	readonly prefix: string;
	/** Of the states of encoder and decoder. */
	readonly width: number;
	readonly encoderLayers: number;
	readonly encoderHeads: number;
	/** Inner width of the encoder's feed-forward layers. */
	readonly encoderInner: number;
	readonly decoderLayers: number;
	readonly decoderHeads: number;
	readonly decoderInner: number;
	/** Output units; blank is 0, sos and eos are the last. */
	readonly units: number;
	/** Channels of the 3-D convolution. */
	readonly stem: number;
	/** Channels of the four stages of the ResNet. */
	readonly stages: readonly [number, number, number, number];
	/** The positional convolution: taps, groups, and the names of its gain and direction. */
	readonly position: {
		readonly taps: number;
		readonly groups: number;
		readonly gain: string;
		readonly direction: string;
	};
}

/** Sizes of the published checkpoint; where a tensor that tells one is missing, this is expected. */
export const publishedNetwork: AvsrNetwork = {
	prefix: 'avsr.',
	width: 1024,
	encoderLayers: 24,
	encoderHeads: 16,
	encoderInner: 4096,
	decoderLayers: 6,
	decoderHeads: 16,
	decoderInner: 3072,
	units: 5049,
	stem: 64,
	stages: [64, 128, 256, 512],
	position: {
		taps: 128,
		groups: 16,
		gain: 'parametrizations.weight.original0',
		direction: 'parametrizations.weight.original1',
	},
};

/** The live fields of config.json; many others are left over from its ancestors and mislead. */
const configSchema = v.object({
	num_attention_heads: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1))),
	dheads: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1))),
});

/** Width of one attention head where no configuration tells how many there are. */
const headWidth = 64;

const resnet = 'encoder.feature_extractor_video.resnet';
const positional = 'encoder.encoder.pos_conv_embed.conv';

/**
 * Reads the sizes of a network off its checkpoint, and checks that every tensor is there and has the
 * shape that the others ask for. The numbers of heads, which no shape tells, are the configuration's.
 *
 * @param config content of config.json, or null
 * @throws ConfabError `ModelUnavailable` with all tensors that are missing or of another shape.
 */
export function readNetwork(checkpoint: StoredCheckpoint, config: unknown): AvsrNetwork {
	const prefix = prefixOf(checkpoint);
	const has = (name: string): boolean => checkpoint.has(`${prefix}${name}`);
	const size = (name: string, axis: number, otherwise: number): number =>
		checkpoint.get(`${prefix}${name}`)?.shape[axis] ?? otherwise;
	const count = (layers: string): number => {
		const numbers = [...checkpoint.keys()]
			.filter((name) => name.startsWith(`${prefix}${layers}.`))
			.map((name) => Number(name.slice(prefix.length + layers.length + 1).split('.')[0]));
		return numbers.length === 0 ? 0 : Math.max(...numbers) + 1;
	};
	const parsed = v.safeParse(configSchema, config ?? {});
	if (!parsed.success) {
		throw new ConfabError(
			'ModelUnavailable',
			`The checkpoint's config.json is wrong: ${v.summarize(parsed.issues)}`,
		);
	}
	const published = publishedNetwork;
	const width = size('encoder.feature_extractor_audio.proj.weight', 0, published.width);
	// Both names of weight normalisation's two parts are in use: PyTorch changed them.
	const named = has(`${positional}.weight_v`)
		? { gain: 'weight_g', direction: 'weight_v' }
		: { gain: published.position.gain, direction: published.position.direction };
	const inGroup = size(`${positional}.${named.direction}`, 1, headWidth);
	const stage = (number: 1 | 2 | 3 | 4): number =>
		size(`${resnet}.trunk.layer${number}.0.conv1.weight`, 0, published.stages[number - 1] ?? 0);
	const network: AvsrNetwork = {
		prefix,
		width,
		encoderLayers: count('encoder.encoder.layers') || published.encoderLayers,
		encoderHeads: parsed.output.num_attention_heads ?? Math.max(1, width / headWidth),
		encoderInner: size(
			'encoder.encoder.layers.0.feed_forward.intermediate_dense.weight',
			0,
			published.encoderInner,
		),
		decoderLayers: count('decoder.decoders') || published.decoderLayers,
		decoderHeads: parsed.output.dheads ?? Math.max(1, width / headWidth),
		decoderInner: size('decoder.decoders.0.feed_forward.w_1.weight', 0, published.decoderInner),
		units: size('ctc.ctc_lo.weight', 0, published.units),
		stem: size(`${resnet}.frontend3D.0.weight`, 0, published.stem),
		stages: [stage(1), stage(2), stage(3), stage(4)],
		position: {
			...named,
			taps: size(`${positional}.${named.direction}`, 2, published.position.taps),
			groups: inGroup > 0 ? width / inGroup : 1,
		},
	};
	check(checkpoint, network);
	return network;
}

function prefixOf(checkpoint: StoredCheckpoint): string {
	const known = 'ctc.ctc_lo.weight';
	const name = [...checkpoint.keys()].find((key) => key === known || key.endsWith(`.${known}`));
	return name === undefined ? publishedNetwork.prefix : name.slice(0, -known.length);
}

function check(checkpoint: StoredCheckpoint, network: AvsrNetwork): void {
	const problems: { file: string; field: string; message: string }[] = [];
	for (const [name, shape] of tensorsOf(network)) {
		const found = checkpoint.get(name);
		const expected = `[${shape.join(', ')}]`;
		const message = !found
			? `missing, ${expected} is expected`
			: found.shape.join() === shape.join()
				? null
				: `is [${found.shape.join(', ')}], ${expected} is expected`;
		if (message !== null) problems.push({ file: 'checkpoint', field: name, message });
	}
	for (const heads of ['encoderHeads', 'decoderHeads'] as const) {
		if (!Number.isInteger(network.width / network[heads])) {
			const message = `${network[heads]} heads do not divide a width of ${network.width}`;
			problems.push({ file: 'config.json', field: heads, message });
		}
	}
	if (problems.length === 0) return;
	throw new ConfabError(
		'ModelUnavailable',
		`The checkpoint does not hold the audio-visual recogniser: ${problems.length} of its tensors ` +
			`are missing or of another shape.\n` +
			problems.map(({ field, message }) => `${field}: ${message}`).join('\n'),
		{ problems },
	);
}

/**
 * Every tensor that a network needs, by its name in the checkpoint, with its shape. (A checkpoint
 * holds more: what masked training and counting batches used.)
 */
export function tensorsOf(network: AvsrNetwork): Map<string, readonly number[]> {
	const { width, units, stem, stages, encoderInner, decoderInner } = network;
	const tensors = new Map<string, readonly number[]>();
	const add = (name: string, shape: readonly number[]): void => {
		tensors.set(`${network.prefix}${name}`, shape);
	};
	const linear = (name: string, outputs: number, inputs: number): void => {
		add(`${name}.weight`, [outputs, inputs]);
		add(`${name}.bias`, [outputs]);
	};
	const norm = (name: string, size: number): void => {
		add(`${name}.weight`, [size]);
		add(`${name}.bias`, [size]);
	};
	const batchNorm = (name: string, size: number): void => {
		norm(name, size);
		add(`${name}.running_mean`, [size]);
		add(`${name}.running_var`, [size]);
	};

	linear('encoder.feature_extractor_audio.proj', width, soundWidth);
	add(`${resnet}.frontend3D.0.weight`, [stem, 1, 5, 7, 7]);
	batchNorm(`${resnet}.frontend3D.1`, stem);
	add(`${resnet}.frontend3D.2.weight`, [stem]);
	stages.forEach((channels, index) => {
		const inputs = index === 0 ? stem : (stages[index - 1] ?? 0);
		for (const block of [0, 1]) {
			const name = `${resnet}.trunk.layer${index + 1}.${block}`;
			add(`${name}.conv1.weight`, [channels, block === 0 ? inputs : channels, 3, 3]);
			batchNorm(`${name}.bn1`, channels);
			add(`${name}.relu1.weight`, [channels]);
			add(`${name}.conv2.weight`, [channels, channels, 3, 3]);
			batchNorm(`${name}.bn2`, channels);
			add(`${name}.relu2.weight`, [channels]);
			if (block === 0 && index > 0) {
				add(`${name}.downsample.0.weight`, [channels, inputs, 1, 1]);
				batchNorm(`${name}.downsample.1`, channels);
			}
		}
	});
	linear('encoder.feature_extractor_video.proj', width, stages[3]);
	norm('encoder.layer_norm', 2 * width);
	linear('encoder.post_extract_proj', width, 2 * width);
	const { taps, groups, gain, direction } = network.position;
	add(`${positional}.bias`, [width]);
	add(`${positional}.${gain}`, [1, 1, taps]);
	add(`${positional}.${direction}`, [width, width / groups, taps]);
	norm('encoder.encoder.layer_norm', width);
	for (let layer = 0; layer < network.encoderLayers; layer++) {
		const name = `encoder.encoder.layers.${layer}`;
		for (const part of ['q', 'k', 'v', 'out'])
			linear(`${name}.attention.${part}_proj`, width, width);
		norm(`${name}.layer_norm`, width);
		linear(`${name}.feed_forward.intermediate_dense`, encoderInner, width);
		linear(`${name}.feed_forward.output_dense`, width, encoderInner);
		norm(`${name}.final_layer_norm`, width);
	}
	linear('ctc.ctc_lo', units, width);
	add('decoder.embed.0.weight', [units, width]);
	for (let layer = 0; layer < network.decoderLayers; layer++) {
		const name = `decoder.decoders.${layer}`;
		for (const attention of ['self_attn', 'src_attn']) {
			for (const part of ['q', 'k', 'v', 'out']) {
				linear(`${name}.${attention}.linear_${part}`, width, width);
			}
		}
		linear(`${name}.feed_forward.w_1`, decoderInner, width);
		linear(`${name}.feed_forward.w_2`, width, decoderInner);
		for (const part of ['norm1', 'norm2', 'norm3']) norm(`${name}.${part}`, width);
	}
	norm('decoder.after_norm', width);
	linear('decoder.output_layer', units, width);
	return tensors;
}
