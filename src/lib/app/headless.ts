import * as v from 'valibot';
import { languageChoices } from '../domain/languages.ts';
import type { Session } from '../domain/session.ts';
import {
	defaultSettings,
	detectors,
	recordingSettings,
	type RunSettings,
} from '../domain/settings.ts';
import { withSoundTrack } from '../domain/sound-track.ts';
import {
	buildOutput,
	pickedFiles,
	readSessions,
	referenceNames,
	type DroppedFile,
} from '../formats/index.ts';
import { fileStem } from '../formats/take-away/names.ts';
import type { JobEvent } from '../pipeline/job.ts';
import { type AvsrKind, avsrKinds } from '../recognisers/avsr/manifest.ts';
import { embeddedId } from '../recognisers/embedded.ts';
import { recogniserIds } from '../recognisers/recogniser-ids.ts';
import type { ConfabClient } from '../state/client.ts';
import { guessTime } from '../state/recording-time.ts';
import { present } from '../support/assert.ts';
import { ConfabError, messageOf, type Problem } from '../support/errors.ts';
import { clockText } from '../ui/common/time-text.ts';
import { longText, mediaText, rangeText, soundText } from '../ui/upload/recording-words.ts';

/** What became of one session. */
export interface HeadlessSession {
	readonly name: string;
	/** The name as one that can be a file's. */
	readonly stem: string;
	readonly ok: boolean;
	/** One line, when it did not go through. */
	readonly reason?: string;
	/** The files of its output folder by path, when it did. */
	readonly files?: Readonly<Record<string, string>>;
	/** Its result as a `.confab` file without the recordings, in base 64, when that was asked for. */
	readonly project?: string;
	/** Largest memory of the page while it ran, in bytes; null where that cannot be seen. */
	readonly peakBytes: number | null;
}

/** The memory of the page, as the program that drives it sees it. */
export interface PageMemory {
	reset(): Promise<void>;
	/** Since the last reset. */
	peakBytes(): Promise<number | null>;
}

export interface HeadlessOutcome {
	readonly sessions: readonly HeadlessSession[];
	/** What was wrong with the input as a whole. */
	readonly problems: readonly Problem[];
}

const count = v.pipe(v.number(), v.integer(), v.minValue(1));

const partialSettings = v.partial(
	v.strictObject({
		speechActivity: v.picklist(['calibrated', 'baseline']),
		conversations: v.picklist(['confab', 'baseline']),
		recogniser: v.string(),
		detector: v.picklist(detectors),
		decoding: v.picklist(['beam', 'greedy']),
		language: v.picklist(languageChoices),
		audioScale: v.picklist(['int16', 'unit']),
		recompute: v.boolean(),
		people: v.nullable(v.object({ least: count, most: count })),
		/** Of recordings, counted from 1. */
		audioTrack: count,
	}),
);

type PartialSettings = Omit<v.InferOutput<typeof partialSettings>, 'audioTrack'>;

const peakSchema = v.nullish(v.number(), null);

/**
 * Runs everything that was put into a file input through the same client the screens use, one session
 * after the other; a session that fails does not keep the next from being run. Labels are only used
 * when scores are asked for.
 */
