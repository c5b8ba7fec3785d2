import type { ConfabClient } from '../../src/lib/state/client.ts';
import { ConfabError } from '../../src/lib/support/errors.ts';
import { FakeClient } from '../fixtures/fake-client.ts';

/** Takes the place of the app's own client when the screens are looked at (screens.ts beside). */
export function createClient(): ConfabClient {
	const wanted = new URLSearchParams(window.name);
	return new FakeClient({
		stepMilliseconds: Number(wanted.get('step') ?? '0'),
		past: (wanted.get('past') ?? '').split(',').filter((name) => name !== ''),
		...(wanted.has('fail') && {
			failAt: {
				stage: 'lips',
				error: new ConfabError('StorageFull', 'The quota of this origin is used up.'),
			},
		}),
	});
}
