import { describe, expect, test } from 'vitest';
import { fakeLabels } from '../../../../tests/fixtures/fake-labels.ts';
import { FakeContext, fakeTheme, letterPixels } from '../../../../tests/fixtures/fake-context.ts';
import { fakeResult, fakeSession } from '../../../../tests/fixtures/fake-session.ts';
import type { SpeechActivity } from '../../domain/activity.ts';
import type { Layer } from '../../domain/layer.ts';
import type { Labels } from '../../domain/session.ts';
import type { StudioDocument } from '../../domain/studio-document.ts';
import type { TimeRange } from '../../domain/time-range.ts';
import { documentOf } from '../../editing/document-of.ts';
import { firstEdition } from '../../editing/first-edition.ts';
import type { TimelineExtras } from '../../state/timeline-extras.ts';
import { layersOf } from '../../layers/list.ts';
import { seriesLayer } from '../../layers/layer-kind.ts';
import { level } from '../../layers/level.ts';
import { present } from '../../support/assert.ts';
import { drawOverview } from './draw-overview.ts';
import { drawTimeline } from './draw-timeline.ts';
import { WordWidths } from './draw-words.ts';
import { layRows } from './row-layout.ts';
import { waveformSeries } from './series.ts';
import { TimelineModels } from './timeline-model.ts';

const result = fakeResult(fakeSession('party', 'party'));
const party = documentOf(result, firstEdition(result));
/** 64 s over 640 pixels: ten to a second. */
const width = 640;

interface Look {
	readonly range?: TimeRange;
	readonly reference?: Labels | null;
	readonly extras?: Partial<TimelineExtras>;
	readonly selection?: TimeRange | null;
	readonly speakerId?: string | null;
	readonly pixels?: number;
}

/** Draws a document, all of it unless told otherwise. */
function draw(document: StudioDocument, look: Look = {}) {
	const models = new TimelineModels();
	const model = models.modelOf(document, look.reference ?? null);
	const extras = { waveform: false, labels: true, layers: new Set<string>(), ...look.extras };
	const rows = layRows(model, extras);
	const canvas = new FakeContext();
	const range = look.range ?? { startSeconds: 0, endSeconds: document.durationSeconds };
	const samples = Float32Array.of(0.5, 0.25);
	drawTimeline(canvas.context, {
		model,
		rows,
		scale: { range, width: look.pixels ?? width },
		theme: fakeTheme,
		widths: new WordWidths(),
		shapes: models,
		waveform: waveformSeries({ rateHz: 1, minimum: samples.map((x) => -x), maximum: samples }),
		selection: look.selection ?? null,
		speakerId: look.speakerId ?? null,
	});
	const laneOf = (id: string) =>
		present(
			rows.groups.flatMap(({ lanes }) => lanes).find(({ lane }) => lane.id === id),
			id,
		);
	return { canvas, rows, laneOf, model };
}

/** A document with what was measured of it. */
function measured(document: Omit<StudioDocument, 'layers'>, stored: readonly Layer[] = []) {
	return { ...document, layers: layersOf(stored, document) };
}

/** The made-up party with other talk of its first speaker. */
function withTalk(
	durationSeconds: number,
	segments: readonly TimeRange[],
	activity?: SpeechActivity,
): StudioDocument {
	const [first, ...others] = party.speakers;
	const speaker = present(first, 'The first speaker');
	const talk = segments.map((range) => ({
		...range,
		speakerId: speaker.id,
		trackId: 'track_00',
		meanProbability: 0.5,
	}));
	const own = { ...speaker, segments: talk, cues: [], activity: activity ?? speaker.activity };
	const silent = others.map((other) => ({ ...other, segments: [], cues: [] }));
	return measured({ ...party, durationSeconds, speakers: [own, ...silent] });
}

/** Talk of half a second, every second. */
function steadyTalk(count: number): TimeRange[] {
	return Array.from({ length: count }, (_, i) => ({ startSeconds: i, endSeconds: i + 0.5 }));
}

