import { expect, test } from 'vitest';
import { FakeClient } from '../../../../tests/fixtures/fake-client.ts';
import { projectFileName } from './project-name.ts';

const now = new Date('2026-03-14T09:30:00Z');

async function nameOf(...past: string[]): Promise<string> {
	return projectFileName(await new FakeClient({ past }).listSessions(), now);
}

test('a project is called like its only session, several like the day', async () => {
	expect(await nameOf('party')).toBe('party.confab');
	expect(await nameOf('party', 'dinner')).toBe('confab-2026-03-14.confab');
});

test('a name is one that every file system takes', async () => {
	expect(await nameOf('A/B: “who?” \u0007')).toBe('A-B- “who-” -.confab');
	expect(await nameOf('..')).toBe('session.confab');
});
