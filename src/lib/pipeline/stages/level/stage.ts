import type { Layer } from '../../../domain/layer.ts';
import { frameRateHz, sampleRateHz, type Session } from '../../../domain/session.ts';
import { storedLayersSchema } from '../../../formats/records/layers-schema.ts';
import { seriesLayer } from '../../../layers/layer-kind.ts';
import { level as kind } from '../../../layers/level.ts';
import type { MediaSource } from '../../../media/media-source.ts';
import { LevelMeter } from '../../../signal/level-meter.ts';
import { fingerprint } from '../../fingerprint.ts';
import { withFile } from '../../ports.ts';
import type { Stage } from '../../stage.ts';
import { parser } from '../../stored.ts';
import { versionOf, type StoredResult } from '../../stored-result.ts';
import type { Work } from '../../work.ts';
import { level as about } from './about.ts';

export interface LevelInput {
	readonly session: Pick<Session, 'recording'>;
	/** Of the stages before. */
	readonly layers: readonly Layer[];
}

const stored: StoredResult<readonly Layer[], null> = {
	name: 'level',
	stages: [about.id],
	code: 1,
	models: () => [],
	parse: parser(storedLayersSchema),
};

/**
 * How loud the recording is, frame by frame of 25 Hz: of its sound as all stages hear it, mono at 16 kHz. A
 * session without a recording of its own, or one without sound, has no such layer.
 */
export const level: Stage<LevelInput, { readonly layers: readonly Layer[] }> = {
	ids: [about.id],
	models: () => [],
	run: async ({ session: { recording }, layers }, ports, work) => {
		if (!recording) return { layers };
		const measured = await work.tolerate(recording.path, async () => {
			const content = await fingerprint(await recording.open(work.signal));
			const version = await versionOf(stored, null, ports);
			return work.cached(stored, [content, version], (noted) =>
				withFile(recording, ports, noted, (media) => measure(media, noted)),
			);
		});
		return { layers: [...layers, ...(measured ?? [])] };
	},
};

async function measure(media: MediaSource, work: Work): Promise<readonly Layer[]> {
	const { audio, durationSeconds } = media.info;
	if (!audio) return [];
	const meter = new LevelMeter(sampleRateHz / frameRateHz, durationSeconds * sampleRateHz);
	for await (const { startSample, samples } of media.audio(work.signal)) {
		meter.add(startSample, samples);
		const done = Math.min((startSample + samples.length) / sampleRateHz, durationSeconds);
		work.progress(about.id, { done, total: durationSeconds, unit: 'seconds' });
	}
	const { rms, peak } = meter.result();
	const place = { personId: null, rateHz: frameRateHz, startSeconds: 0 };
	return [seriesLayer(kind, place, [rms, peak])];
}
