import { frameRateHz } from '../domain/session.ts';
import { seriesLayer, type SeriesKind } from './layer-kind.ts';

/** How likely each person talks: the run's own curve, which regrouped voices change. */
export const speech: SeriesKind = {
	id: 'speech',
	shape: 'series',
	title: 'Speech curves',
	row: 'Speech',
	legend: 'Curves: how likely somebody talks; a thin line where that is not known.',
	steps: [],
	channels: ['probability'],
	range: [0, 1],
	decimals: 4,
	derive: ({ speakers }) =>
		speakers.map(({ id, activity }) => {
			const startSeconds = activity.frameStart / frameRateHz;
			const place = { personId: id, rateHz: frameRateHz, startSeconds };
			return seriesLayer(speech, place, [activity.probabilities]);
		}),
};
