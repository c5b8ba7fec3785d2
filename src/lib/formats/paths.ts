/** A path inside a folder, cleaned, or why it is refused. */
export type CheckedPath =
	{ readonly ok: true; readonly path: string } | { readonly ok: false; readonly reason: string };

/**
 * Checks a path that somebody else wrote (a metadata field, an archive's entry). Only a path that
 * stays inside its folder on every system passes: relative, forward slashes, no `..`. `./` and empty
 * parts are taken out.
 */
export function checkPath(path: string): CheckedPath {
	const refuse = (reason: string): CheckedPath => ({ ok: false, reason });
	// eslint-disable-next-line no-control-regex -- control characters are what is looked for
	if (/[\u0000-\u001f\u007f]/.test(path)) return refuse('it holds control characters');
	if (path.includes('\\')) return refuse('it holds a backslash');
	if (path.startsWith('/')) return refuse('it is absolute');
	if (/^[a-z]:/i.test(path)) return refuse('it starts with a drive letter');
	const parts = path.split('/').filter((part) => part !== '' && part !== '.');
	if (parts.includes('..')) return refuse('it leads out of its folder with ".."');
	if (parts.length === 0) return refuse('it is empty');
	return { ok: true, path: parts.join('/') };
}

/** What operating systems and archivers leave beside the files people put there. */
export function isSystemLitter(path: string): boolean {
	const parts = path.split('/');
	const name = parts.at(-1) ?? '';
	return (
		parts.includes('__MACOSX') ||
		name.startsWith('._') ||
		['.ds_store', 'thumbs.db', 'desktop.ini'].includes(name.toLowerCase())
	);
}

/** The last part of a path. */
export function baseName(path: string): string {
	return path.slice(path.lastIndexOf('/') + 1);
}

/** All but the last part of a path; empty for a file at the top. */
export function folderOf(path: string): string {
	return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** `a` and `b` with a slash between, where `a` may be the empty top folder. */
export function joinPath(a: string, b: string): string {
	return a === '' ? b : `${a}/${b}`;
}

/** Names that Windows keeps for devices, with or without an extension. */
const deviceName = /^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$/i;

/** Whether an id can be a file's name, without its extension, on every system. */
export function isSafeFileName(name: string): boolean {
	return (
		/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/.test(name) && !name.endsWith('.') && !deviceName.test(name)
	);
}
