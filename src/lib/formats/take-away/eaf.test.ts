import { DOMParser, type Element } from '@xmldom/xmldom';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { awkwardDocument, madeDocument } from '../../../../tests/fixtures/made-document.ts';
import { spanLayer } from '../../layers/layer-kind.ts';
import { overlap } from '../../layers/overlap.ts';
import { readEaf } from '../reference/read-eaf.ts';
import { eaf } from './eaf.ts';
import { narrowed } from './narrow.ts';
import { toldCues } from './told-cues.ts';

/*
 * The schema of EAF 3.0 has no licence under which it could be kept here: what it demands of what we
 * write is checked rule by rule. (Files of this shape were held against the schema itself when this was
 * written.)
 */

const all = { speakerId: null, range: null, naming: 'names' } as const;
const facts = { date: new Date('2026-03-14T09:26:53.589Z'), mediaPath: 'central_video.mp4' };

/** Children of the root in the order of the schema's sequence, as far as we write them. */
const sequence = ['HEADER', 'TIME_ORDER', 'TIER', 'LINGUISTIC_TYPE', 'CONSTRAINT'];

/** Attributes that the schema knows; those it asks for first. */
const attributes: Readonly<Record<string, readonly [required: string[], optional: string[]]>> = {
	ANNOTATION_DOCUMENT: [
		['AUTHOR', 'DATE', 'VERSION'],
		['FORMAT', 'xmlns:xsi', 'xsi:noNamespaceSchemaLocation'],
	],
	HEADER: [[], ['MEDIA_FILE', 'TIME_UNITS']],
	MEDIA_DESCRIPTOR: [['MEDIA_URL', 'MIME_TYPE'], ['RELATIVE_MEDIA_URL']],
	PROPERTY: [[], ['NAME']],
	TIME_ORDER: [[], []],
	TIME_SLOT: [['TIME_SLOT_ID'], ['TIME_VALUE']],
	TIER: [
		['TIER_ID', 'LINGUISTIC_TYPE_REF'],
		['PARTICIPANT', 'PARENT_REF'],
	],
	ANNOTATION: [[], []],
	ALIGNABLE_ANNOTATION: [['ANNOTATION_ID', 'TIME_SLOT_REF1', 'TIME_SLOT_REF2'], []],
	ANNOTATION_VALUE: [[], []],
	LINGUISTIC_TYPE: [
		['LINGUISTIC_TYPE_ID'],
		['TIME_ALIGNABLE', 'GRAPHIC_REFERENCES', 'CONSTRAINTS'],
	],
	CONSTRAINT: [['STEREOTYPE'], ['DESCRIPTION']],
};

interface Annotation {
	readonly startMs: number;
	readonly endMs: number;
	readonly text: string;
}

interface Tier {
	readonly id: string;
	readonly participant: string | null;
	readonly parent: string | null;
	readonly type: string;
	readonly annotations: readonly Annotation[];
}

function elementsOf(parent: Element, name?: string): Element[] {
	return [...parent.childNodes].filter(
		(node): node is Element => node.nodeType === 1 && (!name || node.nodeName === name),
	);
}

function unique(values: readonly (string | null)[]): Set<string> {
	const set = new Set(values.filter((value) => value !== null));
	expect(set.size).toBe(values.length);
	return set;
}

