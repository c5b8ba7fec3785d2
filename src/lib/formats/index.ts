export { readBoxes } from './boxes.ts';
export { droppedFiles, pickedFiles } from './dropped-files.ts';
export type { DroppedFile, DroppedFiles } from './dropped-files.ts';
export { exportedCues } from './exported-cues.ts';
export { maxFiles } from './limits.ts';
export { buildOutput } from './output.ts';
export { problemLine } from './problems.ts';
export { readSessions } from './read-sessions.ts';
export { zipOutput } from './zip-output.ts';
