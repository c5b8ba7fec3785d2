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
import { joinPeople, linksOf } from '../../../people/join-people.ts';
import { recluster } from '../../../people/recluster.ts';
import { present } from '../../../support/assert.ts';
import { ConfabError } from '../../../support/errors.ts';
import { fingerprint } from '../../fingerprint.ts';
import { withFile } from '../../ports.ts';
import type { Stage } from '../../stage.ts';
import { versionOf } from '../../stored-result.ts';
import type { RunPlan } from '../activity/plan.ts';
import { voiceModel as speechModel } from '../activity/hear-voice.ts';
import type { SeenPeople } from '../faces/stage.ts';
import type { SegmentedSpeaker } from '../segments/segment-speakers.ts';
import { smallVoiceModel, xvectorId } from '../segments/voice-prints.ts';
import type { SpokenTrack } from '../words/read-clips.ts';
import { people as about } from './about.ts';
import { facesIn, type SeenFace } from './faces-in.ts';
import { hearVoices, storedVoices } from './find-voices.ts';

export interface PeopleInput {
	readonly session: Session;
	/** As asked for. */
	readonly settings: RunSettings;
	/** Null where nobody can be seen. */
	readonly seen: SeenPeople | null;
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
		run: async ({ session, settings, seen }, ports, work) => {
			const file = present(session.recording, 'recording');
			const content = await fingerprint(await file.open(work.signal));
			const durationSeconds = await withFile(file, ports, work, ({ info }) => {
				if (info.audio) return Promise.resolve(info.durationSeconds);
				throw noSound(session.name, file.path, info.soundFault);
			});
			const version = await versionOf(storedVoices, null, ports);
			const material = await work.cached(storedVoices, [content, version], (noted) => {
				const own = noted.withProgress((progress) => work.progress(about.id, progress));
				return steps.hearVoices(file, durationSeconds, ports, own);
			});
			const count = settings.people && { min: settings.people.least, max: settings.people.most };
			const faces = seen ? facesIn(seen, material.speech) : [];
			if (faces.some(({ isUnrelated }) => isUnrelated)) {
				work.report({ file: file.path, message: unrelated });
			}
			const lips = faces.map((face) => face.lips);
			const links = linksOf(material.pieces, lips);
			const found = heard(recluster(material, { count, links }));
			const everybody =
				faces.length > 0 ? seenPeople(found, faces, seen?.shots ?? []) : heardPeople(found);
			return {
				plan: { settings },
				durationSeconds,
				...peopleOf(everybody, found, file, durationSeconds),
			};
		},
	};
}

const unrelated =
	'Sound and picture seem unrelated, as in a dubbed film, so people are told apart by their voices alone.';

/** Why nobody is found in a recording without sound, and what can be done. */
function noSound(name: string, file: string, fault: string | null): ConfabError {
	const message = fault
		? `${fault}; convert it to WAV, FLAC, MP3 or AAC and drop that`
		: 'it holds no sound; drop a recording that has some';
	return new ConfabError(
		'UnsupportedMedia',
		`"${name}": people are found by their voices, and none can be heard`,
		{ problems: [{ file, message }] },
	);
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

/** Somebody, with when they talk. */
interface Talker {
	readonly person: FoundPerson;
	readonly turns: readonly TimeRange[];
}

/** Everybody who was found, and whose each piece of speech is. */
interface Everybody {
	readonly talkers: readonly Talker[];
	readonly pieces: readonly (string | null)[];
	readonly idOfVoice: ReadonlyMap<number, string>;
	readonly shots?: readonly TimeRange[];
}

const idAt = (index: number): string => `person_${String(index + 1)}`;

/** People as their voices tell them apart. */
function heardPeople({ voices, pieces }: FoundVoices): Everybody {
	return {
		talkers: voices.map(({ id, confidence, sample, turns }) => {
			return { person: { id: idAt(id), kind: 'voice', confidence, sample }, turns };
		}),
		pieces: pieces.map(({ voice }) => (voice === null ? null : idAt(voice))),
		idOfVoice: new Map(voices.map(({ id }) => [id, idAt(id)])),
	};
}

/** People as their faces and voices tell them apart. */
function seenPeople(
	found: FoundVoices,
	faces: readonly SeenFace[],
	shots: SeenPeople['shots'],
): Everybody {
	const { people, pieces } = joinPeople(
		found,
		faces.map(({ lips }) => lips),
	);
	const voiced = people.flatMap(({ voice }, i) =>
		voice === null ? [] : [[voice, idAt(i)] as const],
	);
	return {
		talkers: people.map(({ face, voice, confidence, sample, turns }, i) => {
			const kind = face === null ? 'voice' : voice === null ? 'face' : 'both';
			const paths = face === null ? {} : { faces: present(faces[face], 'face').paths };
			return { person: { id: idAt(i), kind, confidence, sample, ...paths }, turns };
		}),
		pieces: pieces.map((index) => (index === null ? null : idAt(index))),
		idOfVoice: new Map(voiced),
		shots: shots.map(({ startFrame, endFrame }) => ({
			startSeconds: startFrame / frameRateHz,
			endSeconds: endFrame / frameRateHz,
		})),
	};
}

function peopleOf(
	{ talkers, pieces: owners, idOfVoice, shots }: Everybody,
	{ pieces, voices, count, speech, embedder, doubts }: FoundVoices,
	file: SourceFile,
	durationSeconds: number,
): Omit<PeopleFound, 'plan' | 'durationSeconds'> {
	const people = talkers.map(({ person }) => person);
	// Voices say from how few to how many people there are who talk; faces add those whom nobody hears.
	const unheard = people.length - voices.length;
	const [least, most] = count ?? [1, voices.length];
	const fewest = people.length > 0 ? 1 : 0;
	return {
		speakers: people.map(({ id }) => ({ id, uem: null, tracks: [] })),
		people: {
			people,
			count: { least: Math.max(fewest, least + unheard), most: Math.max(fewest, most + unheard) },
			pieces: pieces.map(({ solo, voice: _, ...piece }, i) => ({
				...piece,
				...(!solo && { overlapped: true }),
				personId: owners[i] ?? null,
			})),
			voiceModel: embedder,
			doubts: doubts.flatMap((doubt) => doubtOf(doubt, idOfVoice)),
			...(shots && { shots }),
		},
		tracks: people.map(({ id }) => ({
			speaker: { id },
			track: { id: recordingTrackId, video: file, lips: null, startSeconds: 0 },
			frameCount: Math.ceil(durationSeconds * frameRateHz),
			soundAlone: true,
		})),
		segmented: new Map(
			talkers.map(({ person: { id }, turns }) => [id, segmentedOf(id, turns, speech)]),
		),
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

function doubtOf(doubt: VoiceDoubt, ids: ReadonlyMap<number, string>): PeopleDoubt[] {
	switch (doubt.code) {
		case 'minor-voice': {
			const personId = ids.get(doubt.voice);
			return personId === undefined ? [] : [{ code: doubt.code, personId }];
		}
		case 'little-speech':
			return [{ code: doubt.code, seconds: doubt.seconds }];
		case 'links-contradict':
			// Lips were believed; what is shown of it is whose face each voice is.
			return [];
		case 'no-speech':
		case 'voices-unknown':
		case 'count-open':
		case 'overlap-unheard':
			return [{ code: doubt.code }];
	}
}
