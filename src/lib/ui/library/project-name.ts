import { projectExtension } from '../../formats/project/project-name.ts';
import type { SessionRecord } from '../../state/client.ts';

/** Under which name a project file of these sessions is saved: that of the one, or the day. */
export function projectFileName(records: readonly SessionRecord[], now: Date): string {
	const [first] = records;
	const stem =
		records.length === 1 && first ? first.sessionName : `confab-${now.toISOString().slice(0, 10)}`;
	// What file systems refuse, and dots at the start that would hide it.
	const safe = stem.replaceAll(/[\p{Cc}\\/:*?"<>|]+/gu, '-').replace(/^\.+/u, '');
	return `${safe.trim() === '' ? 'session' : safe.trim()}${projectExtension}`;
}
