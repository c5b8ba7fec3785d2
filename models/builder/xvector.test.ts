import * as ort from 'onnxruntime-web/wasm';
import { describe, expect, test } from 'vitest';
import { ConfabError } from '../../src/lib/support/errors.ts';
import { readNnet3 } from './kaldi-nnet3.ts';
import { readKaldiArray } from './kaldi-reader.ts';
import { buildXvector, type XvectorFiles } from './xvector.ts';

/*
 * A network as Kaldi writes it, by hand: 2 features, a layer of 3 over three rows, one of 2 over two rows,
 * mean and standard deviation, an embedding of 3. The numbers are not those of any training.
 */

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const whole = (value: number): Uint8Array => {
	const bytes = new Uint8Array(5);
	bytes[0] = 4;
	new DataView(bytes.buffer).setInt32(1, value, true);
	return bytes;
};
const real = (value: number): Uint8Array => {
	const bytes = new Uint8Array(5);
	bytes[0] = 4;
	new DataView(bytes.buffer).setFloat32(1, value, true);
	return bytes;
};
const double = (value: number): Uint8Array => {
	const bytes = new Uint8Array(9);
	bytes[0] = 8;
	new DataView(bytes.buffer).setFloat64(1, value, true);
	return bytes;
};
const joined = (...parts: (Uint8Array | string)[]): Uint8Array =>
	Uint8Array.from(parts.flatMap((part) => [...(typeof part === 'string' ? text(part) : part)]));
const vector = (values: readonly number[]): Uint8Array =>
	joined('FV ', whole(values.length), new Uint8Array(Float32Array.from(values).buffer));
const matrix = (rows: readonly (readonly number[])[]): Uint8Array =>
	joined(
		'FM ',
		whole(rows.length),
		whole(rows[0]?.length ?? 0),
		new Uint8Array(Float32Array.from(rows.flat()).buffer),
	);

/** Numbers between -1 and 1, the same every time. */
const numbers = (seed: number, count: number): number[] =>
	Array.from({ length: count }, (_, i) => Math.fround(Math.sin(seed + 1.7 * i + 0.3 * i * i)));
const square = (seed: number, rows: number, columns: number): number[][] =>
	Array.from({ length: rows }, (_, row) => numbers(seed + 10 * row, columns));

const weights = {
	one: { linear: square(1, 3, 6), bias: numbers(2, 3) },
	two: { linear: square(3, 2, 6), bias: numbers(4, 2) },
	embedding: { linear: square(5, 3, 4), bias: numbers(6, 3) },
	norms: [
		{ mean: [0.2, 0.4, 0.1], variance: [0.5, 1.5, 0.3] },
		{ mean: [0.3, 0.6], variance: [0.8, 0.2] },
	],
};

const nodes = [
	'input-node name=input dim=2',
	'component-node name=one component=one input=Append(Offset(input, -1), input, Offset(input, 1))',
	'component-node name=one.relu component=one.relu input=one',
	'component-node name=one.norm component=one.norm input=one.relu',
	'component-node name=two component=two input=Append(Offset(one.norm, -2), one.norm)',
	'component-node name=two.relu component=two.relu input=two',
	'component-node name=two.norm component=two.norm input=two.relu',
	'component-node name=stats component=stats input=two.norm',
	'component-node name=pool component=pool input=stats',
	'component-node name=embedding component=embedding input=Round(pool, 1)',
	'output-node name=output input=embedding objective=linear',
];

const component = (name: string, type: string, ...content: (Uint8Array | string)[]): Uint8Array =>
	joined(`<ComponentName> ${name} <${type}> `, ...content, `</${type}> `);
const affine = (name: 'one' | 'two' | 'embedding'): Uint8Array =>
	component(
		name,
		'NaturalGradientAffineComponent',
		'<MaxChange> ',
		real(0.75),
		'<LinearParams> ',
		matrix(weights[name].linear),
		'<BiasParams> ',
		vector(weights[name].bias),
		'<RankIn> ',
		whole(20),
	);
const relu = (name: string, dim: number): Uint8Array =>
	component(name, 'RectifiedLinearComponent', '<Dim> ', whole(dim), '<Count> ', double(12));
const norm = (name: string, place: 0 | 1, ...extra: Uint8Array[]): Uint8Array => {
	const { mean, variance } = weights.norms[place]!;
	return component(
		name,
		'BatchNormComponent',
		'<BlockDim> ',
		whole(mean.length),
		'<Epsilon> ',
		real(0.001),
		'<TargetRms> ',
		real(0.5),
		'<TestMode> F<StatsMean> ',
		vector(mean),
		'<StatsVar> ',
		vector(variance),
		...extra,
	);
};
const statistics = component(
	'stats',
	'StatisticsExtractionComponent',
	'<InputPeriod> ',
	whole(1),
	'<OutputPeriod> ',
	whole(1),
	'<IncludeVarinance> T',
);
const pooling = component(
	'pool',
	'StatisticsPoolingComponent',
	'<InputPeriod> ',
	whole(1),
	'<NumLogCountFeatures> ',
	whole(0),
	'<OutputStddevs> T<VarianceFloor> ',
	real(1e-10),
);
const components = [
	affine('one'),
	relu('one.relu', 3),
	norm('one.norm', 0),
	affine('two'),
	relu('two.relu', 2),
	norm('two.norm', 1),
	statistics,
	pooling,
	affine('embedding'),
];
const networkOf = (lines: readonly string[], parts: readonly Uint8Array[]): Uint8Array =>
	joined(
		`\0B<Nnet3> \n${lines.join('\n')}\n\n<NumComponents> `,
		whole(parts.length),
		...parts,
		'</Nnet3> ',
	);

