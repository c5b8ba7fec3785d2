import * as v from 'valibot';
import { reportRequests } from '../support/request-report.ts';
import { ask, attempt, openSocket } from './attempt.ts';

/*
 * Tries to reach an address from a worker, which has the policy that its own script came with: the page
 * of privacy shows what comes of it.
 */

reportRequests('probe');

const ways = {
	'worker-fetch': ask,
	'worker-websocket': openSocket,
	'worker-import': async (address: string): Promise<boolean> => {
		await import(/* @vite-ignore */ address);
		return true;
	},
};

const askSchema = v.object({
	way: v.picklist(['worker-fetch', 'worker-websocket', 'worker-import']),
	address: v.string(),
});

addEventListener('message', ({ data }: MessageEvent<unknown>) => {
	const parsed = v.safeParse(askSchema, data);
	if (!parsed.success) return;
	const { way, address } = parsed.output;
	void attempt(ways[way], address).then((outcome) => postMessage(outcome));
});
