import { expect, test } from 'vitest';
import { FakeClient, idOf } from '../../../tests/fixtures/fake-client.ts';
import { fakeResult, fakeSession } from '../../../tests/fixtures/fake-session.ts';
import type { RecognisedSpan } from '../domain/span.ts';
import { deleteCue } from '../editing/change-cue.ts';
import { moveSpeaker } from '../editing/names.ts';
import { ConfabError } from '../support/errors.ts';
import type { SlowOptions } from '../support/progress.ts';
import { Editor } from './editor.svelte.ts';
import { SpanRun } from './span-run.svelte.ts';
import { placeOf } from './studio-place.ts';
import { Studio } from './studio.svelte.ts';
import { wordAt } from './transcript-reader.svelte.ts';
import { TranscriptView } from './transcript-view.svelte.ts';

const session = fakeSession('party', idOf('party'));
const result = fakeResult(session);

function open(): TranscriptView {
	const place = placeOf(new URLSearchParams());
	return new TranscriptView(
		new Studio(result, { editor: new Editor(result), reference: null, place }),
	);
}
const cueOf = (view: TranscriptView, id: string) =>
	view.studio.editor.edition.cues.find((cue) => cue.id === id);
const starts = (view: TranscriptView) =>
	view.columns.map(({ cues }) => cues.map(({ startSeconds }) => startSeconds));

test('columns are conversations, or all is read together; always in the order of time', () => {
	const view = open();
	const people = () => view.columns.map(({ speakers }) => speakers.map(({ id }) => id));
	expect(people()).toEqual([
		['spk_0', 'spk_3'],
		['spk_1', 'spk_4'],
		['spk_2', 'spk_5'],
	]);
	view.studio.editor.apply((edition) => moveSpeaker(edition, 'spk_0', null), 'Move');
	expect(view.columns.map(({ conversation }) => conversation)).toEqual([0, 1, 2, null]);
	view.layout = 'merged';
	expect(people()).toHaveLength(1);
	expect(view.columns[0]?.cues).toHaveLength(view.studio.editor.edition.cues.length);
	for (const column of starts(view)) expect(column).toEqual([...column].sort((a, b) => a - b));
	view.studio.selectSpeaker('spk_4');
	expect(people()).toEqual([['spk_4']]);
	expect(new Set(view.columns[0]?.cues.map(({ speakerId }) => speakerId))).toEqual(
		new Set(['spk_4']),
	);
});

test('a search goes through all speakers, from where the recording is, and round', () => {
	const view = open();
	view.studio.playback.seek(30);
	view.search('the');
	const count = view.hits.length;
	expect(count).toBeGreaterThan(5);
	const hitStarts = view.hits.map(({ cueId }) => cueOf(view, cueId)?.startSeconds ?? -1);
	expect(hitStarts).toEqual([...hitStarts].sort((a, b) => a - b));
	expect(hitStarts[view.hitPlace]).toBeGreaterThan(20);
	expect(hitStarts[view.hitPlace - 1]).toBeLessThan(30);
	expect(view.revealed?.cueId).toBe(view.hit?.cueId);
	const before = view.revealed;
	for (let turn = 0; turn < count; turn += 1) view.step(1);
	expect(view.revealed?.cueId).toBe(before?.cueId);
	expect(view.revealed).not.toBe(before);
	view.search('the');
	view.studio.playback.seek(0);
	view.search('the');
	view.step(-1);
	expect(view.hitPlace).toBe(count - 1);
	// What is found goes away by an edit: the place does not point beyond the end.
	const last = view.hit?.cueId ?? '';
	view.studio.editor.apply((edition) => deleteCue(edition, last), 'Delete');
	expect(view.hit).not.toBeNull();
	view.studio.selectSpeaker('spk_3');
	expect(new Set(view.hits.map(({ cueId }) => cueOf(view, cueId)?.speakerId))).toEqual(
		new Set(['spk_3']),
	);
	view.search('nowhere to be found');
	view.step(1);
	expect([view.hits, view.hit]).toEqual([[], null]);
});

test('what is being said is told by cue, not by moment', () => {
	const view = open();
	const [first] = view.studio.editor.edition.cues;
	if (!first) throw new Error('no cue');
	expect(view.spokenIds).toEqual([]);
	view.studio.playback.seek(first.startSeconds);
	expect([view.isSpoken(first.id), view.spokenIds]).toEqual([true, [first.id]]);
	expect(wordAt(first, first.startSeconds)).toBe(0);
	expect(wordAt(first, first.words[3]?.startSeconds ?? 0)).toBe(3);
	expect(wordAt(first, 0)).toBe(-1);
	view.studio.playback.seek(first.endSeconds);
	expect(view.isSpoken(first.id)).toBe(false);
});