const mean = [0.1, -0.2, 0.3];
const files: XvectorFiles = {
	network: networkOf(nodes, components),
	mean: text(' [ 0.1 -0.2 0.3 ]\n'),
};

/** The same network straight from its definition, row by row; variance as the mean of squares less the mean's. */
function evaluated(rows: readonly (readonly number[])[]): number[] {
	const through = (
		layer: { linear: readonly (readonly number[])[]; bias: readonly number[] },
		x: readonly number[],
	): number[] =>
		layer.linear.map((row, i) => row.reduce((sum, w, j) => sum + w * x[j]!, layer.bias[i]!));
	const normed = (place: 0 | 1, x: readonly number[]): number[] =>
		x.map((value, i) => {
			const { mean: means, variance } = weights.norms[place]!;
			return (0.5 * (Math.max(0, value) - means[i]!)) / Math.sqrt(variance[i]! + 0.001);
		});
	const first = new Map<number, number[]>();
	for (let t = 1; t + 1 < rows.length; t++) {
		first.set(
			t,
			normed(
				0,
				through(
					weights.one,
					[-1, 0, 1].flatMap((at) => rows[t + at]!),
				),
			),
		);
	}
	const second: number[][] = [];
	for (let t = 0; t < rows.length; t++) {
		const [early, now] = [first.get(t - 2), first.get(t)];
		if (early && now) second.push(normed(1, through(weights.two, [...early, ...now])));
	}
	const average = (of: (row: number[]) => number): number =>
		second.reduce((sum, row) => sum + of(row), 0) / second.length;
	const means = [0, 1].map((i) => average((row) => row[i]!));
	const deviations = means.map((value, i) =>
		Math.sqrt(Math.max(1e-10, average((row) => row[i]! ** 2) - value ** 2)),
	);
	const embedding = through(weights.embedding, [...means, ...deviations]);
	return embedding.map((value, i) => value - mean[i]!);
}

async function run(model: Uint8Array, batch: readonly (readonly (readonly number[])[])[]) {
	ort.env.wasm.numThreads = 1;
	ort.env.logLevel = 'error';
	const session = await ort.InferenceSession.create(model, { logSeverityLevel: 3 });
	const dims = [batch.length, batch[0]!.length, 2];
	const feats = new ort.Tensor('float32', Float32Array.from(batch.flat(2)), dims);
	const { embedding } = await session.run({ feats });
	await session.release();
	return { dims: embedding?.dims, values: [...(embedding?.data as Float32Array)] };
}