describe('talk', () => {
	test('lies where its times say, in the colour of its conversation, as full as it is sure', () => {
		const { canvas, laneOf } = draw(withTalk(64, [{ startSeconds: 10, endSeconds: 20 }]));
		const { talk } = laneOf('spk_0');
		const [soft, ...more] = canvas.of('talk-0');
		expect(more).toEqual([]);
		expect(soft).toMatchObject({ x: 100, width: 100, alpha: 0.32 });
		const [full] = canvas.of('pattern-0');
		expect(full).toMatchObject({ x: 100, width: 100, alpha: 1 });
		expect(full?.height).toBeCloseTo((soft?.height ?? 0) / 2);
		expect(soft?.y).toBeGreaterThan(talk.top);
		expect((soft?.y ?? 0) + (soft?.height ?? 0)).toBeLessThan(talk.top + talk.height);
	});

	test('of every speaker is in a lane of its own, lanes of a conversation together', () => {
		const { canvas, model, rows } = draw(party);
		expect(model.lanes.map(({ id }) => id)).toEqual([
			'spk_0',
			'spk_3',
			'spk_1',
			'spk_4',
			'spk_2',
			'spk_5',
		]);
		for (const { group, lanes } of rows.groups) {
			const drawn = canvas.of(`pattern-${String(group.conversation)}`);
			const talk = group.lanes.flatMap(({ segments }) => segments.spans);
			expect(drawn).toHaveLength(talk.length);
			for (const { y, height } of drawn) {
				expect(
					lanes.some(({ talk: row }) => y >= row.top && y + height <= row.top + row.height),
				).toBe(true);
			}
		}
	});

	test('outside what is in sight is not drawn', () => {
		const range = { startSeconds: 7000, endSeconds: 7010 };
		const { canvas } = draw(withTalk(10_000, steadyTalk(10_000)), { range });
		expect(canvas.of('pattern-0').map(({ x }) => x)).toEqual(
			Array.from({ length: 10 }, (_, i) => expect.closeTo(i * 64) as number),
		);
	});

	test('too fine to be told apart is drawn as one, never more pieces than pixels', () => {
		const { canvas } = draw(withTalk(36_000, steadyTalk(36_000)), { pixels: 300 });
		expect(canvas.of('pattern-0').length).toBeLessThanOrEqual(300);
		const covered = canvas.of('pattern-0').reduce((sum, one) => sum + one.width, 0);
		expect(covered).toBeGreaterThanOrEqual(300);
		expect(covered).toBeLessThan(302);
	});

	test('of others fades beside somebody who is looked at alone', () => {
		const { canvas } = draw(party, { speakerId: 'spk_4' });
		expect(new Set(canvas.of('pattern-0').map(({ alpha }) => alpha))).toEqual(new Set([0.3]));
		expect(new Set(canvas.of('pattern-1').map(({ alpha }) => alpha))).toEqual(new Set([0.3, 1]));
	});

	test('without a conversation has a group and a colour of its own', () => {
		const speakers = party.speakers.map((one) => ({ ...one, conversation: null }));
		const { canvas, rows } = draw({ ...party, speakers, conversations: [] });
		expect(rows.groups.map(({ group }) => group.name)).toEqual(['No conversation']);
		expect(canvas.of('alone-pattern').length).toBeGreaterThan(20);
	});
});

