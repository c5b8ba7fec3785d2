/**
 * Loads what the screens otherwise load when it is first used, so that it is there when the network goes
 * away. Never rejects: what cannot be had now is asked for again when it is used.
 */
export async function loadRest(): Promise<void> {
	await Promise.allSettled([
		import('../formats/index.ts'),
		import('../formats/take-away/formats.ts'),
		import('../formats/take-away/names.ts'),
		import('../formats/take-away/narrow.ts'),
		import('../formats/reference/label-files.ts'),
		import('../formats/reference/match-speakers.ts'),
		import('../formats/zip-files.ts'),
		import('../people/recluster.ts'),
		import('./project-sessions.ts'),
		import('./ways-out.ts'),
	]);
}