test('a draft changes nothing until it is saved, and then all at once', () => {
	const view = open();
	const { editor } = view.studio;
	view.edit('0');
	const draft = view.draft;
	if (!draft) throw new Error('no draft');
	expect([draft.changed, draft.fault]).toEqual([false, null]);
	draft.text = 'so did you end up on the train';
	draft.startSeconds = 3;
	draft.speakerId = 'spk_3';
	expect(editor.undoLabel).toBeNull();
	expect(view.save()).toBe(true);
	expect(cueOf(view, '0')).toMatchObject({
		text: 'so did you end up on the train',
		startSeconds: 3,
		speakerId: 'spk_3',
		edited: true,
	});
	expect([view.draft, editor.undoLabel, view.revealed?.cueId]).toEqual([null, 'Edit line', '0']);
	editor.undo();
	expect([editor.untouched, editor.undoLabel]).toEqual([true, null]);
});

test('a draft without a change leaves no trace, one that is given up neither', () => {
	const view = open();
	view.edit('0');
	expect(view.save()).toBe(true);
	view.edit('0');
	if (view.draft) view.draft.text = 'something else';
	view.drop();
	expect([view.draft, view.studio.editor.undoLabel]).toEqual([null, null]);
});

test.each([
	['unreadable', { startSeconds: null }],
	['order', { endSeconds: 3 }],
	['outside', { endSeconds: 64.1 }],
	['empty', { text: ' \n' }],
] as const)('a draft that is %s is not saved', (fault, part) => {
	const view = open();
	view.edit('0');
	Object.assign(view.draft ?? {}, part);
	expect([view.draft?.fault, view.save()]).toEqual([fault, false]);
	expect(() => view.draft?.change).toThrow(TypeError);
	expect(view.draft).not.toBeNull();
	view.edit('1');
	// What was written is not lost: it stays open until it can be saved, or is given up.
	expect([view.draft?.cueId, view.studio.editor.undoLabel]).toEqual(['0', null]);
	view.drop();
	view.edit('1');
	expect(view.draft?.cueId).toBe('1');
});

test('a draft is saved when another cue is edited', () => {
	const view = open();
	view.edit('0');
	if (view.draft) view.draft.text = 'well';
	view.edit('1');
	expect(cueOf(view, '0')?.text).toBe('well');
});

test('a cue is split where the text is, after what was written', () => {
	const view = open();
	view.edit('0');
	const { draft } = view;
	if (!draft) throw new Error('no draft');
	draft.text = 'so did you really take it';
	expect([0, 2, 10, 14, 25].map((letters) => draft.splits(letters))).toEqual([
		false,
		true,
		true,
		true,
		false,
	]);
	view.finish(draft.splitAfter(10), 'Split line');
	const own = view.studio.document.speakers[0]?.cues.slice(0, 2).map(({ text }) => text);
	expect(own).toEqual(['so did you', 'really take it']);
	view.edit('0');
	const next = view.draft;
	if (!next) throw new Error('no draft');
	view.finish(next.merge, 'Merge lines');
	expect(cueOf(view, '0')?.text).toBe('so did you really take it');
	view.edit('0');
	const { draft: last } = view;
	if (!last) throw new Error('no draft');
	view.finish(last.removal, 'Delete line');
	expect(cueOf(view, '0')).toBeUndefined();
});

test('a changed draft that is given up can be brought back, an unchanged one needs no asking', () => {
	const view = open();
	view.edit('0');
	view.drop();
	expect(view.dropped).toBeNull();
	view.edit('0');
	if (view.draft) view.draft.text = 'a long careful correction';
	view.drop();
	expect([view.draft, view.focused?.cueId]).toEqual([null, '0']);
	view.bringBack();
	expect([view.draft?.text, view.dropped]).toEqual(['a long careful correction', null]);
	expect(view.save()).toBe(true);
	expect(view.studio.editor.undoLabel).toBe('Edit line');
});

test('saving continues with the next line of the column, and ends at the last', () => {
	const view = open();
	const [column] = view.columns;
	const ids = column?.cues.map(({ id }) => id) ?? [];
	view.edit(ids[0] ?? '');
	const written: string[] = [];
	const writing = (): string | null | undefined => view.draft?.cueId;
	for (let own = writing(); own != null; own = writing()) {
		written.push(own);
		view.saveAndNext();
	}
	expect(written).toEqual(ids);
	expect(view.focused?.cueId).toBe(ids.at(-1));
	view.edit(ids[0] ?? '');
	if (view.draft) view.draft.text = '';
	view.saveAndNext();
	expect(writing()).toBe(ids[0]);
});