export async function runHeadless(
	client: ConfabClient,
	files: readonly DroppedFile[],
	options: {
		settings: unknown;
		score: boolean;
		/** Whether a `.confab` file is made of each, too. */
		project?: boolean;
		onLine: (line: string) => void;
		memory: PageMemory;
	},
): Promise<HeadlessOutcome> {
	const { memory } = options;
	const { audioTrack, ...asked } = v.parse(partialSettings, options.settings);
	const found = await readSessions(files);
	const sessions: HeadlessSession[] = found.refused.map(({ name, error }) => ({
		name,
		stem: fileStem(name),
		ok: false,
		reason: reasonOf(error),
		peakBytes: null,
	}));
	for (const session of found.sessions) {
		const { name } = session;
		const stem = fileStem(name);
		await memory.reset();
		try {
			const onEvent = (event: JobEvent): void => options.onLine(`${name}: ${describe(event)}`);
			const onLook = (line: string): void => options.onLine(`${name}: ${line}`);
			const heard =
				session.cast === 'found' ? await lookAt(session, audioTrack, client, onLook) : session;
			const input = options.score ? heard : { ...heard, labels: null };
			const result = await client.run(input, settingsFor(session, asked), { onEvent });
			const output = buildOutput(result);
			const entries = output.map((file): [string, string] => [file.name, file.text]);
			const project = options.project && (await projectText(client, input.id));
			const peakBytes = await memory.peakBytes();
			const files = Object.fromEntries(entries);
			sessions.push({ name, stem, ok: true, files, ...(project && { project }), peakBytes });
		} catch (error) {
			const peakBytes = await memory.peakBytes();
			sessions.push({ name, stem, ok: false, reason: reasonOf(error), peakBytes });
		}
	}
	// A refused session has its reason in its own line.
	const told = found.refused.map(({ name }) => `${name}/`);
	const problems = found.problems.filter(({ file }) => !told.some((name) => file.startsWith(name)));
	return { sessions, problems };
}

/** What crosses over to the program that drives the page is text. */
async function projectText(client: ConfabClient, sessionId: string): Promise<string> {
	const project = await client.exportProject([sessionId], [], {});
	const bytes = new Uint8Array(await project.arrayBuffer());
	let text = '';
	for (const byte of bytes) text += String.fromCharCode(byte);
	return btoa(text);
}

/**
 * Looks at a recording before it is run, and says what a card says on the screen.
 *
 * @param number which of its sound tracks is to be heard, counted from 1; the default one when not given
 * @returns the recording, heard by that track
 * @throws ConfabError `UnsupportedMedia` when it cannot be used, or has no such track
 */
async function lookAt(
	session: Session,
	number: number | undefined,
	client: ConfabClient,
	onLine: (line: string) => void,
): Promise<Session> {
	const chosen = number === undefined ? session : withSoundTrack(session, number - 1);
	const file = present(chosen.recording, 'recording');
	const description = await client.describe(file);
	const { durationSeconds, audio, notes } = description;
	const tracks = audio?.tracks.length ?? 0;
	if (number !== undefined && number > tracks) {
		const has = tracks === 1 ? 'one sound track' : `${tracks} sound tracks`;
		const message = `has ${has}, so there is no number ${number}`;
		throw new ConfabError('UnsupportedMedia', `${file.path} ${message}`, {
			problems: [{ file: file.path, message }],
		});
	}
	const facts = [mediaText(description), soundText(description, number)];
	onLine([clockText(durationSeconds), ...facts].join(' · '));
	for (const note of notes) onLine(note);
	if (longText(durationSeconds) !== null) {
		const { threads } = await client.machine();
		onLine(`a long recording: takes ${rangeText(guessTime(durationSeconds, threads, null))}`);
	}
	return number === undefined || audio?.tracks[number - 1]?.isDefault ? session : chosen;
}

/**
 * Adds a recogniser: those kinds that the files hold as artefacts; where they hold a checkpoint, the one
 * that runs anywhere.
 */
async function addHeadless(
	client: ConfabClient,
	files: readonly DroppedFile[],
	offer: string,
	onLine: (line: string) => void,
): Promise<void> {
	const built = avsrKinds.filter((kind) =>
		files.some(({ path }) => path.endsWith(`manifest-${kind}.json`)),
	);
	const kinds: readonly AvsrKind[] = built.length > 0 ? built : ['q8'];
	await client.addModel(offer, kinds, files, {
		onProgress: ({ stage, subject, done, total, unit }) =>
			onLine(`${offer}: ${stage} ${subject ?? ''} ${done}/${total} ${unit}`),
	});
}

