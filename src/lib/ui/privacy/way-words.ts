import type { WayId } from '../../state/privacy-client.ts';
import type { Attempt } from '../../workers/attempt.ts';

/** What each way out is called. */
export const wayWords: Readonly<Record<WayId, string>> = {
	fetch: 'fetch',
	xhr: 'XMLHttpRequest',
	beacon: 'Beacon',
	websocket: 'WebSocket',
	'event-source': 'Event source',
	image: 'Image',
	script: 'Script',
	webrtc: 'WebRTC (STUN and TURN)',
	'worker-fetch': 'fetch, in a worker',
	'worker-websocket': 'WebSocket, in a worker',
	'worker-import': 'Script, in a worker',
};

/** What came of an attempt, in words. */
export function attemptWords(attempt: Attempt): string {
	switch (attempt.verdict) {
		case 'blocked':
			return `Blocked by the policy (${attempt.directive})`;
		case 'untried':
			return 'Barred: the browser asked no server';
		case 'through':
			return 'Not blocked: an answer came back';
		case 'unproven':
			return `Not shown to be blocked (${attempt.sign})`;
	}
}