test('the last change is taken back while the next line is open, which goes on as it is then', () => {
	const view = open();
	const ids = view.columns[0]?.cues.map(({ id }) => id) ?? [];
	view.edit(ids[0] ?? '');
	if (view.draft) view.draft.text = 'something else';
	view.saveAndNext();
	view.undoWhileWriting(false);
	expect([view.draft?.cueId, view.studio.editor.undoLabel]).toEqual([ids[1], null]);
	view.undoWhileWriting(true);
	expect(view.studio.editor.undoLabel).toBe('Edit line');
	view.edit(ids[0] ?? '');
	view.undoWhileWriting(false);
	expect(view.draft?.text).toBe(cueOf(view, ids[0] ?? '')?.text);
});

test('lines are split and joined both ways while one writes on', () => {
	const view = open();
	const { editor } = view.studio;
	const count = editor.edition.cues.length;
	const text = editor.edition.cues.find(({ id }) => id === '0')?.text ?? '';
	view.edit('0');
	view.split(text.indexOf(' '));
	expect(view.draft?.text).toBe(text.slice(text.indexOf(' ') + 1));
	expect(view.mergesWith('previous')?.id).toBe('0');
	view.merge('previous');
	expect([view.draft?.cueId, view.draft?.text]).toEqual(['0', text]);
	const next = view.mergesWith('next');
	view.merge('next');
	expect(view.draft?.text).toBe(`${text} ${next?.text ?? ''}`);
	expect(editor.edition.cues).toHaveLength(count - 1);
	expect(editor.undoLabel).toBe('Merge lines');
});

test('a line that is given to somebody else keeps the keys, and it is said where it is', () => {
	const view = open();
	view.edit('0');
	if (view.draft) view.draft.speakerId = 'spk_1';
	view.save();
	expect([view.focused?.cueId, view.said]).toEqual(['0', 'Moved to spk_1, Conversation B']);
});

test('a line that is deleted leaves the keys to the one after it', () => {
	const view = open();
	const ids = view.columns[0]?.cues.map(({ id }) => id) ?? [];
	view.edit(ids[0] ?? '');
	if (view.draft) view.finish(view.draft.removal, 'Delete line');
	expect(view.focused?.cueId).toBe(ids[1]);
});

test('what is said is followed until somebody looks elsewhere while it plays', () => {
	const view = open();
	const { playback } = view.studio;
	view.lookAway();
	expect([view.following, view.away]).toEqual([true, false]);
	playback.attach({ seek: () => undefined, play: () => undefined, pause: () => undefined });
	playback.play();
	view.lookAway();
	expect(view.away).toBe(true);
	playback.seek(3.3);
	view.backToNow();
	expect([view.away, view.revealed?.cueId]).toEqual([false, view.spokenIds[0]]);
	view.following = false;
	view.lookAway();
	expect(view.away).toBe(false);
});

test('a draft of a cue that an undo took away is given up', () => {
	const view = open();
	view.edit('0');
	const { draft } = view;
	if (!draft) throw new Error('no draft');
	view.finish(draft.splitAfter(6), 'Split line');
	const added = String(view.studio.editor.edition.nextCue - 1);
	view.edit(added);
	if (view.draft) view.draft.text = 'something else';
	view.studio.editor.undo();
	view.edit('0');
	expect([view.draft?.cueId, view.studio.editor.untouched]).toEqual(['0', true]);
});

test('what is edited is in sight, whoever is looked at', () => {
	const view = open();
	view.studio.selectSpeaker('spk_4');
	view.edit('0');
	expect([view.studio.speakerId, view.revealed?.cueId]).toEqual([null, '0']);
});

test('what is being said is split where the recording is', () => {
	const view = open();
	view.splitHere();
	expect(view.studio.editor.undoLabel).toBeNull();
	const cue = cueOf(view, '0');
	view.studio.playback.seek((cue?.words[2]?.startSeconds ?? 0) - 0.01);
	view.splitHere();
	const own = view.studio.document.speakers[0]?.cues.slice(0, 2).map(({ text }) => text);
	expect(own).toEqual(['so did', 'you end up taking the night train after all']);
	expect(cueOf(view, '0')?.endSeconds).toBe(view.studio.playback.seconds);
});

