import { expect, test } from 'vitest';
import { FakeClient } from '../../../tests/fixtures/fake-client.ts';
import type { MachineInfo } from './client.ts';
import { recommend, type Recommendation } from './recommendation.ts';

async function recommended(
	changes: (machine: MachineInfo) => MachineInfo,
): Promise<Recommendation> {
	const client = new FakeClient();
	const machine = changes(await client.machine());
	const found = recommend(machine, await client.models(), await client.plans());
	if (!found) throw new Error('nothing is recommended');
	return found;
}

test('a graphics processor gets the recogniser that was made for the task', async () => {
	const { model, why } = await recommended((machine) => machine);
	expect(model.id).toBe('avsr-cocktail-mcorec');
	expect(why.join('; ')).toMatch(/reads lips.*example gen-12.*not for commercial use/);
});

test('so does a processor with threads, and how slow that is is said', async () => {
	const { model, why } = await recommended((machine) => ({
		...machine,
		webgpu: { ...machine.webgpu, software: true },
	}));
	expect(model.id).toBe('avsr-cocktail-mcorec');
	expect(why.join('; ')).toContain('a second of speech took 1.2 s');
});

test.each<[string, (machine: MachineInfo) => MachineInfo, RegExp]>([
	['little memory', (machine) => ({ ...machine, memoryGiB: 2 }), /more memory than the 2 GiB/],
	[
		'one thread and no GPU',
		(machine) => ({ ...machine, threads: 1, webgpu: { ...machine.webgpu, available: false } }),
		/one thread/,
	],
	[
		'little storage',
		(machine) => ({ ...machine, storage: { ...machine.storage, quotaBytes: 3e8 } }),
		/does not fit/,
	],
	[
		'a browser that keeps no files',
		(machine) => ({ ...machine, storage: { ...machine.storage, keepsFiles: false } }),
		/keeps no files/,
	],
])('%s gets the one that is here', async (_, changes, reason) => {
	const { model, why } = await recommended(changes);
	expect(model.id).toBe('embedded');
	expect(why.join('; ')).toMatch(reason);
});
