import { frameRateHz } from '../../../domain/session.ts';
import { overlapSeconds, type TimeRange } from '../../../domain/time-range.ts';
import { compareVoices, linkVoices } from '../../../perception/voice/same-voice.ts';
import {
	cosineOf,
	meanPrint,
	type VoicePrint,
	type VoiceThresholds,
} from '../../../perception/voice/voice-embedder.ts';
import type { Work } from '../../work.ts';
import type { UsableTrack } from '../decode/usable-tracks.ts';

/** Speech alone of a person from which on their voice may be held to be somebody else's. */
const surelyEnoughSeconds = 5;

/** The voice of one track. */
export interface KnownVoice {
	readonly usable: UsableTrack;
	/** Index of the speaker in the session. */
	readonly speaker: number;
	/** Of speech alone that it was learnt from. */
	readonly seconds: number;
	readonly print: VoicePrint;
}

/**
 * Whether two speakers may be one person: both are in the session, and their faces are never seen at
 * once.
 */
export function mayBeOne(
	tracks: readonly UsableTrack[],
	speakerId: string,
	otherId: string,
): boolean {
	if (speakerId === otherId) return false;
	const [own, others] = [speakerId, otherId].map((id) =>
		tracks.filter(({ speaker }) => speaker.id === id).map(seenIn),
	);
	if (!own?.length || !others?.length) return false;
	return own.every((range) => others.every((other) => overlapSeconds(range, other) === 0));
}

function seenIn({ track: { startSeconds }, frameCount }: UsableTrack): TimeRange {
	return { startSeconds, endSeconds: startSeconds + frameCount / frameRateHz };
}

/** Tells of tracks whose voice is not that of the same speaker's first one. */
export function tellOfStrangers(
	work: Work,
	known: readonly KnownVoice[],
	thresholds: VoiceThresholds,
): void {
	for (const { usable, speaker, print } of known) {
		const first = known.find((other) => other.speaker === speaker);
		if (!first || first.usable === usable) continue;
		const { cosine, verdict } = compareVoices(thresholds, first.print, print);
		if (verdict !== 'different') continue;
		work.report({
			file: usable.track.video.path,
			message:
				`The voice here is not that of ${first.usable.track.id} of ${usable.speaker.id}: ` +
				`they are alike to ${cosine.toFixed(2)}, and one voice hardly ever to less than ` +
				`${thresholds.differentVoicesCosine}. Check that both tracks show the same person.`,
		});
	}
}

/**
 * Tells of speakers who sound like one person and are never seen at once: somebody may be listed twice.
 * Two who are seen at once are two, however alike they sound, and nothing is said of them.
 */
export function tellOfDoubles(
	work: Work,
	tracks: readonly UsableTrack[],
	known: readonly KnownVoice[],
	{ surelySameCosine }: VoiceThresholds,
): void {
	const people = [...new Set(known.map(({ speaker }) => speaker))].flatMap((speaker) => {
		const own = known.filter((voice) => voice.speaker === speaker);
		const [first] = own;
		const seconds = own.reduce((sum, voice) => sum + voice.seconds, 0);
		if (!first || seconds < surelyEnoughSeconds) return [];
		return [{ id: first.usable.speaker.id, print: meanPrint(own.map(({ print }) => print)) }];
	});
	const apart = people.map((a) => people.map((b) => !mayBeOne(tracks, a.id, b.id)));
	const groups = linkVoices(
		{ sameVoiceCosine: surelySameCosine },
		people.map(({ print }) => print),
		(a, b) => apart[a]?.[b] ?? true,
	);
	for (const group of new Set(groups)) {
		const alike = people.filter((_, i) => groups[i] === group);
		if (alike.length < 2) continue;
		const cosines = alike.flatMap((a, i) =>
			alike.slice(i + 1).map((b) => cosineOf(a.print, b.print)),
		);
		const names = new Intl.ListFormat('en').format(alike.map(({ id }) => id));
		work.report({
			file: 'voices',
			message:
				`${names} sound like one person: their voices are alike to ` +
				`${Math.min(...cosines).toFixed(2)}, and their faces are never seen at once. ` +
				`Check that nobody is listed twice.`,
		});
	}
}
