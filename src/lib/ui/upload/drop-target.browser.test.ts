import { mount, unmount } from 'svelte';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ListFiles } from '../../state/intake.svelte.ts';
import DropTarget from './drop-target.svelte';

let target: Record<string, unknown>;
let taken: ListFiles[];

beforeEach(() => {
	taken = [];
	target = mount(DropTarget, {
		target: document.body,
		props: { onDrop: (list: ListFiles) => void taken.push(list) },
	});
});

afterEach(() => unmount(target));

function dataOf(...files: File[]): DataTransfer {
	const data = new DataTransfer();
	for (const file of files) data.items.add(file);
	return data;
}

const sound = new File(['a'], 'talk.mp3', { type: 'audio/mpeg' });
const film = new File(['b'], 'talk.mp4', { type: 'video/mp4' });
const picture = new File(['c'], 'face.png', { type: 'image/png' });

/** What lies over the page. */
function cover(): string {
	return document.querySelector('.over')?.textContent ?? '';
}

async function pathsOf(list: ListFiles | undefined): Promise<readonly string[]> {
	const listed = await list?.(new AbortController().signal);
	return listed?.files.map(({ path }) => path) ?? [];
}

function drag(type: string, dataTransfer: DataTransfer): DragEvent {
	const event = new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true });
	document.body.dispatchEvent(event);
	return event;
}

test('several files are dropped at once', async () => {
	expect(drag('dragover', dataOf(sound, film)).defaultPrevented).toBe(true);
	expect(drag('drop', dataOf(sound, film)).defaultPrevented).toBe(true);
	expect(await pathsOf(taken[0])).toEqual(['talk.mp3', 'talk.mp4']);
});

test('files are pasted, text is left alone', async () => {
	const paste = (clipboardData: DataTransfer): ClipboardEvent => {
		const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
		document.body.dispatchEvent(event);
		return event;
	};
	expect(paste(dataOf(sound, film)).defaultPrevented).toBe(true);
	expect(await pathsOf(taken[0])).toEqual(['talk.mp3', 'talk.mp4']);
	const text = new DataTransfer();
	text.setData('text/plain', 'words');
	expect(paste(text).defaultPrevented).toBe(false);
	expect(taken).toHaveLength(1);
});

test('before the drop it says whether what is dragged can be read', async () => {
	drag('dragenter', dataOf(sound));
	await expect.poll(cover).toContain('Drop to read it');
	drag('dragleave', dataOf(sound));
	await expect.poll(cover).toBe('');
	drag('dragenter', dataOf(picture));
	await expect.poll(cover).toContain('Confab cannot read a picture');
	drag('drop', dataOf(picture));
	await expect.poll(cover).toBe('');
	drag('dragenter', dataOf(picture, film));
	await expect.poll(cover).toContain('Drop to read it');
});