/** What is not asked for is as it is by default of a session, or of a recording without metadata. */
function settingsFor({ cast }: Session, asked: PartialSettings): RunSettings {
	const defaults = cast === 'found' ? recordingSettings : defaultSettings;
	const { speechActivity, detector, conversations, recogniser } = asked;
	const { decoding, language, audioScale, recompute, people } = asked;
	return {
		speechActivity: speechActivity ?? defaults.speechActivity,
		conversations: conversations ?? defaults.conversations,
		recogniser: recogniser ?? defaults.recogniser,
		detector: detector ?? defaults.detector,
		decoding: decoding ?? defaults.decoding,
		language: language ?? defaults.language,
		audioScale: audioScale ?? defaults.audioScale,
		recompute: recompute ?? defaults.recompute,
		// Metadata say how many people there are.
		people: cast === 'found' ? (people ?? defaults.people) : null,
	};
}

function reasonOf(error: unknown): string {
	const first = error instanceof ConfabError ? error.problems[0] : undefined;
	const message = messageOf(error);
	const detail = first && !message.includes(first.message);
	return `${message}${detail ? ` (${first.file}: ${first.message})` : ''}`.replace(/\s+/g, ' ');
}

function describe(event: JobEvent): string {
	switch (event.kind) {
		case 'stage-started':
			return `${event.stage} ...`;
		case 'stage-done':
			return `${event.stage} done in ${event.seconds.toFixed(1)} s${event.fromStore ? ' (stored)' : ''}`;
		case 'progress': {
			const { subject, done, total, unit } = event.progress;
			const counts = `${Math.round(done)}/${Math.round(total)} ${unit}`;
			return [event.stage, subject, counts].filter(Boolean).join(' ');
		}
		case 'model':
			return `${event.use.id} on ${event.use.provider} (${event.use.precision})${event.use.note ? `: ${event.use.note}` : ''}`;
		case 'problem':
			return `problem: ${event.problem.file}: ${event.problem.message}`;
	}
}

/**
 * Puts `confab` on the page for a program that drives it: `runInputs(input, settings, score, project)` runs
 * what the file input of that id holds, and tells its progress line by line to `confabProgress`, where
 * the program has put one; `confabMemory('reset')` and `confabMemory('peak')` are asked about the page's memory.
 * `recognisers` and `languages` are what settings may name. `addModels(input, id)` adds a recogniser, one
 * of `addable`, from what the file input of that id holds. `referenceNames(name, siblings)` are those files
 * beside a recording that are to be put into the input with it.
 */
export function exposeHeadless(client: ConfabClient): void {
	const filesOf = (inputId: string): readonly DroppedFile[] => {
		const input = document.getElementById(inputId);
		if (!(input instanceof HTMLInputElement)) throw new TypeError(`No file input "${inputId}"`);
		return pickedFiles(input.files ?? []);
	};
	const tell = (name: string, ...given: readonly unknown[]): unknown => {
		const told: unknown = Reflect.get(globalThis, name);
		return typeof told === 'function' ? Reflect.apply(told, null, given) : undefined;
	};
	const onLine = (line: string): void => {
		tell('confabProgress', line);
	};
	const memory: PageMemory = {
		reset: async () => {
			await tell('confabMemory', 'reset');
		},
		peakBytes: async () => v.parse(peakSchema, await tell('confabMemory', 'peak')),
	};
	const runInputs = (
		inputId: string,
		settings: unknown,
		score: boolean,
		project: boolean,
	): Promise<HeadlessOutcome> =>
		runHeadless(client, filesOf(inputId), { settings, score, project, onLine, memory });
	const addModels = (inputId: string, offer: string): Promise<void> =>
		addHeadless(client, filesOf(inputId), offer, onLine);
	Object.defineProperty(globalThis, 'confab', {
		value: {
			recognisers: recogniserIds,
			languages: languageChoices,
			addable: recogniserIds.filter((id) => id !== embeddedId),
			runInputs,
			addModels,
			referenceNames,
		},
		configurable: true,
	});
}
