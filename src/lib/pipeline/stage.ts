import type { RunSettings } from '../domain/settings.ts';
import type { Ports } from './ports.ts';
import type { StageId } from './stages/list.ts';
import type { Work } from './work.ts';

/** One step of a run: `stages/<name>/stage.ts` exports one of these. */
export interface Stage<Input extends object, Found extends object> {
	/** Its lines on the screen. A stage of several counts the work of each by itself. */
	readonly ids: readonly [StageId, ...StageId[]];
	/** Ids of the catalogue's models that it may need, so that they are fetched in good time. */
	readonly models: (settings: RunSettings) => readonly string[];
	/**
	 * What it finds, by name; later stages take it as input.
	 *
	 * @throws ConfabError where the run cannot continue; the signal's reason when aborted.
	 */
	readonly run: (input: Input, ports: Ports, work: Work) => Promise<Found> | Found;
}

/**
 * Stages in order, each of which takes what was there at the start and what those before it have found.
 * The compiler refuses a stage whose input nobody has found yet.
 */
export interface StagePath<Start extends object, Found extends object> {
	/** The path with one more stage at its end. */
	next<More extends object>(stage: Stage<Found, More>): StagePath<Start, Found & More>;
	/** What all its stages may need. */
	models(settings: RunSettings): readonly string[];
	/** Takes something through all stages; each is timed and reported. */
	run(start: Start, ports: Ports, work: Work): Promise<Found>;
}

/** A path that is still without stages. */
export function pathFrom<Start extends object>(): StagePath<Start, Start> {
	return pathOf(
		() => [],
		(start) => Promise.resolve(start),
	);
}

function pathOf<Start extends object, Found extends object>(
	models: StagePath<Start, Found>['models'],
	run: StagePath<Start, Found>['run'],
): StagePath<Start, Found> {
	return {
		models,
		run,
		next: <More extends object>(stage: Stage<Found, More>) =>
			pathOf<Start, Found & More>(
				(settings) => [...new Set([...models(settings), ...stage.models(settings)])],
				async (start, ports, work) => {
					const found = await run(start, ports, work);
					return { ...found, ...(await timed(stage, found, ports, work)) };
				},
			),
	};
}

async function timed<Input extends object, Found extends object>(
	{ ids, run }: Stage<Input, Found>,
	input: Input,
	ports: Ports,
	work: Work,
): Promise<Found> {
	const { clock } = work;
	const [first, ...others] = ids;
	for (const id of ids) clock.start(id);
	const running = (): Promise<Found> | Found => run(input, ports, work);
	const found = await (others.length === 0 ? clock.measure(first, running) : running());
	for (const id of ids) clock.finish(id);
	return found;
}
