import { flushSync, mount, unmount } from 'svelte';
import { afterEach, expect, test } from 'vitest';
import { fakeLabels } from '../../../../tests/fixtures/fake-labels.ts';
import { fakeResult, fakeSession } from '../../../../tests/fixtures/fake-session.ts';
import type { StudioDocument } from '../../domain/studio-document.ts';
import { documentOf } from '../../editing/document-of.ts';
import { firstEdition } from '../../editing/first-edition.ts';
import { Aligner, scoreDocument } from '../../state/document-scores.ts';
import ScoreTable from './score-table.svelte';

let shown: Record<string, never> | null = null;
const target = document.createElement('div');

afterEach(async () => {
	if (shown) await unmount(shown);
	shown = null;
	target.remove();
});

async function show(name: string): Promise<StudioDocument> {
	const result = fakeResult(fakeSession(name, 'party'));
	const made = documentOf(result, firstEdition(result));
	const scores = await scoreDocument(made, fakeLabels(), new Aligner(), {});
	document.body.append(target);
	shown = mount(ScoreTable, {
		target,
		props: { document: made, scores, beside: null, title: 'here' },
	});
	flushSync();
	return made;
}

function headers(): HTMLTableCellElement[] {
	return [...target.querySelectorAll<HTMLTableCellElement>('thead th')];
}

function header(title: string): HTMLTableCellElement {
	const found = headers().find((cell) => cell.textContent.trim().startsWith(title));
	if (!found) throw new Error(`no column ${title}`);
	return found;
}

function press(title: string): void {
	header(title).querySelector('button')?.click();
	flushSync();
}

function column(place: number): string[] {
	return [...target.querySelectorAll('tbody tr')].map(
		(row) => row.children[place]?.textContent.trim() ?? '',
	);
}

test('sorted by a column at the press of its header, the other way at the next', async () => {
	await show('party');
	const speakers = column(0);
	expect(headers().map((cell) => cell.getAttribute('aria-sort'))).toEqual(Array(8).fill(null));
	press('Words');
	const counts = column(5).slice(0, 5).map(Number);
	expect(counts).toEqual(counts.toSorted((a, b) => a - b));
	expect(column(5)[5]).toBe('–');
	expect(header('Words').getAttribute('aria-sort')).toBe('ascending');
	press('Words');
	expect(column(5).slice(0, 5).map(Number)).toEqual(counts.toReversed());
	expect(column(5)[5]).toBe('–');
	expect(header('Words').getAttribute('aria-sort')).toBe('descending');
	press('Speaker');
	expect(column(0)).toEqual(speakers);
	expect(headers().filter((cell) => cell.hasAttribute('aria-sort'))).toEqual([header('Speaker')]);
});

test('saved in the order that is shown', async () => {
	const made = await show('party / late');
	press('Speaker');
	press('Speaker');
	const saved = new Promise<HTMLAnchorElement>((resolve) => {
		// The link is in no document, so its click is seen at the prototype alone.
		const click = HTMLAnchorElement.prototype.click;
		HTMLAnchorElement.prototype.click = function () {
			HTMLAnchorElement.prototype.click = click;
			resolve(this);
		};
	});
	[...target.querySelectorAll('button')]
		.find((b) => b.textContent.includes('Save as CSV'))
		?.click();
	const link = await saved;
	expect(link.download).toBe('party _ late-scores.csv');
	const lines = (await (await fetch(link.href)).text()).split('\r\n');
	expect(lines.slice(1, 7).map((line) => line.split(',').at(-1))).toEqual(
		made.speakers.map(({ id }) => id).toReversed(),
	);
});