describe('words', () => {
	const near = { startSeconds: 19, endSeconds: 24 };

	test('are there when one is near, at their times, the doubtful ones underlined', () => {
		const { canvas, laneOf } = draw(party, { range: near });
		const cue = present(laneOf('spk_0').lane.cues.at(20.5), 'A cue');
		expect(cue.text).toBe('what time did you get in then');
		const { talk } = laneOf('spk_0');
		const own = canvas.drawn.filter(({ y }) => y > talk.top && y < talk.top + talk.height);
		expect(own.filter(({ what }) => what === 'text').map(({ text }) => text)).toEqual(
			cue.words.map(({ text }) => text),
		);
		const time = present(cue.words[1], 'The word');
		expect(own.find(({ text }) => text === 'time')?.x).toBeCloseTo(
			(time.startSeconds - 19) * (width / 5),
		);
		const underlines = own.filter(({ paint }) => paint === 'warn' || paint === 'edge');
		expect(underlines.filter(({ paint }) => paint === 'warn')).toHaveLength(
			cue.words.filter(({ confidence }) => confidence < 0.5).length,
		);
		expect(underlines.length).toBeGreaterThan(0);
	});

	test('that have no room at their times follow each other, and a mark says that there are more', () => {
		const { canvas } = draw(party, { range: { startSeconds: 19, endSeconds: 34 } });
		const at = canvas.texts.indexOf('what');
		expect(canvas.texts[at]).toBe('what');
		const cut = canvas.texts.slice(at).indexOf('…');
		expect(cut).toBeGreaterThan(0);
		const drawn = canvas.drawn.filter(({ what }) => what === 'text').slice(at, at + cut);
		for (const [i, one] of drawn.entries()) {
			const before = drawn[i - 1];
			if (before) expect(one.x).toBe(before.x + before.text.length * letterPixels + 4);
		}
	});

	test('are not there from afar', () => {
		const { canvas } = draw(party);
		expect(canvas.texts.every((text) => /^\d+:\d\d$/u.test(text))).toBe(true);
		expect(canvas.of('ink').length).toBeGreaterThan(30);
	});

	test('of a cue that nobody timed are those of its text', () => {
		const cues = party.speakers[0]?.cues.slice(0, 1).map((cue) => ({ ...cue, words: [] })) ?? [];
		const speakers = party.speakers.map((one, i) => (i === 0 ? { ...one, cues } : one));
		const { canvas } = draw({ ...party, speakers }, { range: { startSeconds: 2, endSeconds: 12 } });
		expect(canvas.texts).toContain('so');
		expect(canvas.texts).toContain('…');
	});
});

describe('labels', () => {
	const reference = fakeLabels();

	test('have lanes of their own, from afar as bars and near as words', () => {
		const far = draw(party, { reference });
		const { labels } = far.laneOf('spk_1');
		const row = present(labels, 'The row of labels');
		const bars = far.canvas
			.of('muted')
			.filter(({ what, y }) => what === 'rect' && y >= row.top && y < row.top + row.height);
		expect(bars).toHaveLength(reference.transcripts.get('spk_1')?.length ?? 0);
		const near = draw(party, { reference, range: { startSeconds: 19, endSeconds: 24 } });
		const own = present(near.laneOf('spk_0').labels, 'The row of labels');
		const words = near.canvas.drawn.filter(
			({ what, y }) => what === 'text' && y > own.top && y < own.top + own.height,
		);
		const written = present(near.laneOf('spk_0').lane.labels?.at(20.5), 'What was written down');
		expect(words.map(({ text }) => text).join(' ')).toBe(written.text);
	});

	test('can be left out, and nobody has a lane for labels that are not there', () => {
		const transcripts = new Map([['spk_1', reference.transcripts.get('spk_1') ?? []]]);
		const some = draw(party, { reference: { conversations: null, transcripts } });
		expect(some.laneOf('spk_1').labels).not.toBeNull();
		expect(some.laneOf('spk_0').labels).toBeNull();
		const none = draw(party, { reference, extras: { labels: false } });
		expect(none.laneOf('spk_1').labels).toBeNull();
		expect(none.rows.height).toBe(draw(party).rows.height);
	});
});

