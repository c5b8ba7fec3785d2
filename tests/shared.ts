import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const beside = resolve(dirname(fileURLToPath(import.meta.url)), '../../shared');

/** Folder of real recordings and reference numbers that are not part of the project. */
const sharedFolder = process.env['CONFAB_SHARED'] ?? beside;

/** Whether that folder is here. Tests that need it are skipped, and counted, where it is not. */
export const hasShared = existsSync(join(sharedFolder, 'specs'));

/** Absolute path of something in it. */
export function sharedPath(path: string): string {
	return join(sharedFolder, path);
}
