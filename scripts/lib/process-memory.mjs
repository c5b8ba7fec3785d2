import { readFileSync, readdirSync } from 'node:fs';

/**
 * One process of this machine: its parent, its command line and the memory it holds for itself.
 *
 * @typedef {{ id: number, parent: number, command: string, bytes: number }} Process
 */

/** @param {string} path */
function readOrEmpty(path) {
	try {
		return readFileSync(path, 'utf8');
	} catch {
		// The process has just ended.
		return '';
	}
}

/**
 * Memory a `/proc/PID/status` tells: what the process allocated and what it shares with its threads
 * (WASM memory), without the program's own code.
 *
 * @param {string} status
 */
export function heldBytes(status) {
	const kibibytes = ['RssAnon', 'RssShmem'].map((field) =>
		Number(new RegExp(`^${field}:\\s*(\\d+) kB`, 'm').exec(status)?.[1] ?? 0),
	);
	return 1024 * kibibytes.reduce((sum, value) => sum + value, 0);
}

/**
 * Memory of the largest page among the descendants of the browser that was started with an argument.
 * A page and its workers are one process.
 *
 * @param {readonly Process[]} processes
 * @param {string} argument
 * @returns {number | null} bytes, or null when there is no such page
 */
export function largestPage(processes, argument) {
	const family = new Set(
		processes.filter(({ command }) => command.includes(argument)).map(({ id }) => id),
	);
	for (let grown = true; grown;) {
		const before = family.size;
		for (const { id, parent } of processes) if (family.has(parent)) family.add(id);
		grown = family.size > before;
	}
	const pages = processes.filter(
		({ id, command }) => family.has(id) && command.includes('--type=renderer'),
	);
	return pages.length === 0 ? null : Math.max(...pages.map(({ bytes }) => bytes));
}

/** @returns {Process[]} */
function listProcesses() {
	return readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name))
		.map((name) => {
			const status = readOrEmpty(`/proc/${name}/status`);
			return {
				id: Number(name),
				parent: Number(/^PPid:\s*(\d+)/m.exec(status)?.[1] ?? 0),
				command: readOrEmpty(`/proc/${name}/cmdline`).replaceAll('\0', ' '),
				bytes: heldBytes(status),
			};
		});
}

/**
 * Watches the largest page of a browser. On systems without /proc it knows nothing.
 *
 * @param {string} argument of the browser's command line that no other has
 * @param {number} [everyMilliseconds]
 * @returns {{ reset: () => void, peakBytes: () => number | null, stop: () => void }} `peakBytes`
 *   since the last `reset`
 */
export function watchMemory(argument, everyMilliseconds = 250) {
	/** @type {number | null} */
	let peak = null;
	const sample = () => {
		if (process.platform !== 'linux') return;
		const bytes = largestPage(listProcesses(), argument);
		if (bytes !== null) peak = Math.max(peak ?? 0, bytes);
	};
	const timer = setInterval(sample, everyMilliseconds);
	return {
		reset: () => {
			peak = null;
		},
		peakBytes: () => {
			sample();
			return peak;
		},
		stop: () => clearInterval(timer),
	};
}
