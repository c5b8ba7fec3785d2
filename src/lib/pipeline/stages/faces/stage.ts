import type { MediaInfo } from '../../../media/media-source.ts';
import type { Session } from '../../../domain/session.ts';
import type { RunSettings } from '../../../domain/settings.ts';
import { peopleOfFaces } from '../../../people/face-people.ts';
import type { FaceMaterial, FoundTrack } from '../../../people/find-faces.ts';
import type { SoundLag } from '../../../perception/active-speaker/sound-lag.ts';
import { seenTwice } from '../../../people/seen-twice.ts';
import { present } from '../../../support/assert.ts';
import type { Progress } from '../../../support/progress.ts';
import { fingerprint } from '../../fingerprint.ts';
import { withFile } from '../../ports.ts';
import type { Stage } from '../../stage.ts';
import { versionOf } from '../../stored-result.ts';
import { faceScoreModels } from '../activity/face-scores.ts';
import { faces as about } from './about.ts';
import { faceDetector, faceEmbedder, isHere, lookForFaces, storedFaces } from './find.ts';
import { scoreLipsOf, storedLips } from './lip-scores.ts';

export interface FacesInput {
	readonly session: Session;
	/** As asked for. */
	readonly settings: RunSettings;
}

/** A track with what was found of it. */
export interface SeenTrack extends FoundTrack {
	/** Number of the person whose face it is, from 0 on in the order in which they are first seen. */
	readonly person: number;
	/** Log odds of speaking, one a frame from its first on; NaN where nothing can tell. */
	readonly lips: Float32Array;
}

/** Everybody who is seen in a recording. */
export interface SeenPeople {
	readonly shots: FaceMaterial['shots'];
	readonly tracks: readonly SeenTrack[];
	readonly lag: SoundLag;
}

export interface FacesFound {
	/** Null for a recording without a picture, or one in which faces cannot be looked for. */
	readonly seen: SeenPeople | null;
}

/** The slow work of the stage; tests give others. */
export interface FacesSteps {
	readonly lookForFaces: typeof lookForFaces;
	readonly scoreLips: typeof scoreLipsOf;
}

/** A picture of fewer frames is a cover, no film. */
const fewestFrames = 25;

/** What of a run's time goes into finding faces; looking whether they speak is the rest. */
const findingPart = 0.5;

/** Who is seen in a recording, where, and whether their lips go with the sound. */
export function facesStage(
	steps: FacesSteps = { lookForFaces, scoreLips: scoreLipsOf },
): Stage<FacesInput, FacesFound> {
	return {
		ids: [about.id],
		models: () => [faceDetector, faceEmbedder, ...faceScoreModels],
		run: async ({ session, settings }, ports, work) => {
			const file = present(session.recording, 'recording');
			const info = await withFile(file, ports, work, (media) => Promise.resolve(media.info));
			if (!isFilm(info)) return { seen: null };
			for (const id of [faceDetector, ...faceScoreModels]) {
				if (await isHere(id, ports)) continue;
				const message = `The model "${id}" is not here, so people are told apart by their voices alone.`;
				work.report({ file: file.path, message });
				return { seen: null };
			}
			const content = await fingerprint(await file.open(work.signal));
			const { durationSeconds } = info;
			/** Both ways through the recording as one. */
			const half =
				(first: number, part: number) =>
				({ done, total }: Progress): void => {
					const frames = total === done ? (info.video?.frameCount ?? done) : total;
					const share = Math.min(1, done / Math.max(1, frames));
					const seconds = Math.round((first + part * share) * durationSeconds * 10) / 10;
					work.progress(about.id, { done: seconds, total: durationSeconds, unit: 'seconds' });
				};
			const version = await versionOf(storedFaces, null, ports);
			const found = await work.cached(storedFaces, [content, version], (noted) =>
				withFile(file, ports, noted, (media) =>
					steps.lookForFaces(media, ports, noted.withProgress(half(0, findingPart))),
				),
			);
			const lipVersion = await versionOf(storedLips, settings, ports);
			const lips = await work.cached(storedLips, [content, version, lipVersion], (noted) => {
				const own = noted.withProgress(half(findingPart, 1 - findingPart));
				return withFile(file, ports, noted, (media) =>
					steps.scoreLips(media, file.path, found.tracks, settings, ports, own),
				);
			});
			const scored = found.tracks.map((track, i) => {
				return { ...track, lips: present(lips.scores[i], 'lips') };
			});
			const people = peopleOfFaces(scored, seenTwice(scored));
			const tracks = scored.map((track, i): SeenTrack => {
				return { ...track, person: present(people[i], 'person') };
			});
			return { seen: { shots: found.shots, tracks, lag: lips.lag } };
		},
	};
}

/** Whether there is a picture that moves, with sound. */
function isFilm({ video, audio }: MediaInfo): boolean {
	if (video === null || audio === null || video.isStill) return false;
	return video.frameCount >= fewestFrames;
}