describe('how many talk at once', () => {
	/** Curves may be wider by a pixel at their ends. */
	const near = (pixels: number): unknown => expect.closeTo(pixels, -0.4);

	test('is counted in all and in each conversation', () => {
		const both = { startSeconds: 10, endSeconds: 20 };
		const document = withTalk(64, [both]);
		const speakers = document.speakers.map((one) =>
			one.id === 'spk_3'
				? {
						...one,
						segments: [
							{
								speakerId: 'spk_3',
								trackId: 't',
								meanProbability: 1,
								startSeconds: 15,
								endSeconds: 25,
							},
						],
					}
				: one,
		);
		const { canvas, rows } = draw({ ...document, speakers });
		for (const row of [rows.overlap, rows.groups[0]?.overlap]) {
			const { top, height } = present(row, 'The strip');
			const steps = canvas.drawn.filter(
				(one) => one.y > top - 1 && one.y + one.height < top + height,
			);
			expect(steps.map(({ x, width: wide, paint }) => [x, wide, paint])).toEqual([
				[near(100), near(50), 'edge'],
				[near(200), near(50), 'edge'],
				[near(150), near(50), 'ink'],
			]);
		}
		expect(draw(party).model.groups[1]?.overlap.most).toBe(1);
	});
});

describe('curves', () => {
	const extras = { waveform: true, layers: new Set(['speech']) };

	test('of speech end where no face was seen, and a line says so', () => {
		const probabilities = new Float32Array(64 * 25).fill(0.5);
		probabilities.fill(NaN, 20 * 25, 30 * 25);
		const document = withTalk(64, [], { speakerId: 'spk_0', frameStart: 0, probabilities });
		const { canvas, laneOf } = draw(document, { extras });
		const { row } = present(laneOf('spk_0').layers[0], 'The row of the curve');
		const areas = canvas.of('talk-0').filter(({ what, y }) => what === 'area' && y < row.top + 40);
		expect(areas.map(({ x, width: wide }) => [x, wide])).toEqual([
			[0, 200],
			[300, 340],
		]);
		for (const { y, height } of areas) {
			expect(y + height).toBe(row.top + row.height);
			expect(height).toBeCloseTo((row.height - 2) / 2);
		}
		const unseen = canvas.of('muted').filter(({ y }) => y === row.top + row.height / 2);
		expect(unseen).toMatchObject([{ x: 200, width: 100, height: 1 }]);
	});

	test('of somebody who is seen later begin there', () => {
		const probabilities = new Float32Array(10 * 25).fill(1);
		const document = withTalk(64, [], { speakerId: 'spk_0', frameStart: 500, probabilities });
		const { canvas } = draw(document, { extras });
		const [area] = canvas.of('talk-0').filter(({ what }) => what === 'area');
		expect(area).toMatchObject({ x: 200, width: 100 });
	});

	test('of the sound lie around the middle of their row', () => {
		const { canvas, rows } = draw(party, { extras });
		const row = present(rows.waveform, 'The row of the sound');
		const [area] = canvas.of('muted').filter(({ what }) => what === 'area');
		expect(area).toMatchObject({ x: 0, width: 20 });
		expect((area?.y ?? 0) + (area?.height ?? 0) / 2).toBe(row.top + row.height / 2);
	});
});