describe('a network of Kaldi', () => {
	test('is read: nodes, descriptors and values of every kind', () => {
		const network = readNnet3(files.network);
		expect([...network.keys()]).toEqual(nodes.map((line) => /name=(\S+)/.exec(line)?.[1]));
		const two = network.get('two');
		expect(two?.kind === 'component' && two.input).toEqual({
			kind: 'append',
			of: [
				{ kind: 'offset', of: { kind: 'node', name: 'one.norm' }, rows: -2 },
				{ kind: 'node', name: 'one.norm' },
			],
		});
		const node = network.get('one.norm');
		const read = node?.kind === 'component' ? node.component : null;
		expect(read?.type).toBe('BatchNormComponent');
		expect(read?.isSet('TestMode')).toBe(false);
		expect(read?.wholeNumber('BlockDim')).toBe(3);
		expect(read?.realNumber('TargetRms')).toBe(0.5);
		expect([...(read?.array('StatsVar', 1).values ?? [])]).toEqual([0.5, 1.5, Math.fround(0.3)]);
		const other = network.get('one.relu');
		expect(other?.kind === 'component' && other.component.realNumber('Count')).toBe(12);
		expect(() => read?.array('StatsVar', 2)).toThrow(/another kind/);
		expect(() => read?.array('Gain', 1)).toThrow(/no <Gain>/);
	});

	test('becomes a graph that gives what its definition gives', async () => {
		const clip = (seed: number): number[][] => square(seed, 9, 2);
		const { dims, values } = await run(buildXvector(files), [clip(20), clip(90)]);
		expect(dims).toEqual([2, 3]);
		[...evaluated(clip(20)), ...evaluated(clip(90))].forEach((value, i) => {
			expect(Math.abs(values[i]! - value)).toBeLessThan(1e-5);
		});
	});

	test('takes the floor for a deviation of nothing', async () => {
		const still = Array.from({ length: 6 }, () => [0.4, -0.3]);
		const { values } = await run(buildXvector(files), [still]);
		evaluated(still).forEach((value, i) => expect(Math.abs(values[i]! - value)).toBeLessThan(1e-5));
	});

	test('is refused with a code wherever it is cut short', () => {
		const codes = Array.from({ length: files.network.length }, (_, length) =>
			codeOf(() => readNnet3(files.network.subarray(0, length))),
		);
		expect(new Set(codes)).toEqual(new Set(['ModelUnavailable']));
	});

	test('is refused with a code, or read, whichever byte is wrong', () => {
		const codes = Array.from({ length: files.network.length }, (_, at) => {
			const network = files.network.slice();
			network[at] = network[at]! ^ 0xff;
			return codeOf(() => buildXvector({ ...files, network }));
		});
		expect(new Set(codes)).toEqual(new Set(['ModelUnavailable', null]));
		// All but the weights themselves, and what is not looked at, matter.
		const refused = codes.filter((code) => code !== null);
		expect(refused.length).toBeGreaterThan(files.network.length / 2);
	});

	const changed = (from: string, to: string): XvectorFiles => ({
		...files,
		network: networkOf(
			nodes.map((line) => line.replace(from, to)),
			components,
		),
	});

	test.each([
		['a node that is not there', 'input=one.relu', 'input=none', /no node "none"/],
		['a node that takes in itself', 'input=one.relu', 'input=one.norm', /takes in what it gives/],
		['two nodes in one layer', 'Offset(one.norm, -2)', 'one.relu', /more than one/],
		['uneven steps', 'Offset(input, 1)', 'Offset(input, 3)', /not evenly spaced/],
		['an unknown descriptor', 'Round(pool, 1)', 'IfDefined(pool)', /descriptor .* is not known/],
		['another rounding', 'Round(pool, 1)', 'Round(pool, 8)', /descriptor .* is not known/],
		['an input of another size', 'dim=2', 'dim=5', /not one of an x-vector network/],
		['rows of other times', 'input=stats', 'input=Offset(stats, 1)', /by no layer/],
		['an output before pooling', 'output input=embedding', 'output input=two', /not one of the/],
		['another kind of node', 'output-node', 'dim-range-node', /kind "dim-range-node"/],
		['brackets without end', 'Round(pool, 1)', `${'Round('.repeat(99)}pool`, /no descriptor/],
		['brackets too deep', 'Round(pool, 1)', nested(99), /too deep/],
	])('is refused for %s', (_, from, to, message) => {
		expect(() => buildXvector(changed(from, to))).toThrow(message);
		expect(() => buildXvector(changed(from, to))).toThrow(
			expect.objectContaining({ code: 'ModelUnavailable' }),
		);
	});

	test('is refused for a component of an unknown type, or a mean of another size', () => {
		const sigmoid = joined('<ComponentName> one.relu <SigmoidComponent> </SigmoidComponent> ');
		const network = networkOf(
			nodes,
			components.map((part, i) => (i === 1 ? sigmoid : part)),
		);
		expect(() => buildXvector({ ...files, network })).toThrow(/SigmoidComponent is not known/);
		expect(() => buildXvector({ ...files, mean: text('[ 1 2 ]') })).toThrow(/the mean/);
		const long = joined('\0B', matrix([mean]));
		expect(() => buildXvector({ ...files, mean: long })).toThrow(/the mean/);
	});
});

/** Code of the error that something ends with, null for none; any other error is passed on. */
function codeOf(work: () => unknown): string | null {
	try {
		work();
		return null;
	} catch (error) {
		if (error instanceof ConfabError) return error.code;
		throw error;
	}
}

function nested(depth: number): string {
	return `${'Round('.repeat(depth)}pool${', 1)'.repeat(depth)}`;
}

describe('an array of Kaldi', () => {
	test('is read in the binary form and as text', () => {
		expect(readKaldiArray(text(' [ 1 -2.5 3e-2 ]\n')).values).toEqual(
			Float32Array.of(1, -2.5, 0.03),
		);
		expect(readKaldiArray(text('[ ]')).shape).toEqual([0]);
		const doubles = joined('\0BDV ', whole(2), new Uint8Array(Float64Array.of(0.5, -4).buffer));
		expect(readKaldiArray(doubles)).toEqual({ shape: [2], values: Float32Array.of(0.5, -4) });
		expect(readKaldiArray(joined('\0B', matrix(square(1, 2, 3)))).shape).toEqual([2, 3]);
	});

	test.each([
		['nothing', text('')],
		['words', text('[ one two ]')],
		['a bracket alone', text('[ 1 2')],
		['a compressed matrix', joined('\0BCM ', whole(1))],
		['a negative length', joined('\0BFV ', whole(-1))],
		['a length beyond the file', joined('\0BFM ', whole(2 ** 30), whole(2 ** 30))],
	])('is refused with a code for %s', (_, bytes) => {
		expect(() => readKaldiArray(bytes)).toThrow(
			expect.objectContaining({ code: 'ModelUnavailable' }),
		);
	});
});
