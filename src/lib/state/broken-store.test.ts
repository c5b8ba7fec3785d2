import { expect, test } from 'vitest';
import { FakeClient } from '../../../tests/fixtures/fake-client.ts';
import { ConfabError } from '../support/errors.ts';
import { Library } from './library.svelte.ts';
import { MachineState } from './machine.svelte.ts';
import type { ModelInfo } from './models-client.ts';
import { placeOf } from './studio-place.ts';
import { StudioView } from './studio-view.svelte.ts';

class BrokenStore extends FakeClient {
	override loadRun(): Promise<never> {
		return Promise.reject(new ConfabError('StorageFull', 'barred'));
	}
	override listSessions(): Promise<never> {
		return Promise.reject(new ConfabError('StorageFull', 'barred'));
	}
	override deleteSession(): Promise<never> {
		return Promise.reject(new ConfabError('Busy', 'in use'));
	}
	override models(): Promise<never> {
		return Promise.reject(new Error('no manifest'));
	}
}

test('a store that cannot be reached is told everywhere', async () => {
	const broken = new BrokenStore();
	const view = new StudioView(broken, 'x', placeOf(new URLSearchParams()));
	await view.load();
	expect(view.status).toBe('failed');

	const library = new Library(broken);
	await library.refresh();
	expect(library.status).toBe('failed');
	await library.remove('x');
	expect(library.error).toMatchObject({ code: 'Busy' });
});

test('what is known of the machine is kept when the rest is not', async () => {
	const machine = new MachineState(new BrokenStore());
	await machine.refresh();
	expect(machine.machine?.threads).toBe(4);
	expect(machine.models).toBeNull();
	expect(machine.error).toMatchObject({ message: 'no manifest' });
});

test('what another model does the work of is not missing', async () => {
	class Replaced extends FakeClient {
		override async models(): Promise<readonly ModelInfo[]> {
			const known = await super.models();
			return known.map((model) => (model.available ? model : { ...model, replacedBy: 'Another' }));
		}
	}
	const options = { models: { missing: ['landmarks', 'light-asd-visual'] } };
	const [machine, full] = [
		new MachineState(new Replaced(options)),
		new MachineState(new FakeClient()),
	];
	expect(machine.lacksLightAsd).toBe(false);
	await Promise.all([machine.refresh(), full.refresh()]);
	expect(machine.missingModels).toEqual([]);
	expect([machine.lacksLightAsd, full.lacksLightAsd]).toEqual([true, false]);
});

test('missing models and recognisers are told apart; what can be added is not missing', async () => {
	const client = new FakeClient({ models: { missing: ['landmarks'] } });
	const machine = new MachineState(client);
	await machine.refresh();
	const recognisers = machine.recognisers.map((model) => model.id);
	expect(recognisers).toContain('embedded');
	expect(recognisers).toContain('avsr-cocktail');
	expect(recognisers).not.toContain('landmarks');
	expect(machine.missingModels.map((model) => model.id)).toEqual(['landmarks']);
});
