import type * as v from 'valibot';
import type { Session, SourceFile, Speaker, Track } from '../domain/session.ts';
import { frameRateHz } from '../domain/session.ts';
import { timeRange } from '../domain/time-range.ts';
import { ConfabError } from '../support/errors.ts';
import type { Problem } from '../support/errors.ts';
import type { SlowOptions } from '../support/progress.ts';
import { contentId } from './content-id.ts';
import { parseValue, readJson } from './json-file.ts';
import { readLabels } from './labels.ts';
import {
	cropSchema,
	objectSchema,
	speakerCropsSchema,
	speakerSchema,
	trackSchema,
} from './mcorec-schema.ts';
import { baseName, checkPath, isSafeFileName } from './paths.ts';
import { problemLine } from './problems.ts';
import type { SessionFolder } from './session-folder.ts';

export const metadataName = 'metadata.json';

type SpeakerEntry = v.InferOutput<typeof speakerSchema>;
type CropEntry = v.InferOutput<typeof cropSchema>;

/**
 * Speakers by id, in the order of the file. Fills `problems` with everything that makes it unusable; of
 * a speaker that is broken, the crops remain where they can be read, so that theirs is told as well.
 */
function parseSpeakers(metadata: Readonly<Record<string, unknown>>, problems: Problem[]) {
	const speakers = new Map<string, SpeakerEntry>();
	const folded = new Set<string>();
	for (const [id, value] of Object.entries(metadata)) {
		const refuse = (message: string): void => {
			problems.push({ file: metadataName, field: id, message });
		};
		if (!isSafeFileName(id)) {
			refuse('expected a speaker id of letters, digits, "_", "-" and ".", as it names a file');
		}
		if (folded.has(id.toLowerCase())) refuse('differs from another speaker id by case alone');
		folded.add(id.toLowerCase());
		const parsed = parseValue(speakerSchema, value, metadataName, id);
		if (!parsed.ok) problems.push(...parsed.problems);
		const entry = parsed.ok ? parsed : parseValue(speakerCropsSchema, value, metadataName, id);
		if (entry.ok) speakers.set(id, entry.value);
	}
	if (Object.keys(metadata).length === 0) {
		problems.push({ file: metadataName, message: 'expected at least one speaker, found none' });
	}
	return speakers;
}

/** The path in a field of the metadata, or null with a problem noted. */
function fieldPath(path: string | undefined, field: string, problems: Problem[]): string | null {
	if (path === undefined) return null;
	const checked = checkPath(path);
	if (checked.ok) return checked.path;
	const message = `${JSON.stringify(path.slice(0, 80))} is refused: ${checked.reason}`;
	problems.push({ file: metadataName, field, message });
	return null;
}

/** When a track starts, from its own file; null with a problem noted when that cannot be known. */
async function readTrackTimes(file: SourceFile, problems: Problem[], signal?: AbortSignal) {
	const parsed = await readJson(file, trackSchema, signal);
	if (!parsed.ok) {
		problems.push(...parsed.problems);
		return null;
	}
	const { start_time: startSeconds, frame_start: frameStart } = parsed.value;
	const frameSeconds = frameStart / frameRateHz;
	// More than a frame apart, words and scores of the track would not meet.
	if (Math.abs(frameSeconds - startSeconds) * frameRateHz > 1) {
		problems.push({
			file: file.path,
			field: 'start_time',
			message: `${startSeconds} s is not when frame_start ${frameStart} is shown (${frameSeconds} s)`,
		});
	}
	return { startSeconds, frameStart };
}

/** One track, or null when it cannot be used; `problems` says why. */
async function readTrack(
	folder: SessionFolder,
	crop: unknown,
	field: string,
	problems: Problem[],
	signal?: AbortSignal,
): Promise<Track | null> {
	const parsed = parseValue(cropSchema, crop, metadataName, field);
	if (!parsed.ok) {
		problems.push(...parsed.problems);
		return null;
	}
	const find = (key: keyof CropEntry): SourceFile | null => {
		const path = fieldPath(parsed.value[key], `${field}.${key}`, problems);
		return path === null ? null : folder.need(path, problems);
	};
	const video = find('video');
	const metadata = find('crop_metadata');
	const boxes = find('bbox');
	const activity = find('asd');
	const lips = find('lip');
	const times = metadata && (await readTrackTimes(metadata, problems, signal));
	if (!video || !times) return null;
	return {
		id: baseName(video.path).replace(/\.[^.]*$/, ''),
		video,
		...times,
		boxes,
		activity,
		lips,
	};
}

