import { describe, expect, test } from 'vitest';
import { fakeFoundResult, fakeRecording } from '../../../tests/fixtures/fake-found.ts';
import { present } from '../support/assert.ts';
import { Editor } from './editor.svelte.ts';
import { PeopleView } from './people-view.svelte.ts';
import { placeOf } from './studio-place.ts';
import { Studio } from './studio.svelte.ts';

function open(name = 'talk.m4a') {
	const result = fakeFoundResult(fakeRecording(name, name));
	const editor = new Editor(result);
	const place = placeOf(new URLSearchParams('view=people&speaker=person_2'));
	const studio = new Studio(result, { editor, reference: null, place });
	return { studio, editor, view: new PeopleView(studio, present(result.people, 'people')) };
}

const idsOf = (view: PeopleView): string[] => view.people.map(({ speaker }) => speaker.id);
const textsOf = (studio: Studio): (readonly [string, string])[] =>
	studio.document.speakers.map(({ id, cues }) => [id, cues.map(({ text }) => text).join(' ')]);

describe('the people of a recording', () => {
	test('are as the run found them', () => {
		const { studio, view } = open();
		expect(studio.tab).toBe('people');
		expect(idsOf(view)).toEqual(['person_1', 'person_2', 'person_3']);
		const [first, , third] = view.people;
		expect(first).toMatchObject({ turnCount: 5, confidence: 0.96, minor: false, asFound: true });
		expect(third).toMatchObject({ turnCount: 1, confidence: 0.43, minor: true });
		expect(view.people.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
		expect(first?.sample).toEqual(studio.result.people?.people[0]?.sample);
		expect(view.hindrance).toBeNull();
	});

	test('are one after a merge: that of whoever talks most; undone, all is as before', () => {
		const { studio, editor, view } = open();
		const before = textsOf(studio);
		view.choose('person_3', true);
		expect(view.merge()).toBeNull();
		view.choose('person_2', true);
		expect(view.merge()).toBe('Person 2');
		expect(idsOf(view)).toEqual(['person_1', 'person_2']);
		expect(view.chosen).toEqual([]);
		const merged = view.people[1];
		expect(merged).toMatchObject({ turnCount: 6, confidence: null, asFound: false, minor: false });
		expect(textsOf(studio)[1]?.[1]).toContain('yes');
		expect(editor.undoLabel).toBe('Merge people');
		// Who is gone with a merge has not moved to another conversation.
		expect(editor.changes).toMatchObject({ moved: 0, regrouped: 1, named: 0 });
		editor.undo();
		expect(textsOf(studio)).toEqual(before);
		expect(view.people[1]?.confidence).toBe(0.81);
		editor.redo();
		expect(idsOf(view)).toEqual(['person_1', 'person_2']);
	});

	test('give pieces to each other and to somebody new, words with them', () => {
		const { studio, editor, view } = open();
		view.open('person_2');
		const [turn] = view.turns;
		expect(turn?.text).toBe('the roof please before it rains again');
		expect(view.textsIn(present(turn, 'turn')).join(' ')).toBe(turn?.text);
		expect(view.move('person_1')).toBeNull();
		view.pick(present(turn, 'turn').pieces, true);
		view.pick([present(turn?.pieces[0], 'piece')], false);
		expect(view.picked).toEqual(turn?.pieces.slice(1));
		expect(view.move('new')).toBe('Person 4');
		expect(editor.undoLabel).toBe('Move voice to another person');
		expect(idsOf(view)).toEqual(['person_1', 'person_2', 'person_3', 'person_4']);
		const words = new Map(textsOf(studio));
		expect(words.get('person_4')).toContain('rains again');
		expect(words.get('person_2')).not.toContain('rains again');
		expect(view.picked).toEqual([]);
		// Somebody new can be looked at alone, and is not any more when that is undone.
		studio.selectSpeaker('person_4');
		expect(studio.speakerId).toBe('person_4');
		editor.undo();
		expect([studio.speakerId, studio.place.speakerId]).toEqual([null, null]);
	});

	test('whose last piece is moved are gone, and their turns are closed', () => {
		const { view } = open();
		view.open('person_3');
		view.pick(
			view.turns.flatMap(({ pieces }) => pieces),
			true,
		);
		expect(view.move('person_1')).toBe('Person 1');
		expect(idsOf(view)).toEqual(['person_1', 'person_2']);
		expect([view.openId, view.turns]).toEqual([null, []]);
	});

	test('are grouped again by their voices, into as many as one asks for', async () => {
		const { studio, editor, view } = open();
		editor.apply(
			(edition) => ({ ...edition, speakerNames: new Map([['person_1', 'Ada']]) }),
			'Rename person',
		);
		view.count = { least: 2, most: 2 };
		const going = view.regroup();
		expect(view.regrouping).toBe(true);
		expect(await going).toBe(true);
		expect(view.regrouping).toBe(false);
		expect(view.people).toHaveLength(2);
		expect(view.people[0]?.speaker.name).toBe('Ada');
		for (const { confidence } of view.people) expect(confidence).toBeGreaterThan(0.5);
		const said = (texts: readonly string[]) => texts.join(' ').split(' ').toSorted();
		const found = studio.result.speakers.flatMap(({ transcript }) => transcript.cues);
		expect(said(textsOf(studio).map(([, text]) => text))).toEqual(
			said(found.map(({ text }) => text)),
		);
		expect(editor.undoLabel).toBe('Regroup people');
		editor.undo();
		expect(view.people).toHaveLength(3);
	});

	test('cannot be grouped again where nothing is stored of their voices', async () => {
		const { editor, view } = open('imported.m4a');
		expect(view.hindrance).toBe('no-prints');
		expect(await view.regroup()).toBe(false);
		expect(editor.undoLabel).toBeNull();
	});

	test('are none where nobody is heard', () => {
		const { studio, view } = open('silent.m4a');
		expect([view.people, view.turns, studio.speakerId]).toEqual([[], [], null]);
	});
});
