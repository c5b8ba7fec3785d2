import * as v from 'valibot';
import { probeGpu } from '../inference/gpu.ts';
import { threadCount } from '../inference/runtime.ts';
import type { MachineInfo } from '../state/client.ts';
import type { Store } from '../store/index.ts';

/** What this browser on this machine can do, as far as it tells. */
export async function machineInfo(store: Store): Promise<MachineInfo> {
	const gpu = await probeGpu(navigator.gpu, { allowSoftware: true });
	const usable = await probeGpu(navigator.gpu);
	const { usage, quota } = await navigator.storage.estimate();
	const memory = v.safeParse(v.number(), Reflect.get(navigator, 'deviceMemory'));
	return {
		webgpu: {
			available: gpu.available,
			software: gpu.available && !usable.available,
			...(gpu.available ? { adapter: gpu.name } : {}),
			halfPrecision: usable.available && usable.halfPrecision,
		},
		threads: threadCount(navigator.hardwareConcurrency, crossOriginIsolated),
		crossOriginIsolated,
		...(memory.success ? { memoryGiB: memory.output } : {}),
		storage: {
			usedBytes: usage ?? 0,
			quotaBytes: quota ?? 0,
			persistent: store.volatile === null && (await navigator.storage.persisted()),
			keepsFiles: await keepsFiles(),
		},
	};
}

/** Whether the page has a folder of its own: private windows and blocked site data take it away. */
async function keepsFiles(): Promise<boolean> {
	try {
		await navigator.storage.getDirectory();
		return true;
	} catch {
		return false;
	}
}