/** The tracks with ids of their own: two may come from folders apart and share their file's name. */
function withUniqueIds(tracks: readonly Track[]): readonly Track[] {
	const taken = new Set<string>();
	return tracks.map((track) => {
		let id = track.id;
		for (let copy = 2; taken.has(id); copy++) id = `${track.id}_${copy}`;
		taken.add(id);
		return { ...track, id };
	});
}

async function readSpeaker(
	folder: SessionFolder,
	id: string,
	entry: SpeakerEntry,
	problems: Problem[],
	signal?: AbortSignal,
): Promise<Speaker> {
	const { uem, crops } = entry.central;
	const tracks: Track[] = [];
	for (const [index, crop] of crops.entries()) {
		const field = `${id}.central.crops.${index}`;
		const track = await readTrack(folder, crop, field, problems, signal);
		if (track) tracks.push(track);
		else problems.push({ file: metadataName, field, message: 'this track is left out' });
	}
	if (tracks.length === 0) {
		const message = 'no track of this speaker can be used: the transcript will be empty';
		problems.push({ file: metadataName, field: id, message });
	}
	return { id, uem: uem ? timeRange(uem.start, uem.end) : null, tracks: withUniqueIds(tracks) };
}

/** The central video, where the set has one. */
function findCentralVideo(
	folder: SessionFolder,
	entries: readonly SpeakerEntry[],
	problems: Problem[],
): SourceFile | null {
	const named = entries.map(({ central }) => central.video).find((video) => video !== undefined);
	const path = fieldPath(named ?? 'central_video.mp4', 'central.video', problems);
	const file = path === null ? null : folder.find(path);
	if (file?.size === 0) problems.push({ file: file.path, message: 'is empty (0 bytes)' });
	return file && file.size > 0 ? file : null;
}

function invalid(problems: readonly Problem[]): ConfabError {
	const [first] = problems;
	const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
	const message = `${first ? problemLine(first) : 'cannot be used'}${more}`;
	return new ConfabError('InvalidSession', message, { problems });
}

/** The speakers without what turned out to be unreadable. */
function withoutDamaged(
	speakers: readonly Speaker[],
	damaged: ReadonlyMap<string, Problem>,
): readonly Speaker[] {
	const sound = (file: SourceFile | null): SourceFile | null =>
		file && damaged.has(file.path) ? null : file;
	return speakers.map((speaker) => ({
		...speaker,
		tracks: speaker.tracks
			.filter(({ video }) => sound(video))
			.map((track) => ({
				...track,
				boxes: sound(track.boxes),
				activity: sound(track.activity),
				lips: sound(track.lips),
			})),
	}));
}

/**
 * Reads a session in MCoRec's layout: `metadata.json` names the files of each speaker's tracks, labels
 * lie in `labels/`. A track that cannot be used is left out and reported; the others go on.
 *
 * @throws ConfabError `InvalidSession`, with all problems at once, when the metadata break their schema
 * or no track can be used.
 */
export async function readSession(
	folder: SessionFolder,
	options: SlowOptions = {},
): Promise<Session> {
	const { signal, onProgress } = options;
	const problems: Problem[] = [];
	const metadataFile = folder.need(metadataName, problems);
	if (!metadataFile) throw invalid(problems);
	const metadata = await readJson(metadataFile, objectSchema, signal);
	if (!metadata.ok) throw invalid(metadata.problems);

	const entries = parseSpeakers(metadata.value, problems);
	// Read on even when the metadata are broken, so that everything wrong is told at once.
	const isBroken = problems.length > 0;
	const speakers: Speaker[] = [];
	for (const [id, entry] of entries) {
		speakers.push(await readSpeaker(folder, id, entry, problems, signal));
	}
	const recording = findCentralVideo(folder, [...entries.values()], problems);
	const labels = await readLabels(folder, Object.keys(metadata.value), problems, signal);
	const isUseless = (all: readonly Speaker[]): boolean => all.every((one) => !one.tracks.length);
	if (isBroken || isUseless(speakers)) throw invalid(problems);

	const used = folder.usedFiles;
	const { id, damaged } = await contentId(used, signal, (done) =>
		onProgress?.({ stage: 'read', subject: folder.name, done, total: used.length, unit: 'files' }),
	);
	// A damaged text file was told when it was read.
	for (const problem of damaged.values()) {
		if (!problems.some(({ file }) => file === problem.file)) problems.push(problem);
	}
	const soundSpeakers = withoutDamaged(speakers, damaged);
	if (isUseless(soundSpeakers)) throw invalid(problems);
	return {
		name: folder.name,
		id,
		recording: recording && damaged.has(recording.path) ? null : recording,
		cast: 'given',
		speakers: soundSpeakers,
		labels,
		files: used,
		problems,
	};
}
