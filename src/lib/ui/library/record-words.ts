import type { SessionRecord } from '../../state/client.ts';
import { countText } from '../common/number-text.ts';
import { durationText } from '../common/time-text.ts';
import { detectorTitle } from '../compare/run-words.ts';

/** `3 min 20 s · 6 speakers · 3 conversations`, as far as it is known. */
export function factsText(record: SessionRecord): string {
	return [
		record.durationSeconds === null ? null : durationText(record.durationSeconds),
		record.speakerCount === 0 ? null : countText(record.speakerCount, 'speaker'),
		record.conversationCount === null || record.speakerCount === 0
			? null
			: countText(record.conversationCount, 'conversation'),
	]
		.filter((fact) => fact !== null)
		.join(' · ');
}

/**
 * `2 runs · recognised by Whisper tiny, Embedded recogniser · speakers by Light-ASD`.
 *
 * @param titles what recognisers are called, by id
 */
export function runsText(record: SessionRecord, titles: ReadonlyMap<string, string>): string {
	const { detectors } = record;
	return [
		countText(record.runCount, 'run'),
		`recognised by ${record.recognisers.map((id) => titles.get(id) ?? id).join(', ')}`,
		// Of a recording, people are found by their voices.
		...(detectors.length > 0 ? [`speakers by ${detectors.map(detectorTitle).join(', ')}`] : []),
	].join(' · ');
}
