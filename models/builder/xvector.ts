import { damaged } from '../../src/lib/conversion/checkpoint.ts';
import { type Descriptor, type Nnet3, type Nnet3Component, readNnet3 } from './kaldi-nnet3.ts';
import { readKaldiArray } from './kaldi-reader.ts';
import { GraphBuilder, type Value } from '../../src/lib/conversion/onnx-graph.ts';

/**
 * An x-vector network of Kaldi (Snyder et al., "X-vectors: robust DNN embeddings for speaker
 * recognition", ICASSP 2018) as one ONNX graph: layers over neighbouring rows, mean and standard
 * deviation over time, a layer over those, whose output is centred.
 */

const opset = 17;

/** What a node of the network gives, in the graph. */
interface Signal {
	/** [N, dim, rows] before pooling, [N, dim] after it. */
	readonly value: Value;
	readonly dim: number;
	readonly overTime: boolean;
	/** A scale and an offset for each channel that are still to be applied: they go into the next layer. */
	readonly pending: { readonly scale: Float32Array; readonly offset: Float32Array } | null;
}

/** What statistics extraction hands to pooling: the signal that they are of. */
type Stage = Signal & { readonly isStatistics?: true };

/** Two of a model's files. */
export interface XvectorFiles {
	/** `final.ext.raw`: the network, its output the embedding */
	readonly network: Uint8Array;
	/** `mean.vec`: what is subtracted from an embedding */
	readonly mean: Uint8Array;
}

/**
 * `feats` float32 [N, T, features] → `embedding` float32 [N, D], not normalised. Statistics are over all
 * rows for which every layer's neighbours are there; the network's own limit of rows is left to the caller.
 *
 * @throws ConfabError `ModelUnavailable` for files that are damaged, or of a network of another kind.
 */
export function buildXvector(files: XvectorFiles): Uint8Array<ArrayBuffer> {
	const network = readNnet3(files.network);
	const mean = readKaldiArray(files.mean);
	const outputs = [...network.values()].filter((node) => node.kind === 'output');
	if (outputs.length !== 1) throw damaged(`the network has ${outputs.length} outputs`);
	const graph = new GraphBuilder('xvector', opset);
	const converter = new Converter(graph, network);
	const { value, dim, overTime } = applied(graph, converter.read(outputs[0]!.input));
	if (overTime || mean.shape.join() !== `${dim}`) {
		throw damaged('the mean is not one of the embedding');
	}
	const centred = graph.node('Sub', [value, graph.weights('mean', [dim], mean.values)]);
	graph.output('embedding', centred, 'float32', ['N', dim]);
	return graph.toBytes();
}

class Converter {
	readonly #graph: GraphBuilder;
	readonly #network: Nnet3;
	/** Null for a node that is being converted. */
	readonly #known = new Map<string, Stage | null>();

	constructor(graph: GraphBuilder, network: Nnet3) {
		this.#graph = graph;
		this.#network = network;
	}

	/** The signal of one node, at its own time. */
	read(input: Descriptor): Stage {
		const { name, offsets } = spliceOf(input);
		if (offsets.join() !== '0') throw damaged('rows of other times are taken in by no layer');
		return this.#node(name);
	}

