export { readBoxes } from './boxes.ts';
export { droppedFiles, pickedFiles } from './dropped-files.ts';
export type { DroppedFile, DroppedFiles } from './dropped-files.ts';
export { maxFiles } from './limits.ts';
export { problemLine } from './problems.ts';
export { readSessions } from './read-sessions.ts';
export type { ReadSessions, RefusedSession } from './read-sessions.ts';
export { parseVtt, scoredText, serialiseVtt } from './webvtt.ts';
export type { ParsedVtt, VttCue } from './webvtt.ts';
