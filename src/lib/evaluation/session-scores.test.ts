import { describe, expect, test } from 'vitest';
import type { Labels } from '../domain/session.ts';
import type { Cue } from '../domain/transcript.ts';
import { compareTranscripts, scoreSession } from './session-scores.ts';

const uem = { startSeconds: 2, endSeconds: 59 };

function cue(startSeconds: number, endSeconds: number, text: string): Cue {
	return { startSeconds, endSeconds, text };
}

function speakers(...ids: string[]): { id: string; uem: typeof uem }[] {
	return ids.map((id) => ({ id, uem }));
}

const labels: Labels = {
	conversations: new Map([
		['spk_0', 0],
		['spk_1', 0],
		['spk_2', 1],
		['spk_3', 1],
	]),
	transcripts: new Map([
		['spk_0', [cue(4, 6, 'Bin red by K seven now')]],
		['spk_1', [cue(4, 6, 'set blue'), cue(10, 11, 'Yeah, at one')]],
		['spk_2', [cue(2, 3, 'lay')]],
		['spk_3', [cue(57, 59, 'place green soon')]],
	]),
};

describe('a session’s scores', () => {
	const transcripts = new Map([
		['spk_0', [cue(4.1, 6.2, 'bin red by k 7')]],
		['spk_1', [cue(4, 11, 'set blew um at 1')]],
		['spk_2', []],
		['spk_3', [cue(57, 59, 'place green soon')]],
	]);

	test('per speaker as the scorer writes them, means over speakers, F1 over pairs', () => {
		const found = new Map([0, 1, 2, 2].map((label, i) => [`spk_${i}`, label]));
		const scores = scoreSession(labels, transcripts, found, speakers(...found.keys()));
		expect(scores.problems).toEqual([]);
		expect(Object.fromEntries(scores.perSpeaker)).toEqual({
			spk_0: { wer: 0.1667, f1: 0, joint: 0.5 * 0.1667 + 0.5 },
			spk_1: { wer: 0.25, f1: 0, joint: 0.625 },
			spk_2: { wer: 1, f1: 1, joint: 0.5 },
			spk_3: { wer: 0, f1: 1, joint: 0 },
		});
		expect(scores.wer).toBeCloseTo((0.1667 + 0.25 + 1 + 0) / 4, 12);
		expect(scores.f1).toBeCloseTo(2 / 3, 12);
		expect(scores.joint).toBeCloseTo((0.58335 + 0.625 + 0.5 + 0) / 4, 12);
	});

	test('a cue that straddles the evaluated part is dropped whole, one on its bounds counts', () => {
		const inside = compareTranscripts(
			[cue(2, 59, 'kept')],
			[cue(1.999, 5, 'early'), cue(2, 59, 'kept'), cue(58, 59.001, 'late')],
			uem,
		);
		expect(inside).toEqual([{ kind: 'correct', reference: 'kept', hypothesis: 'kept' }]);
	});

	test('an empty reference has no rate, and the mean goes over the others', () => {
		const quiet: Labels = {
			...labels,
			transcripts: new Map([...labels.transcripts, ['spk_2', [cue(5, 6, 'um, yeah')]]]),
		};
		const found = labels.conversations ?? new Map<string, number>();
		const scores = scoreSession(quiet, transcripts, found, speakers(...found.keys()));
		expect(scores.perSpeaker.get('spk_2')).toEqual({ wer: null, f1: 1, joint: null });
		expect(scores.problems).toHaveLength(1);
		expect(scores.problems[0]?.file).toBe('labels/spk_2.vtt');
		expect(scores.wer).toBeCloseTo((0.1667 + 0.25) / 3, 12);
	});

	test('missing labels leave their numbers out and say so', () => {
		const none: Labels = { conversations: null, transcripts: new Map() };
		const scores = scoreSession(none, transcripts, new Map(), speakers('spk_0'));
		expect(scores).toMatchObject({ wer: null, f1: null, joint: null });
		expect(scores.problems.map((problem) => problem.file)).toEqual([
			'labels/speaker_to_cluster.json',
			'labels/spk_0.vtt',
		]);
	});

	test('speakers in only one of labels and answer are named', () => {
		const found = new Map([
			['spk_0', 0],
			['spk_1', 0],
			['spk_2', 1],
		]);
		const scores = scoreSession(labels, transcripts, found, speakers('spk_0', 'spk_9'));
		expect(scores.f1).toBeNull();
		expect(scores.problems[0]?.message).toContain('spk_3');
		expect(scores.perSpeaker.get('spk_9')).toEqual({ wer: null, f1: null, joint: null });
	});
});
