import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fakeCrowd } from '../../../../tests/fixtures/fake-crowd.ts';
import { fakeResult, fakeSession } from '../../../../tests/fixtures/fake-session.ts';
import { documentOf } from '../../editing/document-of.ts';
import { firstEdition } from '../../editing/first-edition.ts';
import { dropTarget, mapLayout } from './map-layout.ts';

const result = fakeResult(fakeSession('party', 'id'));
const document = documentOf(result, firstEdition(result));

/** The document with everybody where the list says. */
function grouped(numbers: readonly (number | null)[]): typeof document {
	const clusters = new Map(
		result.speakers.flatMap(({ speakerId }, i) => {
			const number = numbers[i] ?? null;
			return number === null ? [] : [[speakerId, number] as const];
		}),
	);
	return documentOf(result, { ...firstEdition(result), clusters });
}

test('everyone has a place of their own inside the map, whoever talks with whom', () => {
	const numbers = fc.array(fc.option(fc.nat(3)), { minLength: 6, maxLength: 6 });
	fc.assert(
		fc.property(numbers, (list) => {
			const { nodes } = mapLayout(grouped(list));
			const places = [...nodes.values()];
			expect(places).toHaveLength(6);
			for (const [i, { x, y }] of places.entries()) {
				expect(Math.min(x, y)).toBeGreaterThanOrEqual(13);
				expect(Math.max(x, y)).toBeLessThanOrEqual(87);
				for (const other of places.slice(i + 1)) {
					expect(Math.hypot(other.x - x, other.y - y)).toBeGreaterThan(12);
				}
			}
		}),
	);
});

test('people of one conversation stand nearer to each other than to anybody else', () => {
	const { groups } = mapLayout(document);
	expect(groups.map(({ conversation }) => conversation)).toEqual([0, 1, 2]);
	for (const { nodes } of groups) {
		const [a, b] = nodes;
		if (!a || !b) throw new Error('two are expected');
		const away = (other: { x: number; y: number }): number =>
			Math.hypot(other.x - a.x, other.y - a.y);
		for (const other of groups.flatMap((group) => group.nodes)) {
			if (!nodes.includes(other)) expect(away(other)).toBeGreaterThan(away(b));
		}
	}
});

test('let go near somebody one joins them, in the middle one starts again, far off one stays', () => {
	const layout = mapLayout(document);
	const at = (id: string): { x: number; y: number } => layout.nodes.get(id) ?? { x: 0, y: 0 };
	expect(dropTarget(layout, 'spk_0', at('spk_1'))).toBe(1);
	expect(dropTarget(layout, 'spk_0', at('spk_5'))).toBe(2);
	expect(dropTarget(layout, 'spk_0', { x: 52, y: 49 })).toBe('new');
	expect(dropTarget(layout, 'spk_0', { x: 0, y: 0 })).toBeNull();
});

test('in a crowd of nine conversations no two stand on one ground', () => {
	const crowd = fakeCrowd(result);
	const { groups, groundWidth, nodes } = mapLayout(documentOf(crowd, firstEdition(crowd)));
	expect(nodes.size).toBe(20);
	expect(groups).toHaveLength(9);
	for (const [i, group] of groups.entries()) {
		for (const other of groups.slice(i + 1)) {
			for (const a of group.nodes) {
				for (const b of other.nodes) {
					expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeGreaterThan(groundWidth);
				}
			}
		}
	}
});
