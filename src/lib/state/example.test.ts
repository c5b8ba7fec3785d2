import { expect, test } from 'vitest';
import { FakeClient } from '../../../tests/fixtures/fake-client.ts';
import { Example, exampleId } from './example.svelte.ts';
import { HeldSessions } from './held-sessions.svelte.ts';

function exampleOf(client: FakeClient): {
	example: Example;
	held: HeldSessions;
	told: () => number;
} {
	const held = new HeldSessions();
	let imports = 0;
	const example = new Example(client, held, () => (imports += 1));
	return { example, held, told: () => imports };
}

test('its finished result goes into the library, and the library is asked again', async () => {
	const taken: string[] = [];
	class Importing extends FakeClient {
		override async importProject(file: Blob): ReturnType<FakeClient['importProject']> {
			taken.push(await file.text());
			return super.importProject(file);
		}
	}
	const { example, told } = exampleOf(new Importing());
	expect(await example.open()).toBe(exampleId);
	expect(taken).toEqual(['dinner-party']);
	expect(told()).toBe(1);
	expect(example.error).toBeNull();
});

test('a result that cannot be fetched opens nothing and says why; the next try may go through', async () => {
	let broken = true;
	class Failing extends FakeClient {
		override demoProject(): Promise<Blob> {
			return broken ? Promise.reject(new Error('status 404')) : super.demoProject();
		}
	}
	const { example, told } = exampleOf(new Failing());
	expect(await example.open()).toBeNull();
	expect(example.error).toMatchObject({ message: 'status 404' });
	expect(told()).toBe(0);
	broken = false;
	expect(await example.open()).toBe(exampleId);
	expect(example.error).toBeNull();
});

test('its recordings are fetched once, also when asked twice at a time, and its faces are shown', async () => {
	let reads = 0;
	class Reading extends FakeClient {
		override async readSessions(
			...given: Parameters<FakeClient['readSessions']>
		): ReturnType<FakeClient['readSessions']> {
			reads += 1;
			const found = await super.readSessions(...given);
			return {
				...found,
				sessions: found.sessions.map((session) => ({ ...session, id: exampleId })),
			};
		}
	}
	const { example, held } = exampleOf(new Reading());
	expect(held.facesShown(exampleId)).toBe(false);
	await Promise.all([example.hold(), example.hold()]);
	await example.hold();
	expect(reads).toBe(1);
	expect(held.get(exampleId)?.id).toBe(exampleId);
	expect(held.facesShown(exampleId)).toBe(true);
});
