import type { FoundPeople, FoundPerson, PeopleDoubt } from '../../../domain/people.ts';
import {
	frameRateHz,
	type Session,
	type SourceFile,
	type Speaker,
} from '../../../domain/session.ts';
import type { RunSettings } from '../../../domain/settings.ts';
import type { TimeRange } from '../../../domain/time-range.ts';
import { activityInTurns, segmentsOfTurns } from '../../../domain/turn-activity.ts';
import type { FoundVoices, VoiceDoubt, VoiceMaterial } from '../../../people/found-voices.ts';
import { recluster } from '../../../people/recluster.ts';
import { present } from '../../../support/assert.ts';
import { ConfabError } from '../../../support/errors.ts';
import { fingerprint } from '../../fingerprint.ts';
import { withFile } from '../../ports.ts';
import type { Stage } from '../../stage.ts';
import { versionOf } from '../../stored-result.ts';
import type { RunPlan } from '../activity/plan.ts';
import { voiceModel as speechModel } from '../activity/hear-voice.ts';
import type { SegmentedSpeaker } from '../segments/segment-speakers.ts';
import { smallVoiceModel } from '../segments/voice-prints.ts';
import type { SpokenTrack } from '../words/read-clips.ts';
import { people as about } from './about.ts';
import { hearVoices, storedVoices, xvectorId } from './find-voices.ts';

export interface PeopleInput {
	readonly session: Session;
	/** As asked for. */
	readonly settings: RunSettings;
}

export interface PeopleFound {
	readonly plan: RunPlan;
	readonly durationSeconds: number;
	readonly speakers: readonly Speaker[];
	readonly people: FoundPeople;
	/** The recording itself, once for each person. */
	readonly tracks: readonly SpokenTrack[];
	readonly segmented: ReadonlyMap<string, SegmentedSpeaker>;
}

/** The slow work of the stage; tests give others. */
export interface PeopleSteps {
	readonly hearVoices: typeof hearVoices;
}

/** The id under which the recording itself is a person's track. */
const recordingTrackId = 'recording';

/** Who is in a recording, by their voices, and when each of them talks. */
export function peopleStage(steps: PeopleSteps = { hearVoices }): Stage<PeopleInput, PeopleFound> {
	return {
		ids: [about.id],
		models: () => [speechModel, xvectorId, smallVoiceModel],
		run: async ({ session, settings }, ports, work) => {
			const file = present(session.recording, 'recording');
			const content = await fingerprint(await file.open(work.signal));
			const durationSeconds = await withFile(file, ports, work, ({ info }) => {
				if (info.audio) return Promise.resolve(info.durationSeconds);
				const problem = { file: file.path, message: 'It holds no sound.' };
				const message = `"${session.name}" holds no sound, so nobody can be told by their voice.`;
				throw new ConfabError('UnsupportedMedia', message, { problems: [problem] });
			});
			const version = await versionOf(storedVoices, null, ports);
			const material = await work.cached(storedVoices, [content, version], (noted) => {
				const own = noted.withProgress((progress) => work.progress(about.id, progress));
				return steps.hearVoices(file, durationSeconds, ports, own);
			});
			const count = settings.people && { min: settings.people.least, max: settings.people.most };
			const found = heard(recluster(material, { count }));
			return { plan: { settings }, durationSeconds, ...peopleOf(found, file, durationSeconds) };
		},
	};
}

/** Where nothing tells voices apart, all speech is one person's. */
function heard(found: FoundVoices): FoundVoices {
	const { pieces, voices } = found;
	const [first] = pieces;
	if (voices.length > 0 || !first) return found;
	const turns = pieces.map(({ startSeconds, endSeconds }) => ({ startSeconds, endSeconds }));
	const spokenSeconds = turns.reduce((sum, turn) => sum + turn.endSeconds - turn.startSeconds, 0);
	const voice = { id: 0, spokenSeconds, confidence: 0, turns, sample: turns[0] ?? first };
	return { ...found, voices: [voice], pieces: pieces.map((piece) => ({ ...piece, voice: 0 })) };
}

function peopleOf(
	{ pieces, voices, count, speech, embedder, doubts }: FoundVoices,
	file: SourceFile,
	durationSeconds: number,
): Omit<PeopleFound, 'plan' | 'durationSeconds'> {
	const idOf = (voice: number): string => `person_${String(voice + 1)}`;
	const turnsOf = new Map(voices.map(({ id, turns }) => [idOf(id), turns]));
	const people = voices.map(({ id, confidence, sample }): FoundPerson => {
		return { id: idOf(id), kind: 'voice', confidence, sample };
	});
	const [least, most] = count ?? [1, voices.length];
	return {
		speakers: people.map(({ id }) => ({ id, uem: null, tracks: [] })),
		people: {
			people,
			count: { least, most },
			pieces: pieces.map(({ solo, voice, ...piece }) => ({
				...piece,
				...(!solo && { overlapped: true }),
				personId: voice === null ? null : idOf(voice),
			})),
			voiceModel: embedder,
			doubts: doubts.flatMap((doubt) => doubtOf(doubt, idOf)),
		},
		tracks: people.map(({ id }) => ({
			speaker: { id },
			track: { id: recordingTrackId, video: file, lips: null, startSeconds: 0 },
			frameCount: Math.ceil(durationSeconds * frameRateHz),
			soundAlone: true,
		})),
		segmented: new Map([...turnsOf].map(([id, turns]) => [id, segmentedOf(id, turns, speech)])),
	};
}

function segmentedOf(
	id: string,
	turns: readonly TimeRange[],
	speech: VoiceMaterial['speech'],
): SegmentedSpeaker {
	const activity = activityInTurns(id, turns, speech);
	return { activity, segments: segmentsOfTurns(activity, turns, recordingTrackId) };
}

function doubtOf(doubt: VoiceDoubt, idOf: (voice: number) => string): PeopleDoubt[] {
	switch (doubt.code) {
		case 'minor-voice':
			return [{ code: doubt.code, personId: idOf(doubt.voice) }];
		case 'little-speech':
			return [{ code: doubt.code, seconds: doubt.seconds }];
		case 'links-contradict':
			// Links come from lips, which are not looked at here.
			return [];
		case 'no-speech':
		case 'voices-unknown':
		case 'count-open':
		case 'overlap-unheard':
			return [{ code: doubt.code }];
	}
}
