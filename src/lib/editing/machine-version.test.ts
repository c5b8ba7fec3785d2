import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { changes, editions, madeEdition } from '../../../tests/fixtures/made-editions.ts';
import { changeSpeaker, changeText, changeTimes, deleteCue } from './change-cue.ts';
import { bringBack, changesOf, deletedCues, machineCues, restoreCue } from './machine-version.ts';
import { moveSpeaker, renameSpeaker } from './names.ts';
import { insertCue, mergeWithNext, splitAtWord } from './split-merge.ts';
import { diffWords } from './word-diff.ts';

const machine = madeEdition([
	['spk_0', 10, 'so did you take it'],
	['spk_1', 12, 'i did'],
	['spk_0', 30, 'good'],
]);
const originals = (edition: typeof machine, id: string) =>
	machineCues(edition, machine, id).map((cue) => cue.id);

test('a cue knows what the machine made of its talk', () => {
	expect(originals(changeText(machine, '0', 'so'), '0')).toEqual(['0']);
	const split = splitAtWord(machine, '0', 2);
	expect([originals(split, '0'), originals(split, '3')]).toEqual([['0'], ['0']]);
	expect(originals(mergeWithNext(machine, '0'), '0')).toEqual(['0', '2']);
	expect(originals(changeSpeaker(machine, '1', 'spk_2'), '1')).toEqual(['1']);
	// It reaches a little into the next one, which is still there.
	const longer = changeTimes(machine, '0', { startSeconds: 10, endSeconds: 30.3 });
	expect(originals(longer, '0')).toEqual(['0']);
});

test.each([
	['other words', changeText(machine, '0', 'so'), '0'],
	['a split, from its first part', splitAtWord(machine, '0', 2), '0'],
	['a split, from its second part', splitAtWord(machine, '0', 2), '3'],
	['a merge', mergeWithNext(machine, '0'), '0'],
	['another speaker', changeSpeaker(machine, '1', 'spk_2'), '1'],
	['other times', changeTimes(machine, '1', { startSeconds: 50, endSeconds: 55 }), '1'],
] as const)('%s is taken back', (_, edition, id) => {
	expect(restoreCue(edition, machine, id).cues).toEqual(machine.cues);
});

test('what the machine has nothing for goes; what is untouched stays', () => {
	const cue = { speakerId: 'spk_0', startSeconds: 11, endSeconds: 12, text: 'oh' };
	expect(restoreCue(insertCue(machine, cue), machine, '3').cues).toEqual(machine.cues);
	expect(restoreCue(machine, machine, '0')).toBe(machine);
});

test('deleted cues are told and come back', () => {
	const without = deleteCue(machine, '1');
	expect(deletedCues(without, machine).map(({ id }) => id)).toEqual(['1']);
	expect(bringBack(without, machine, '1').cues).toEqual(machine.cues);
	expect(deletedCues(mergeWithNext(machine, '0'), machine)).toEqual([]);
});

test('changes are counted', () => {
	const edition = [
		(e: typeof machine) => changeText(e, '0', 'so'),
		(e: typeof machine) => deleteCue(e, '1'),
		(e: typeof machine) => renameSpeaker(e, 'spk_2', 'Ada'),
		(e: typeof machine) => moveSpeaker(e, 'spk_2', 0),
	].reduce((e, change) => change(e), machine);
	expect(changesOf(edition, machine)).toEqual({
		edited: 1,
		deleted: 1,
		named: 1,
		moved: 1,
		regrouped: 0,
	});
	expect(changesOf(machine, machine)).toEqual({
		edited: 0,
		deleted: 0,
		named: 0,
		moved: 0,
		regrouped: 0,
	});
});

test('law: taking back one cue after the other, and bringing back what was deleted, leaves the machine’s own', () => {
	fc.assert(
		fc.property(
			editions.chain((first) =>
				fc.tuple(fc.constant(first), fc.array(changes(first), { maxLength: 12 })),
			),
			([first, list]) => {
				let edition = list.reduce((e, change) => change(e), first);
				for (let turn = 0; turn < 200; turn += 1) {
					const cue = edition.cues.find(({ edited }) => edited);
					if (!cue) break;
					edition = restoreCue(edition, first, cue.id);
				}
				for (const { id } of deletedCues(edition, first)) edition = bringBack(edition, first, id);
				const byId = (a: { id: string }, b: { id: string }) => Number(a.id) - Number(b.id);
				expect([...edition.cues].sort(byId)).toEqual([...first.cues].sort(byId));
			},
		),
	);
});

test('a difference is told word by word', () => {
	const words = (text: string) => text.split(' ');
	expect(diffWords(words('so did you take it'), words('so we took it then'))).toEqual([
		{ kind: 'same', text: 'so' },
		{ kind: 'gone', text: 'did you take' },
		{ kind: 'new', text: 'we took' },
		{ kind: 'same', text: 'it' },
		{ kind: 'new', text: 'then' },
	]);
	expect(diffWords([], [])).toEqual([]);
});