/** The tiers of a file that keeps all rules. */
function checkedTiers(xml: string): readonly Tier[] {
	const faults: string[] = [];
	const parser = new DOMParser({
		onError: (level, message) => {
			// It wonders at the mark for what cannot be written.
			if (level !== 'warning') faults.push(`${level}: ${message}`);
		},
	});
	const root = parser.parseFromString(xml, 'application/xml').documentElement;
	expect(faults).toEqual([]);
	if (root?.nodeName !== 'ANNOTATION_DOCUMENT') throw new Error('no annotation document');

	for (const element of [root, ...root.getElementsByTagName('*')]) {
		const [required, optional] = attributes[element.nodeName] ?? [['unknown element'], []];
		const names = [...element.attributes].map(({ name }) => name);
		for (const name of required) expect(names, element.nodeName).toContain(name);
		for (const name of names) expect([...required, ...optional], element.nodeName).toContain(name);
	}
	expect(root.getAttribute('DATE')).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
	const places = elementsOf(root).map(({ nodeName }) => sequence.indexOf(nodeName));
	expect(places).not.toContain(-1);
	expect(places).toEqual(places.toSorted((a, b) => a - b));
	expect(places.filter((place) => place <= 1)).toEqual([0, 1]);
	const [header] = elementsOf(root, 'HEADER');
	expect(header?.getAttribute('TIME_UNITS')).toBe('milliseconds');

	const slots = [...root.getElementsByTagName('TIME_SLOT')];
	const annotations = [...root.getElementsByTagName('ALIGNABLE_ANNOTATION')];
	const constraints = elementsOf(root, 'CONSTRAINT').map((one) => one.getAttribute('STEREOTYPE'));
	// Of the type xsd:ID, unique over the whole file.
	const ids = unique([
		...slots.map((slot) => slot.getAttribute('TIME_SLOT_ID')),
		...annotations.map((one) => one.getAttribute('ANNOTATION_ID')),
		...constraints,
	]);
	for (const id of ids) expect(id).toMatch(/^[A-Za-z_][\w.-]*$/);
	const times = slots.map((slot) => Number(slot.getAttribute('TIME_VALUE')));
	for (const time of times) expect(Number.isSafeInteger(time) && time >= 0).toBe(true);
	expect(times).toEqual(times.toSorted((a, b) => a - b));
	const timeOf = new Map(slots.map((slot, i) => [slot.getAttribute('TIME_SLOT_ID'), times[i]]));

	const types = elementsOf(root, 'LINGUISTIC_TYPE');
	const typeIds = unique(types.map((type) => type.getAttribute('LINGUISTIC_TYPE_ID')));
	for (const type of types) {
		const constraint = type.getAttribute('CONSTRAINTS');
		if (constraint !== null) expect(constraints).toContain(constraint);
	}
	const tiers = elementsOf(root, 'TIER').map((tier): Tier => {
		const type = tier.getAttribute('LINGUISTIC_TYPE_REF') ?? '';
		expect(typeIds).toContain(type);
		return {
			id: tier.getAttribute('TIER_ID') ?? '',
			participant: tier.getAttribute('PARTICIPANT'),
			parent: tier.getAttribute('PARENT_REF'),
			type,
			annotations: elementsOf(tier, 'ANNOTATION').map((one) => {
				const [alignable] = elementsOf(one, 'ALIGNABLE_ANNOTATION');
				const [value] = alignable ? elementsOf(alignable, 'ANNOTATION_VALUE') : [];
				const time = (name: string) => timeOf.get(alignable?.getAttribute(name) ?? '') ?? NaN;
				return {
					startMs: time('TIME_SLOT_REF1'),
					endMs: time('TIME_SLOT_REF2'),
					text: value?.textContent ?? '',
				};
			}),
		};
	});
	unique(tiers.map(({ id }) => id));
	for (const { annotations: own, parent } of tiers) {
		for (const [index, { startMs, endMs }] of own.entries()) {
			expect(endMs).toBeGreaterThan(startMs);
			expect(startMs).toBeGreaterThanOrEqual(own[index - 1]?.endMs ?? 0);
			if (parent === null) continue;
			const above = tiers.find(({ id }) => id === parent)?.annotations ?? [];
			expect(above.filter((one) => one.startMs <= startMs && one.endMs >= endMs)).toHaveLength(1);
		}
	}
	return tiers;
}

