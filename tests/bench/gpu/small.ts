import golden from '../../golden/avsr-reduced.json' with { type: 'json' };
import { reducedArtefact } from '../../../models/avsr-cocktail/reduced.ts';
import { runGolden } from '../../../models/avsr-cocktail/trial.ts';
import { GraphBuilder } from '../../../src/lib/conversion/onnx-graph.ts';
import { probeGpu } from '../../../src/lib/inference/gpu.ts';
import { Inference } from '../../../src/lib/inference/inference.ts';
import type { Tensors } from '../../../src/lib/inference/model.ts';
import { referenceInputs, VolatileCheckMemory } from '../../../src/lib/inference/self-check.ts';
import type { AvsrArithmetic, AvsrKind } from '../../../src/lib/recognisers/avsr/manifest.ts';
import { attempt, type GpuMachine, medianSeconds, short } from './machine.ts';

/** Side of the matrices whose product stands for what the card can do. */
const side = 4096;

/**
 * Operations a second, in GFLOP/s, of a large matrix product in the same runtime: what arithmetic costs
 * at least here.
 */
export async function matrixSpeed(
	{ runtime, device }: GpuMachine,
	type: AvsrArithmetic,
): Promise<number> {
	const graph = new GraphBuilder('product', 17);
	const x = graph.input('x', type, [side, side]);
	graph.output('y', graph.node('MatMul', [x, x]), type, [side, side]);
	const session = await runtime.InferenceSession.create(graph.toBytes(), {
		executionProviders: [{ name: 'webgpu', device }],
		preferredOutputLocation: 'gpu-buffer',
		logSeverityLevel: 3,
	});
	// All 1 / side, so that the product is the same again. 0x0c00 is 2^-12 in half precision.
	const start =
		type === 'float16'
			? new runtime.Tensor(type, new Uint16Array(side * side).fill(0x0c00), [side, side])
			: new runtime.Tensor(type, new Float32Array(side * side).fill(1 / side), [side, side]);
	let { y } = await session.run({ x: start });
	const products = 10;
	const several = async (): Promise<void> => {
		for (let i = 0; i < products && y; i++) {
			const next = await session.run({ x: y });
			y.dispose();
			y = next['y'];
		}
		await device.queue.onSubmittedWorkDone();
	};
	await several();
	const seconds = await medianSeconds(3, several);
	y?.dispose();
	await session.release();
	return (products * 2 * side ** 3) / seconds / 1e9;
}

/** Kinds of the reduced network, and how far each may be off PyTorch; see avsr.test.ts. */
const reducedKinds: readonly [AvsrKind, AvsrArithmetic, number][] = [
	['fp32', 'float32', 1e-4],
	['fp16', 'float16', 2e-2],
	['q4', 'float32', 0.8],
	['q4', 'float16', 0.8],
];

/** The reduced recogniser on this GPU against the numbers of PyTorch. */
export async function reducedNetwork(machine: GpuMachine): Promise<void> {
	for (const [kind, arithmetic, most] of reducedKinds) {
		if (arithmetic === 'float16' && !machine.halfPrecision) continue;
		await attempt(machine, `reduced network, ${kind} in ${arithmetic}`, async () => {
			const artefact = await reducedArtefact(machine.runtime, kind, arithmetic);
			const session = {
				executionProviders: [{ name: 'webgpu', device: machine.device }],
				preferredOutputLocation: 'gpu-buffer',
			} as const;
			const errors = await runGolden({ ...artefact, session }, golden, 2);
			machine.log(`errors ${errors.map((error) => error.toExponential(1)).join(' ')}`);
			machine.record({
				what: `Reduced avsr-cocktail, ${kind} in ${arithmetic}`,
				measured: { name: 'off PyTorch', value: Math.max(...errors), unit: '' },
				against: { name: 'allowed', value: most, unit: '' },
				target: { atMost: 1 },
			});
		});
	}
}

/** Models of the app that see pictures: inputs as the app has them, and frames in one run. */
const seeing: readonly { id: string; dims: number[]; frames: number }[] = [
	{ id: 'light-asd-visual', dims: [1, 25, 112, 112], frames: 25 },
	{ id: 'light-asd-visual', dims: [1, 150, 112, 112], frames: 150 },
	{ id: 'yunet', dims: [1, 3, 640, 640], frames: 1 },
	{ id: 'landmarks', dims: [1, 3, 160, 160], frames: 1 },
];

/** Light-ASD's visual encoder, YuNet and the landmarks: right on this GPU, and how fast against WebAssembly on one thread. */
export async function seeingModels(machine: GpuMachine): Promise<void> {
	const onGpu = new Inference({
		files: machine.models,
		loadRuntime: () => Promise.resolve(machine.runtime),
		probeGpu: () => probeGpu(machine.gpu, { allowSoftware: true }),
		checks: new VolatileCheckMemory(),
		environment: 'bench',
		policy: 'webgpu',
	});
	const onCpu = new Inference({
		files: machine.models,
		loadRuntime: () => Promise.resolve(machine.runtime),
		probeGpu: () => Promise.resolve({ available: false, reason: 'not wanted' }),
		checks: new VolatileCheckMemory(),
		environment: 'bench',
		policy: 'wasm',
	});
	const speedOf = async (
		inference: Inference,
		{ id, dims, frames }: (typeof seeing)[number],
	): Promise<{ provider: string; speed: number }> => {
		const model = await inference.load(id);
		try {
			const entry = await machine.models.ready(id);
			const [[name, formula] = []] = Object.entries(entry.check.inputs);
			if (name === undefined || formula === undefined) throw new TypeError(`${id} has no input`);
			const inputs: Tensors = referenceInputs({ [name]: { ...formula, dims } });
			const run = async (): Promise<void> => {
				await model.run(inputs);
			};
			await run();
			return { provider: model.provider, speed: frames / (await medianSeconds(5, run)) };
		} finally {
			await model.close();
		}
	};
	for (const task of seeing) {
		const what = `${task.id} ${task.dims.join(' x ')}`;
		await attempt(machine, what, async () => {
			const { provider, speed } = await speedOf(onGpu, task);
			const note = onGpu.uses().find(({ id }) => id === task.id)?.note ?? 'right by its self-check';
			machine.log(`${what} on ${provider} (${note}): ${short(speed)} frames/s`);
			if (provider !== 'webgpu') throw new Error(`it does not run on the GPU: ${note}`);
			const { speed: slow } = await speedOf(onCpu, task);
			machine.record({
				what,
				measured: { name: 'WebGPU', value: speed, unit: 'frames/s' },
				against: { name: 'WebAssembly, one thread', value: slow, unit: 'frames/s' },
			});
		});
	}
	await onGpu.close();
	await onCpu.close();
}
