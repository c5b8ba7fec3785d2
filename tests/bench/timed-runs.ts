import { openHeadless } from '../../scripts/lib/headless.mjs';

export interface Timed {
	readonly seconds: number;
	/** Largest memory of the page meanwhile; null where it cannot be seen. */
	readonly peakBytes: number | null;
}

/** Runs sessions through the built app, one after the other in one browser and its store. */
export async function timedRuns(
	runs: readonly { readonly path: string; readonly settings: object }[],
	log: (line: string) => void,
): Promise<readonly Timed[]> {
	let told = '';
	const app = await openHeadless((line) => {
		// A line for each stage and speaker, not for each of its frames.
		const what = line.replace(/ \d+\/\d+ \w+$/, '');
		if (what !== told) log(`  ${line}`);
		told = what;
	});
	const times: Timed[] = [];
	try {
		for (const { path, settings } of runs) {
			const started = performance.now();
			const outcome = await app.run(path, settings, false);
			const seconds = (performance.now() - started) / 1000;
			const failed = outcome.sessions.find(({ ok }) => !ok);
			const reason = failed?.reason ?? outcome.problems[0]?.message;
			if (reason !== undefined) throw new Error(reason);
			const [session] = outcome.sessions;
			if (!session) throw new Error(`no session in ${path}`);
			const { peakBytes } = session;
			const megabytes = peakBytes === null ? '?' : (peakBytes / 1e6).toFixed(0);
			log(`${seconds.toFixed(1)} s, ${megabytes} MB`);
			times.push({ seconds, peakBytes });
		}
	} finally {
		await app.close();
	}
	return times;
}