test('a tier of utterances and one of words for each speaker, typed by conversation', () => {
	const party = madeDocument([
		{
			name: 'Anna "A" & <B>',
			cues: [
				[1, 3, 'one two'],
				[2, 2.5, 'over myself'],
				[5, 6, 'three'],
			],
		},
		{ name: 'Bo', conversation: 1, cues: [] },
		{ conversation: null },
	]);
	const tiers = checkedTiers(eaf(party, facts));
	expect(tiers.map(({ id, parent, type }) => [id, parent, type])).toEqual([
		['Anna "A" & <B>', null, 'Utterance, Conversation A'],
		['Anna "A" & <B> - words', 'Anna "A" & <B>', 'Word'],
		['Anna "A" & <B> (2)', null, 'Utterance, Conversation A'],
		['Anna "A" & <B> (2) - words', 'Anna "A" & <B> (2)', 'Word'],
		['Bo', null, 'Utterance, Conversation B'],
		['Bo - words', 'Bo', 'Word'],
		['spk_2', null, 'Utterance'],
		['spk_2 - words', 'spk_2', 'Word'],
	]);
	expect(tiers[0]?.annotations).toEqual([
		{ startMs: 1000, endMs: 3000, text: 'one two' },
		{ startMs: 5000, endMs: 6000, text: 'three' },
	]);
	expect(tiers[1]?.annotations.map(({ text }) => text)).toEqual(['one', 'two', 'three']);
	expect(tiers[2]?.annotations).toEqual([{ startMs: 2000, endMs: 2500, text: 'over myself' }]);
	expect(tiers.every(({ participant, id }) => id.startsWith(participant ?? '?'))).toBe(true);
});

test('what was measured has tiers of its own, of whom it is of', () => {
	const party = madeDocument([
		{ name: 'Anna', cues: [[1, 5, 'one']] },
		{ name: 'Bo', cues: [[4, 8, 'two']] },
	]);
	const spans = [
		{ startSeconds: 1, endSeconds: 3, text: 'a' },
		{ startSeconds: 2, endSeconds: 4, text: 'b' },
	];
	const whole = spanLayer(overlap, null, spans);
	const tiers = checkedTiers(eaf({ ...party, layers: [...party.layers, whole] }, facts));
	const measured = tiers.filter(({ type }) => type === 'Measured');
	expect(
		measured.map(({ id, participant, annotations }) => [id, participant, annotations]),
	).toEqual([
		['Bo - overlap', 'Bo', [{ startMs: 4000, endMs: 5000, text: 'between speakers' }]],
		['Recording - overlap', null, [{ startMs: 1000, endMs: 3000, text: 'a' }]],
		['Recording - overlap (2)', null, [{ startMs: 2000, endMs: 4000, text: 'b' }]],
	]);
	const { speakers } = readEaf(eaf({ ...party, layers: [...party.layers, whole] }, facts), 'a.eaf');
	expect(speakers.map(({ name }) => name)).toEqual(['Anna', 'Bo']);
});

test('links the video beside it, or none', () => {
	const party = madeDocument([{}]);
	const linked = eaf(party, { ...facts, mediaPath: 'my video #1.mp4' });
	checkedTiers(linked);
	expect(linked).toContain('RELATIVE_MEDIA_URL="./my%20video%20%231.mp4"');
	expect(eaf(party, { ...facts, mediaPath: null })).not.toContain('MEDIA_DESCRIPTOR');
});

test('keeps all rules and loses no word, whatever people wrote', () => {
	fc.assert(
		fc.property(awkwardDocument, (document) => {
			const shown = narrowed(document, all);
			const tiers = checkedTiers(eaf(shown, facts));
			for (const speaker of shown.speakers) {
				const own = tiers.filter(
					({ participant, type }) => participant === speaker.name && type !== 'Measured',
				);
				const said = (child: boolean): string[] =>
					own
						.filter(({ parent }) => (parent !== null) === child)
						.flatMap(({ annotations }) => annotations.map(({ text }) => text));
				const told = toldCues(speaker);
				expect(said(false).sort()).toEqual(told.map(({ text }) => text).sort());
				const words = told.flatMap((cue) => cue.words.map(({ text }) => text));
				expect(said(true).join(' ').split(' ').sort().join(' ').trim()).toBe(
					words.join(' ').split(' ').sort().join(' ').trim(),
				);
			}
		}),
	);
});
