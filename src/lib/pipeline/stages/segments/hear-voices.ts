import type { Session } from '../../../domain/session.ts';
import type { RunSettings } from '../../../domain/settings.ts';
import { durationOf, overlapSeconds, type TimeRange } from '../../../domain/time-range.ts';
import {
	stretchesAlone,
	unexplainedSpeech,
	withHeardSpeech,
} from '../../../perception/voice/heard-alone.ts';
import { recogniseVoices } from '../../../perception/voice/same-voice.ts';
import {
	meanPrint,
	type VoicePrint,
	type VoiceThresholds,
} from '../../../perception/voice/voice-embedder.ts';
import { present } from '../../../support/assert.ts';
import { ConfabError } from '../../../support/errors.ts';
import { fingerprint } from '../../fingerprint.ts';
import { withFile, type Ports } from '../../ports.ts';
import { versionOf } from '../../stored-result.ts';
import type { Work } from '../../work.ts';
import { fileFor, type HeardFile } from '../activity/hear-sound.ts';
import type { RunPlan } from '../activity/plan.ts';
import type { SessionActivity } from '../activity/stage.ts';
import type { UsableTrack } from '../decode/usable-tracks.ts';
import type { SegmentedSpeaker } from './segment-speakers.ts';
import { mayBeOne, tellOfDoubles, tellOfStrangers, type KnownVoice } from './voice-doubts.ts';
import { storedPrints, type voicePrints, type VoicePrints } from './voice-prints.ts';

export interface SegmentsInput {
	readonly session: Session;
	readonly plan: RunPlan;
	readonly tracks: readonly UsableTrack[];
	readonly scored: SessionActivity;
}

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
	{ session, plan, tracks, scored: { voiceActivity, heard: files } }: SegmentsInput,
	segmented: ReadonlyMap<string, SegmentedSpeaker>,
	print: typeof voicePrints,
	ports: Ports,
	work: Work,
): Promise<ReadonlyMap<string, SegmentedSpeaker>> {
	if (!wantsVoices(plan.settings)) return segmented;
	const speakers = session.speakers.flatMap(({ id }) => segmented.get(id) ?? []);
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

	const sets = [...wanted.map(({ stretches }) => stretches), ...attributable.map((part) => [part])];
	const heard = await listen(files, sets, print, ports, work);
	if (!heard) return segmented;
	const known = wanted.map((voice, i) => ({ ...voice, print: present(heard.prints[i], 'print') }));
	tellOfStrangers(work, known, heard.thresholds);
	tellOfDoubles(work, tracks, known, heard.thresholds);
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

/**
 * The challenge baseline does not listen to voices, and its settings stand for it alone; those of the
 * embedded recogniser ask for no other model.
 */
export function wantsVoices({ speechActivity, detector }: RunSettings): boolean {
	return speechActivity !== 'baseline' && detector !== 'embedded';
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
	files: readonly HeardFile[],
	stretches: readonly (readonly TimeRange[])[],
	print: typeof voicePrints,
	ports: Ports,
	work: Work,
): Promise<VoicePrints | null> {
	let version: string;
	try {
		version = await versionOf(storedPrints, null, ports);
	} catch (error) {
		if (!(error instanceof ConfabError) || error.code !== 'ModelUnavailable') throw error;
		work.report({ file: 'voices', message: `Voices were not compared: ${error.message}` });
		return null;
	}
	const prints = new Map<readonly TimeRange[], VoicePrint>();
	let thresholds: VoiceThresholds | null = null;
	for (const heard of files) {
		const sets = stretches.filter((set) => fileFor(files, set) === heard);
		if (sets.length === 0) continue;
		const found = await printsFrom(heard, sets, version, print, ports, work);
		if (!found) return null;
		for (const [i, set] of sets.entries()) prints.set(set, present(found.prints[i], 'print'));
		thresholds = found.thresholds;
	}
	if (!thresholds) return null;
	return { prints: stretches.map((set) => present(prints.get(set), 'print')), thresholds };
}

/** Prints of stretches that one file holds. */
function printsFrom(
	{ file, ...within }: HeardFile,
	sets: readonly (readonly TimeRange[])[],
	version: string,
	print: typeof voicePrints,
	ports: Ports,
	work: Work,
): Promise<VoicePrints | null> {
	const { startSeconds: offset } = within;
	const own = sets.map((set) =>
		set.flatMap((stretch) => {
			if (overlapSeconds(stretch, within) === 0) return [];
			const startSeconds = Math.max(0, stretch.startSeconds - offset);
			return [{ startSeconds, endSeconds: stretch.endSeconds - offset }];
		}),
	);
	return work.tolerate(file.path, async () => {
		const content = await fingerprint(await file.open(work.signal));
		const asked = await fingerprint(new Blob([JSON.stringify(own)]));
		return work.cached(storedPrints, [content, version, asked], (noted) =>
			withFile(file, ports, noted, (media) => print(media, own, ports, noted)),
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
