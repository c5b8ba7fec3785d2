import type { Labels } from '../domain/session.ts';
import type { Cue } from '../domain/transcript.ts';
import type { Problem } from '../support/errors.ts';
import { readJson, readText } from './json-file.ts';
import { clustersSchema } from './mcorec-schema.ts';
import type { SessionFolder } from './session-folder.ts';
import { parseVtt, scoredText } from './webvtt.ts';

async function readConversations(
	folder: SessionFolder,
	speakerIds: readonly string[],
	problems: Problem[],
	signal?: AbortSignal,
): Promise<ReadonlyMap<string, number> | null> {
	const file = folder.find('labels/speaker_to_cluster.json');
	if (!file) return null;
	const parsed = await readJson(file, clustersSchema, signal);
	if (!parsed.ok) {
		problems.push(...parsed.problems);
		return null;
	}
	const clusters = new Map(Object.entries(parsed.value));
	for (const id of speakerIds) {
		if (!clusters.has(id)) problems.push({ file: file.path, field: id, message: 'is missing' });
	}
	for (const id of clusters.keys()) {
		if (speakerIds.includes(id)) continue;
		problems.push({ file: file.path, field: id, message: 'is no speaker of metadata.json' });
	}
	return clusters;
}

/** A reference with a broken cue would give a wrong score: then there is none for that speaker. */
async function readTranscript(
	folder: SessionFolder,
	speakerId: string,
	problems: Problem[],
	signal?: AbortSignal,
): Promise<readonly Cue[] | null> {
	const file = folder.find(`labels/${speakerId}.vtt`);
	if (!file) return null;
	const text = await readText(file, signal);
	if (!text.ok) {
		problems.push(...text.problems);
		return null;
	}
	const parsed = parseVtt(text.value, file.path);
	if (parsed.problems.length > 0) {
		const message = 'is not used: this speaker is not scored';
		problems.push(...parsed.problems, { file: file.path, message });
		return null;
	}
	return parsed.cues.map(({ startSeconds, endSeconds, rawText }) => {
		return { startSeconds, endSeconds, text: scoredText(rawText) };
	});
}

/** What the `labels` folder holds; null when it holds nothing for these speakers. */
export async function readLabels(
	folder: SessionFolder,
	speakerIds: readonly string[],
	problems: Problem[],
	signal?: AbortSignal,
): Promise<Labels | null> {
	const conversations = await readConversations(folder, speakerIds, problems, signal);
	const transcripts = new Map<string, readonly Cue[]>();
	for (const id of speakerIds) {
		const cues = await readTranscript(folder, id, problems, signal);
		if (cues) transcripts.set(id, cues);
	}
	return conversations || transcripts.size > 0 ? { conversations, transcripts } : null;
}
