import { expect, test } from 'vitest';
import { deferred } from './deferred.ts';
import { WorkUnderWay } from './work-under-way.ts';

test('all work of one key is waited for, whether it fails or not; others are not', async () => {
	const underWay = new WorkUnderWay();
	const [first, second, other] = [deferred<null>(), deferred<null>(), deferred<null>()];
	underWay.add('a', first.promise);
	underWay.add('a', second.promise);
	underWay.add('b', other.promise);
	let ended = false;
	const waiting = underWay.ended('a').then(() => (ended = true));
	second.resolve(null);
	await new Promise((later) => setTimeout(later, 1));
	expect(ended).toBe(false);
	first.reject(new Error('failed'));
	await waiting;
	await underWay.ended('a');
	await underWay.ended('nothing');
});
