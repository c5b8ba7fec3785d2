import * as v from 'valibot';
import type { WayId } from '../state/privacy-client.ts';
import { ask, attempt, openSocket, type Attempt } from '../workers/attempt.ts';

/*
 * Ways out of a page, each as hostile code would try it. All that is sent is the name of the way.
 */

const patienceMilliseconds = 8000;

type PageWay = (address: string) => Promise<boolean>;

const failed = (): Error => new Error('it failed');

const pageWays: Readonly<Partial<Record<WayId, PageWay>>> = {
	fetch: ask,
	xhr: (address) =>
		new Promise((done, reject) => {
			const request = new XMLHttpRequest();
			request.onload = () => done(true);
			request.onerror = () => reject(failed());
			request.open('GET', address);
			request.send();
		}),
	// It tells nobody what became of it.
	beacon: (address) => {
		navigator.sendBeacon(address);
		return Promise.resolve(false);
	},
	websocket: openSocket,
	'event-source': (address) =>
		new Promise((done, reject) => {
			const source = new EventSource(address);
			source.onopen = () => {
				source.close();
				done(true);
			};
			source.onerror = () => {
				source.close();
				reject(failed());
			};
		}),
	image: (address) =>
		new Promise((done, reject) => {
			const image = new Image();
			image.onload = () => done(true);
			image.onerror = () => reject(failed());
			image.src = address;
		}),
	script: (address) =>
		new Promise((done, reject) => {
			const script = document.createElement('script');
			script.onload = () => done(true);
			script.onerror = () => reject(failed());
			script.src = address;
			document.head.append(script);
			script.remove();
		}),
};

const outcomeSchema = v.variant('verdict', [
	v.object({ verdict: v.literal('blocked'), directive: v.string() }),
	v.object({ verdict: v.picklist(['untried', 'through']) }),
	v.object({ verdict: v.literal('unproven'), sign: v.string() }),
]);

/**
 * Tries one way to reach an address outside. One at a time: the browser's reports are told apart by
 * their address alone.
 */
export async function tryOut(way: WayId, address: string): Promise<Attempt> {
	const named = new URL(`?confab-tries=${way}`, address).href;
	const tried =
		way === 'webrtc'
			? tryWebRtc(address)
			: way.startsWith('worker-')
				? tryInWorker(way, named)
				: attempt(pageWays[way] ?? (() => Promise.reject(failed())), named);
	let timer: ReturnType<typeof setTimeout> | undefined;
	const late = new Promise<Attempt>((done) => {
		timer = setTimeout(done, patienceMilliseconds, { verdict: 'unproven', sign: 'no sign' });
	});
	return Promise.race([tried, late]).finally(() => clearTimeout(timer));
}

async function tryInWorker(way: WayId, address: string): Promise<Attempt> {
	const worker = new Worker(new URL('../workers/probe.worker.ts', import.meta.url), {
		type: 'module',
	});
	try {
		const data = await new Promise<unknown>((done, reject) => {
			worker.onmessage = (event: MessageEvent<unknown>) => done(event.data);
			worker.onerror = () => reject(new Error('the worker failed'));
			worker.postMessage({ way, address });
		});
		return v.parse(outcomeSchema, data);
	} finally {
		worker.terminate();
	}
}

/**
 * A peer connection that would have to ask a server for a way out. No event reports that this is barred;
 * but a browser that tries the servers tells so, by what they answer or by an error for each: the
 * second one, with a made-up password, can end in nothing else. Where it is done and has told of
 * neither, it has not tried.
 */
async function tryWebRtc(address: string): Promise<Attempt> {
	if (!('RTCPeerConnection' in globalThis)) return { verdict: 'untried' };
	const { hostname, port } = new URL(address);
	const host = `${hostname}:${port || '3478'}`;
	const peer = new RTCPeerConnection({
		iceServers: [
			{ urls: `stun:${host}` },
			{ urls: `turn:${host}?transport=tcp`, username: 'nobody', credential: 'nothing' },
		],
	});
	try {
		return await new Promise<Attempt>((done, reject) => {
			peer.onicecandidate = ({ candidate }) => {
				if (candidate && candidate.type !== 'host') done({ verdict: 'through' });
			};
			peer.onicecandidateerror = ({ errorCode, errorText }) =>
				done({ verdict: 'unproven', sign: `it was tried (${errorCode} ${errorText})` });
			peer.onicegatheringstatechange = () => {
				if (peer.iceGatheringState !== 'complete') return;
				// An error may be told of just after.
				setTimeout(done, 500, { verdict: 'untried' });
			};
			peer.createDataChannel('nothing');
			peer
				.createOffer()
				.then((offer) => peer.setLocalDescription(offer))
				.catch(reject);
		});
	} finally {
		peer.close();
	}
}
