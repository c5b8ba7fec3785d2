import { durationOf, overlapSeconds, type TimeRange } from '../domain/time-range.ts';
import {
	stretchesAlone,
	unexplainedSpeech,
	withHeardSpeech,
} from '../perception/voice/heard-alone.ts';
import { recogniseVoices } from '../perception/voice/same-voice.ts';
import {
	meanPrint,
	type VoicePrint,
	type VoiceThresholds,
} from '../perception/voice/voice-embedder.ts';
import { present } from '../support/assert.ts';
import { ConfabError } from '../support/errors.ts';
import { fingerprint } from './fingerprint.ts';
import type { RunContext } from './run-context.ts';
import { fileFor, type HeardFile } from './hear-sound.ts';
import type { SessionActivity } from './score-activity.ts';
import type { SegmentedSpeaker, VoicePrints } from './stages.ts';
import { parsePrints } from './stored.ts';
import type { UsableTrack } from './usable-tracks.ts';
import { mayBeOne, tellOfDoubles, tellOfStrangers, type KnownVoice } from './voice-doubts.ts';

/** Speech alone in a track from which on its voice is worth comparing. */
const enoughSeconds = 2;

/**
 * How likely it is that the speaker whose voice is nearest has said what no face explains. Of clear
 * recordings of one to three seconds that came near enough to one of four voices, 0.92 were given to the
 * right one (LibriSpeech, 8 speakers); a room has more voices and more noise.
 */
const heardProbability = 0.8;

/** The voice of one track, to be learnt where its speaker talks alone. */
interface TrackVoice extends Omit<KnownVoice, 'print'> {
	readonly stretches: readonly TimeRange[];
}

/**
 * What voices add to faces. Tracks of one speaker that sound like two people are told of, and speakers
 * who sound like one person and are never seen at once. Speech that
 * comes from no face that is seen is given to the speaker out of sight whose voice it is, so that who
 * talks with whom is found from it too; its words are not recognised.
 *
 * Costs nothing where each speaker has one track and is always seen.
 */
export async function hearVoices(
	run: RunContext,
	tracks: readonly UsableTrack[],
	{ voiceActivity, heard: files }: SessionActivity,
	segmented: ReadonlyMap<string, SegmentedSpeaker>,
): Promise<ReadonlyMap<string, SegmentedSpeaker>> {
	const { speechActivity, detector } = run.settings;
	// The challenge baseline does not listen to voices, and its settings stand for it alone; those of the
	// embedded recogniser ask for no other model.
	if (speechActivity === 'baseline' || detector === 'embedded') return segmented;
	const speakers = run.session.speakers.flatMap(({ id }) => segmented.get(id) ?? []);
	const activities = speakers.map(({ activity }) => activity);
	const unexplained = voiceActivity ? unexplainedSpeech(activities, voiceActivity) : [];
	const wanted = tracks.flatMap((usable): TrackVoice[] => {
		const speaker = activities.findIndex(({ speakerId }) => speakerId === usable.speaker.id);
		const needed =
			unexplained.length > 0 || severalTracks(tracks, usable) || neverWithSomebody(tracks, usable);
		if (speaker < 0 || !needed) return [];
		const { startSeconds } = usable.track;
		const within = { startSeconds, endSeconds: usable.endSeconds };
		const stretches = stretchesAlone(activities, speaker, within);
		const seconds = stretches.reduce((sum, stretch) => sum + durationOf(stretch), 0);
		const enough = seconds >= enoughSeconds && fileFor(files, stretches) !== null;
		return enough ? [{ usable, speaker, seconds, stretches }] : [];
	});
	const comparable = wanted.some(
		({ speaker, usable }, i) =>
			wanted.findIndex((other) => other.speaker === speaker) < i ||
			wanted.some((other) => mayBeOne(tracks, usable.speaker.id, other.usable.speaker.id)),
	);
	const people = new Set(wanted.map(({ speaker }) => speaker));
	const attributable = unexplained.filter(({ unseen }) => unseen.some((i) => people.has(i)));
	if (!comparable && attributable.length === 0) return segmented;

	const heard = await listen(run, files, [
		...wanted.map(({ stretches }) => stretches),
		...attributable.map((part) => [part]),
	]);
	if (!heard) return segmented;
	const known = wanted.map((voice, i) => ({ ...voice, print: present(heard.prints[i], 'print') }));
	tellOfStrangers(run, known, heard.thresholds);
	tellOfDoubles(run, tracks, known, heard.thresholds);
	const prints = heard.prints.slice(wanted.length);
	const nearest = nearestPeople(known, prints, heard.thresholds);
	return new Map(
		speakers.map((speaker, i) => {
			const own = attributable.filter(
				({ unseen }, part) => nearest[part] === i && unseen.includes(i),
			);
			const activity = withHeardSpeech(speaker.activity, own, heardProbability);
			return [activity.speakerId, { ...speaker, activity }];
		}),
	);
}

