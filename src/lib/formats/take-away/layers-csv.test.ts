import { expect, test } from 'vitest';
import { madeDocument } from '../../../../tests/fixtures/made-document.ts';
import { seriesLayer } from '../../layers/layer-kind.ts';
import { level } from '../../layers/level.ts';
import { layersCsv } from './layers-csv.ts';
import { narrowed } from './narrow.ts';

const made = madeDocument([
	{ name: 'Anna/A', cues: [[1, 5, 'a']] },
	{ name: 'Bo', cues: [[4, 8, 'b']] },
]);
const measured = seriesLayer(level, { personId: null, rateHz: 25, startSeconds: 0.5 }, [
	Float32Array.of(-30.126, -Infinity, NaN),
	Float32Array.of(-20, -Infinity, 0),
]);
const document = { ...made, layers: [...made.layers, measured] };

test('a table for each layer, by kind and person', () => {
	const files = new Map(layersCsv(document, 'party').map(({ name, text }) => [name, text]));
	expect([...files.keys()]).toEqual([
		'party-speech-Anna_A.csv',
		'party-speech-Bo.csv',
		'party-overlap-Bo.csv',
		'party-level.csv',
	]);
	expect(files.get('party-speech-Bo.csv')).toBe('start_seconds,probability\r\n0.000,0.0000\r\n');
	expect(files.get('party-overlap-Bo.csv')).toBe(
		'start_seconds,end_seconds,text\r\n4.000,5.000,between speakers\r\n',
	);
	expect(files.get('party-level.csv')).toBe(
		[
			'start_seconds,rms_dbfs,peak_dbfs',
			'0.500,-30.13,-20.00',
			'0.540,-inf,-inf',
			'0.580,,0.00\r\n',
		].join('\r\n'),
	);
});

test('times that are no whole milliseconds are written to the microsecond', () => {
	const layer = seriesLayer(level, { personId: null, rateHz: 30, startSeconds: 0 }, [
		new Float32Array(2),
		new Float32Array(2),
	]);
	const [file] = layersCsv({ ...document, layers: [layer] }, 'party');
	expect(file?.text.split('\r\n')[2]).toBe('0.033333,0.00,0.00');
});

test('of one person and one stretch there is what was measured of them there', () => {
	const range = { startSeconds: 4.5, endSeconds: 60 };
	const chosen = narrowed(document, { speakerId: 'spk_1', range, naming: 'ids' });
	const files = layersCsv(chosen, 'party');
	expect(files.map(({ name }) => name)).toEqual(['party-overlap-spk_1.csv']);
	expect(files[0]?.text).toContain('4.500,5.000,between speakers');
});
