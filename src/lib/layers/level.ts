import type { SeriesKind } from './layer-kind.ts';

/** How loud the recording is, as the stage of the same name measures it. */
export const level: SeriesKind = {
	id: 'level',
	shape: 'series',
	title: 'Sound level',
	row: 'Level',
	legend: 'Level: how loud the recording is, −60 to 0 dBFS; dark the mean (RMS), light the peaks.',
	steps: [],
	channels: ['rms_dbfs', 'peak_dbfs'],
	range: [-60, 0],
	decimals: 2,
};