	#node(name: string): Stage {
		const known = this.#known.get(name);
		if (known === null) throw damaged(`"${name}" takes in what it gives`);
		if (known) return known;
		this.#known.set(name, null);
		const made = this.#convert(name);
		this.#known.set(name, made);
		return made;
	}

	#convert(name: string): Stage {
		const node = this.#network.get(name);
		if (node?.kind === 'input') {
			const rows = this.#graph.input('feats', 'float32', ['N', 'T', node.dim]);
			const value = this.#graph.node('Transpose', [rows], { perm: { ints: [0, 2, 1] } });
			return { value, dim: node.dim, overTime: true, pending: null };
		}
		if (node?.kind !== 'component') throw damaged(`it has no node "${name}" to take in`);
		const { component, input } = node;
		switch (component.type) {
			case 'AffineComponent':
			case 'NaturalGradientAffineComponent': {
				const { name: from, offsets } = spliceOf(input);
				return this.#affine(component, this.#node(from), offsets);
			}
			case 'RectifiedLinearComponent': {
				const signal = applied(this.#graph, plain(this.read(input), component));
				return { ...signal, value: this.#graph.node('Relu', [signal.value]) };
			}
			case 'BatchNormComponent':
				return this.#batchNorm(component, plain(this.read(input), component));
			case 'StatisticsExtractionComponent':
				checkPeriods(component, ['InputPeriod', 'OutputPeriod']);
				if (!component.isSet('IncludeVarinance')) throw notOfThisKind(component);
				return { ...plain(this.read(input), component), isStatistics: true };
			case 'StatisticsPoolingComponent':
				return this.#pooling(component, this.read(input));
			default:
				throw damaged(`a component of the type ${component.type} is not known`);
		}
	}

	/** A layer over rows at several times, a convolution; or over a vector. */
	#affine(component: Nnet3Component, from: Stage, offsets: readonly number[]): Stage {
		const signal = plain(from, component);
		const linear = component.array('LinearParams', 2);
		const [rows, columns] = [linear.shape[0]!, linear.shape[1]!];
		const given = component.array('BiasParams', 1);
		const taps = offsets.length;
		if (columns !== taps * signal.dim || given.shape[0] !== rows) throw notOfThisKind(component);
		if (!signal.overTime && taps > 1) throw notOfThisKind(component);
		const { dim } = signal;
		const weights = new Float32Array(rows * columns);
		const bias = given.values.slice();
		for (let row = 0; row < rows; row++) {
			let sum = 0;
			for (let column = 0; column < columns; column++) {
				const [tap, channel] = [Math.floor(column / dim), column % dim];
				const weight = linear.values[row * columns + column]!;
				const scale = signal.pending?.scale[channel] ?? 1;
				// Kaldi has the channels of one time behind one another, a convolution the times of one channel.
				weights[(row * dim + channel) * taps + tap] = weight * scale;
				sum += weight * (signal.pending?.offset[channel] ?? 0);
			}
			bias[row] = bias[row]! + sum;
		}
		const { name } = component;
		const step = taps > 1 ? offsets[1]! - offsets[0]! : 1;
		if (step < 1 || offsets.some((at, tap) => at !== offsets[0]! + tap * step)) {
			throw damaged(`${name} takes in rows that are not evenly spaced`);
		}
		const biases = this.#graph.weights(`${name}.bias`, [rows], bias);
		const value = signal.overTime
			? this.#graph.node(
					'Conv',
					[signal.value, this.#graph.weights(name, [rows, dim, taps], weights), biases],
					{ kernel_shape: { ints: [taps] }, dilations: { ints: [step] } },
				)
			: this.#graph.node(
					'Gemm',
					[signal.value, this.#graph.weights(name, [rows, dim], weights), biases],
					{ transB: { int: 1 } },
				);
		return { value, dim: rows, overTime: signal.overTime, pending: null };
	}

	/** Kaldi's batch normalisation in its test mode: no gain and no bias, one root mean square for all. */
	#batchNorm(component: Nnet3Component, from: Signal): Stage {
		const signal = applied(this.#graph, from);
		const mean = component.array('StatsMean', 1).values;
		const variance = component.array('StatsVar', 1).values;
		const [epsilon, rms] = [component.realNumber('Epsilon'), component.realNumber('TargetRms')];
		const fits = [mean.length, variance.length, component.wholeNumber('BlockDim')];
		if (fits.some((length) => length !== signal.dim)) throw notOfThisKind(component);
		const scale = variance.map((value) => rms / Math.sqrt(Math.max(0, value) + epsilon));
		const offset = mean.map((value, channel) => -value * scale[channel]!);
		return { ...signal, pending: { scale, offset } };
	}

	/** Mean and standard deviation over all rows. */
	#pooling(component: Nnet3Component, statistics: Stage): Stage {
		checkPeriods(component, ['InputPeriod']);
		const isMeant = statistics.isStatistics && component.isSet('OutputStddevs');
		if (!isMeant || component.wholeNumber('NumLogCountFeatures') !== 0) {
			throw notOfThisKind(component);
		}
		const { value, dim, overTime } = applied(this.#graph, statistics);
		if (!overTime) throw notOfThisKind(component);
		const meanOf = (rows: Value, keepdims: 0 | 1): Value =>
			this.#graph.node('ReduceMean', [rows], { axes: { ints: [2] }, keepdims: { int: keepdims } });
		const away = this.#graph.node('Sub', [value, meanOf(value, 1)]);
		const variance = meanOf(this.#graph.node('Mul', [away, away]), 0);
		const floor = this.#graph.scalar(component.realNumber('VarianceFloor'));
		const deviation = this.#graph.node('Sqrt', [this.#graph.node('Max', [variance, floor])]);
		const pooled = this.#graph.node('Concat', [meanOf(value, 0), deviation], { axis: { int: 1 } });
		return { value: pooled, dim: 2 * dim, overTime: false, pending: null };
	}
}

/** One node and the times at which its rows are taken, in the order in which they stand. */
function spliceOf(input: Descriptor): { name: string; offsets: number[] } {
	switch (input.kind) {
		case 'node':
			return { name: input.name, offsets: [0] };
		case 'offset': {
			const { name, offsets } = spliceOf(input.of);
			return { name, offsets: offsets.map((offset) => offset + input.rows) };
		}
		case 'append': {
			const parts = input.of.map(spliceOf);
			const name = parts[0]?.name;
			if (name === undefined || parts.some((part) => part.name !== name)) {
				throw damaged('a layer takes in more than one other');
			}
			return { name, offsets: parts.flatMap(({ offsets }) => offsets) };
		}
	}
}

/** The signal with its scale and offset applied. */
function applied(graph: GraphBuilder, { value, dim, overTime, pending }: Signal): Signal {
	if (!pending) return { value, dim, overTime, pending };
	const shape = overTime ? [dim, 1] : [dim];
	const scaled = graph.node('Mul', [value, graph.weights('scale', shape, pending.scale)]);
	const moved = graph.node('Add', [scaled, graph.weights('offset', shape, pending.offset)]);
	return { value: moved, dim, overTime, pending: null };
}

/** A signal that is no statistics. */
function plain(stage: Stage, component: Nnet3Component): Signal {
	if (stage.isStatistics) throw notOfThisKind(component);
	return stage;
}

/** Every row counts. */
function checkPeriods(component: Nnet3Component, fields: readonly string[]): void {
	if (fields.some((field) => component.wholeNumber(field) !== 1)) throw notOfThisKind(component);
}

function notOfThisKind({ name, type }: Nnet3Component): Error {
	return damaged(`${name} (${type}) is not one of an x-vector network`);
}