test('all that was found is replaced at once', () => {
	const view = open();
	view.search('waltz');
	view.replaceAll('tango');
	expect(view.hits).toEqual([]);
	expect(view.studio.editor.undoLabel).toBe('Replace “waltz”');
	view.search('tango');
	expect(view.hits).toHaveLength(2);
	view.studio.editor.undo();
	expect([view.hits, view.studio.editor.untouched]).toEqual([[], true]);
});

test('what was missed is added where one is, or in the selection', () => {
	const view = open();
	view.studio.selectSpeaker('spk_4');
	view.studio.playback.seek(63.5);
	view.add();
	expect(view.draft).toMatchObject({ startSeconds: 62, endSeconds: 64, speakerId: 'spk_4' });
	expect(view.save()).toBe(false);
	view.studio.select({ startSeconds: 1, endSeconds: 2.5 });
	view.add();
	if (view.draft) view.draft.text = 'oh';
	expect(view.save()).toBe(true);
	const added = view.studio.editor.edition.cues[0];
	expect(added).toMatchObject({ text: 'oh', speakerId: 'spk_4', startSeconds: 1, endSeconds: 2.5 });
	expect([view.currentId, view.studio.editor.undoLabel]).toEqual([added?.id, 'Add line']);
});

test('the machine’s version is shown of one cue, or of all', () => {
	const view = open();
	view.compare('0');
	expect([view.isCompared('0'), view.isCompared('1')]).toEqual([true, false]);
	view.compare('0');
	expect(view.isCompared('0')).toBe(false);
	view.studio.editor.apply((edition) => deleteCue(edition, '1'), 'Delete');
	expect(view.deleted).toEqual([]);
	view.machineShown = true;
	expect([view.isCompared('1'), view.deleted.map(({ id }) => id)]).toEqual([true, ['1']]);
	view.machineShown = false;
	expect(view.isCompared('1')).toBe(false);
});

/** Recognises when it is told to. */
class SlowClient extends FakeClient {
	readonly calls: { options: SlowOptions; end: (thrown?: Error) => void }[] = [];

	override recogniseSpan(
		...[from, settings, span, options]: [
			...Parameters<FakeClient['recogniseSpan']>,
			options?: SlowOptions,
		]
	): Promise<RecognisedSpan> {
		return new Promise((resolve, reject) => {
			options?.signal?.addEventListener('abort', () => reject(options.signal?.reason as Error));
			this.calls.push({
				options: options ?? {},
				end: (thrown) => {
					if (thrown) reject(thrown);
					else resolve(super.recogniseSpan(from, settings, span));
				},
			});
		});
	}
}

const span = { speakerId: 'spk_0', startSeconds: 3, endSeconds: 5 };

test('a stretch is recognised anew, cancelled, and recognised again', async () => {
	const client = new SlowClient();
	const run = new SpanRun(client, result.settings, span);
	const first = run.start(session);
	client.calls[0]?.options.onProgress?.({ stage: 'lips', done: 1, total: 2, unit: 'frames' });
	expect([run.status, run.progress?.done]).toEqual(['running', 1]);
	run.cancel();
	await first;
	expect([run.status, run.progress, run.error, run.found]).toEqual(['idle', null, null, null]);
	expect(client.calls[0]?.options.signal?.aborted).toBe(true);

	const second = run.start(session);
	// What the first one still says is not heard.
	client.calls[0]?.options.onProgress?.({ stage: 'lips', done: 2, total: 2, unit: 'frames' });
	expect(run.progress).toBeNull();
	client.calls[1]?.end();
	await second;
	expect(run.status).toBe('done');
	expect(run.found?.cues[0]?.text).toBe('again again');
	run.choose({ recogniser: 'whisper-tiny' });
	expect([run.status, run.found, run.settings.recogniser]).toEqual(['idle', null, 'whisper-tiny']);
	run.chooseSpeaker('spk_3');
	expect(run.span).toEqual({ ...span, speakerId: 'spk_3' });
});

test('a stretch that cannot be recognised says why, and can be tried again', async () => {
	const client = new SlowClient();
	const run = new SpanRun(client, result.settings, span);
	const failing = run.start(session);
	client.calls[0]?.end(new ConfabError('ModelUnavailable', 'not here'));
	await failing;
	expect([run.status, run.error]).toMatchObject(['failed', { code: 'ModelUnavailable' }]);
	const again = run.start(session);
	expect(run.error).toBeNull();
	client.calls[1]?.end();
	await again;
	await expect.poll(() => run.status).toBe('done');
});