describe('layers', () => {
	const at = (rms: number, peak: number): Layer =>
		seriesLayer(level, { personId: null, rateHz: 25, startSeconds: 10 }, [
			new Float32Array(250).fill(rms),
			new Float32Array(250).fill(peak),
		]);
	const extras = { layers: new Set(['level', 'overlap']) };

	test('of the recording are drawn above the lanes, from the bottom of their range to its top', () => {
		const { canvas, rows } = draw(measured(party, [at(-45, -30)]), { extras });
		const { row } = present(rows.layers[0], 'The row of the level');
		const areas = canvas.of('muted').filter(({ what }) => what === 'area');
		// The peaks are drawn first, so that they lie below.
		expect(areas.map(({ x, width: wide }) => [x, wide])).toEqual([
			[100, 100],
			[100, 100],
		]);
		for (const [i, part] of [0.5, 0.25].entries()) {
			expect((areas[i]?.y ?? 0) + (areas[i]?.height ?? 0)).toBe(row.top + row.height);
			expect(areas[i]?.height).toBeCloseTo((row.height - 2) * part, 4);
		}
	});

	test('beyond their range end at its edge', () => {
		const { canvas, rows } = draw(measured(party, [at(-Infinity, 6)]), { extras });
		const { row } = present(rows.layers[0], 'The row of the level');
		const [peak, rms] = canvas.of('muted').filter(({ what }) => what === 'area');
		expect(peak?.height).toBe(row.height - 2);
		expect(rms?.height).toBe(0);
	});

	test('of spans are bars in the lane of whom they are of, and only where they are shown', () => {
		const document = measured({
			...party,
			speakers: party.speakers.map((one) => {
				const times = { spk_0: [10, 20], spk_3: [15, 25] }[one.id];
				const [startSeconds = 0, endSeconds = 0] = times ?? [];
				const segment = { speakerId: one.id, trackId: 't', meanProbability: 1 };
				return { ...one, segments: times ? [{ ...segment, startSeconds, endSeconds }] : [] };
			}),
		});
		const { canvas, laneOf } = draw(document, { extras });
		const { row } = present(laneOf('spk_3').layers[0], 'The row of overlaps');
		const bars = canvas.of('talk-0').filter(({ y }) => y >= row.top && y < row.top + row.height);
		expect(bars).toMatchObject([{ x: 150, width: 50 }]);
		expect(draw(document).laneOf('spk_3').layers).toEqual([]);
	});
});

test('what is not evaluated is hatched over all of a lane', () => {
	const { canvas, laneOf } = draw(party, { extras: { layers: new Set(['speech']) } });
	const { ground } = laneOf('spk_0');
	expect(canvas.of('hatch').filter(({ y }) => y === ground.top)).toMatchObject([
		{ x: 0, width: 20, height: ground.height },
		{ x: 620, width: 20, height: ground.height },
	]);
});

test('the selection reaches over everything, cut to what is in sight', () => {
	const { canvas, rows } = draw(party, {
		range: { startSeconds: 10, endSeconds: 20 },
		selection: { startSeconds: 15, endSeconds: 90 },
	});
	const [area] = canvas.of('accent');
	expect(area).toMatchObject({ x: 320, width: 322, height: rows.height });
	expect(draw(party).canvas.of('accent')).toEqual([]);
});

test('times stand on the ruler, to the tenth when one is very near', () => {
	expect(draw(party).canvas.texts).toEqual([
		'0:00',
		'0:10',
		'0:20',
		'0:30',
		'0:40',
		'0:50',
		'1:00',
	]);
	const near = draw(party, { range: { startSeconds: 1, endSeconds: 2 } });
	expect(near.canvas.texts.slice(0, 3)).toEqual(['0:01.0', '0:01.2', '0:01.4']);
});

test('nothing is drawn without a width, or of nothing', () => {
	expect(draw(party, { pixels: 0 }).canvas.drawn).toHaveLength(1);
	const empty = { ...party, durationSeconds: 0, speakers: [], conversations: [] };
	expect(draw(empty).canvas.texts).toEqual([]);
});

test('the overview shows everybody over all of the recording', () => {
	const model = new TimelineModels().modelOf(party, null);
	const canvas = new FakeContext();
	const scale = { range: { startSeconds: 0, endSeconds: 64 }, width };
	const selection = { startSeconds: 10, endSeconds: 12 };
	drawOverview(canvas.context, { model, scale, height: 40, theme: fakeTheme, selection });
	for (const [i, { segments }] of model.lanes.entries()) {
		const own = canvas.drawn.filter(
			({ y, paint }) => y === 2 + i * 6 && typeof paint === 'string' && paint.startsWith('talk'),
		);
		expect(own).toHaveLength(segments.spans.length);
	}
	expect(canvas.of('accent')).toMatchObject([{ x: 100, width: 20, height: 40 }]);
});
