import { expect, test } from 'vitest';
import { holdsFiles, strangeKind } from './drop-listing.ts';

/** What a browser tells of a drag before it is dropped: kinds and types, no names. */
function dragged(...types: string[]): DataTransfer {
	const items = types.map((type) => ({ kind: type === 'text' ? 'string' : 'file', type }));
	return { types: ['Files'], items } as unknown as DataTransfer;
}

test.each([
	[['image/png'], 'a picture'],
	[['application/pdf'], 'a document'],
	[['application/vnd.openxmlformats-officedocument.wordprocessingml.document'], 'a document'],
	[['image/png', 'application/pdf'], 'files of other kinds'],
	[['text', 'image/png'], 'a picture'],
])('%j is %s', (types, kind) => {
	expect(strangeKind(dragged(...types))).toBe(kind);
});

test.each([
	[['audio/mpeg']],
	[['video/mp4', 'image/jpeg']],
	// A folder, or a file that the system knows no type of.
	[['']],
	[['application/zip']],
	[['text/vtt']],
	[[]],
	[['text']],
])('%j may be something', (types) => {
	expect(strangeKind(dragged(...types))).toBeNull();
});

test('text that is dragged is no file', () => {
	expect(holdsFiles({ types: ['text/plain'] } as unknown as DataTransfer)).toBe(false);
	expect(holdsFiles(dragged('audio/wav'))).toBe(true);
});
