import type { Layer, SeriesLayer, SpanLayer } from '../../domain/layer.ts';
import type { StudioDocument } from '../../domain/studio-document.ts';
import { kindOf } from '../../layers/list.ts';
import { csvText } from '../csv-text.ts';
import type { TextFile } from '../text-file.ts';
import { fileStem, namesBySpeaker } from './names.ts';
import { secondsText, millisecondsOf } from './told-cues.ts';

/**
 * What was measured, a table for each layer: of series a line for each moment with a column for each channel, of
 * spans a line each. Times in seconds of the recording.
 *
 * @param stem begins every name; the kind and, where there is one, the person follow
 */
export function layersCsv(document: StudioDocument, stem: string): readonly TextFile[] {
	const names = namesBySpeaker(document.speakers, fileStem);
	return document.layers.flatMap((layer) => {
		const text = layerCsv(layer);
		if (text === null) return [];
		const { kind, personId } = layer;
		const owner = personId === null ? '' : `-${names.get(personId) ?? personId}`;
		return [{ name: `${stem}-${kind}${owner}.csv`, text }];
	});
}

/** Null for a layer without anything in it. */
function layerCsv(layer: Layer): string | null {
	const kind = kindOf(layer);
	if (layer.shape === 'spans') return layer.spans.length === 0 ? null : spansCsv(layer);
	const length = layer.channels[0]?.values.length ?? 0;
	return length === 0 || kind?.shape !== 'series' ? null : seriesCsv(layer, length, kind.decimals);
}

function spansCsv({ spans }: SpanLayer): string {
	const lines = spans.map((span) => {
		const { startMs, endMs } = millisecondsOf(span);
		return [secondsText(startMs), secondsText(endMs), span.text];
	});
	return csvText([['start_seconds', 'end_seconds', 'text'], ...lines]);
}

function seriesCsv(
	{ rateHz, startSeconds, channels }: SeriesLayer,
	length: number,
	decimals: number,
): string {
	// To the millisecond where all times are whole ones.
	const places = Number.isInteger(1000 / rateHz) ? 3 : 6;
	const lines = Array.from({ length }, (_, i) => [
		(startSeconds + i / rateHz).toFixed(places),
		...channels.map(({ values }) => valueText(values[i] ?? NaN, decimals)),
	]);
	return csvText([['start_seconds', ...channels.map(({ name }) => name)], ...lines]);
}

/** Nothing where nothing is known; what is not finite as readers of tables know it. */
function valueText(value: number, decimals: number): string {
	if (Number.isNaN(value)) return '';
	return Number.isFinite(value) ? value.toFixed(decimals) : value > 0 ? 'inf' : '-inf';
}