function severalTracks(tracks: readonly UsableTrack[], { speaker }: UsableTrack): boolean {
	return tracks.filter((other) => other.speaker.id === speaker.id).length > 1;
}

/** Whether there is a speaker who is never seen together with that of the track. */
function neverWithSomebody(tracks: readonly UsableTrack[], { speaker }: UsableTrack): boolean {
	return tracks.some((other) => mayBeOne(tracks, speaker.id, other.speaker.id));
}

/** Prints of stretches of the session's sound; null, and told, where there is nothing to do it with. */
async function listen(
	run: RunContext,
	files: readonly HeardFile[],
	stretches: readonly (readonly TimeRange[])[],
): Promise<VoicePrints | null> {
	let version: string;
	try {
		version = await run.stages.version('voices', run.settings);
	} catch (error) {
		if (!(error instanceof ConfabError) || error.code !== 'ModelUnavailable') throw error;
		run.tell({ file: 'voices', message: `Voices were not compared: ${error.message}` });
		return null;
	}
	const prints = new Map<readonly TimeRange[], VoicePrint>();
	let thresholds: VoiceThresholds | null = null;
	for (const heard of files) {
		const sets = stretches.filter((set) => fileFor(files, set) === heard);
		if (sets.length === 0) continue;
		const found = await printsFrom(run, heard, sets, version);
		if (!found) return null;
		for (const [i, set] of sets.entries()) prints.set(set, present(found.prints[i], 'print'));
		thresholds = found.thresholds;
	}
	if (!thresholds) return null;
	return { prints: stretches.map((set) => present(prints.get(set), 'print')), thresholds };
}

/** Prints of stretches that one file holds. */
function printsFrom(
	run: RunContext,
	{ file, ...within }: HeardFile,
	sets: readonly (readonly TimeRange[])[],
	version: string,
): Promise<VoicePrints | null> {
	const { startSeconds: offset } = within;
	const own = sets.map((set) =>
		set.flatMap((stretch) => {
			if (overlapSeconds(stretch, within) === 0) return [];
			const startSeconds = Math.max(0, stretch.startSeconds - offset);
			return [{ startSeconds, endSeconds: stretch.endSeconds - offset }];
		}),
	);
	return run.tolerate(file.path, async () => {
		const content = await fingerprint(await file.open(run.signal));
		const asked = await fingerprint(new Blob([JSON.stringify(own)]));
		return run.cached('voices', 'segments', [content, version, asked], parsePrints, () =>
			run.withMedia(file, (media) => run.stages.voicePrints(media, own, { signal: run.signal })),
		);
	});
}

/**
 * Index of the speaker whose voice each print is nearest to, or null where none is near enough. All
 * voices compete, those of people who are seen too: the eye may have missed that they talk.
 */
function nearestPeople(
	known: readonly KnownVoice[],
	prints: readonly VoicePrint[],
	thresholds: VoiceThresholds,
): (number | null)[] {
	const people = [...new Set(known.map(({ speaker }) => speaker))];
	const voices = people.map((person) =>
		meanPrint(known.filter(({ speaker }) => speaker === person).map(({ print }) => print)),
	);
	return recogniseVoices(thresholds, prints, voices).map((voice) =>
		voice === null ? null : (people[voice] ?? null),
	);
}
