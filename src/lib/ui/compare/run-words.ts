import { detectLanguage, spokenLanguages } from '../../domain/languages.ts';
import type { PeopleCount } from '../../domain/people.ts';
import type { Detector, RunSettings } from '../../domain/settings.ts';
import type { ModelInfo } from '../../state/models-client.ts';

/** A setting and what it is in one run, in the words of the settings form. */
interface SettingWords {
	readonly name: string;
	readonly value: string;
}

/** The title of a recogniser, or its id where it is not known here. */
export function recogniserTitle(id: string, models: readonly ModelInfo[] | null): string {
	return models?.find((model) => model.id === id)?.title ?? id;
}

/** What told a run who speaks. */
export function detectorTitle(detector: Detector): string {
	return detector === 'embedded' ? 'the embedded recogniser' : 'Light-ASD';
}

/** How many people a run was asked for. */
export function peopleWishText(people: PeopleCount | null): string {
	if (people === null) return 'as many as are found';
	const { least, most } = people;
	return least === most ? `exactly ${String(least)}` : `${String(least)} to ${String(most)}`;
}

/** All settings of a run, always in the same order. */
function settingWords(
	settings: RunSettings,
	models: readonly ModelInfo[] | null,
): readonly SettingWords[] {
	const { language } = settings;
	return [
		{ name: 'Recogniser', value: recogniserTitle(settings.recogniser, models) },
		{
			name: 'Words',
			value:
				settings.decoding === 'greedy' ? 'found fast, by frame alone' : 'whole sentences weighed',
		},
		{
			name: 'Language',
			value: language === detectLanguage ? 'detected' : (spokenLanguages[language] ?? language),
		},
		{
			name: 'Who speaks when',
			value: settings.speechActivity === 'calibrated' ? 'calibrated' : 'baseline thresholds',
		},
		{
			name: 'Speaker detection',
			value: detectorTitle(settings.detector),
		},
		{
			name: 'Loudness',
			value: settings.audioScale === 'unit' ? 'as the baseline feeds it' : 'as trained',
		},
		{
			name: 'Who talks with whom',
			value: settings.conversations === 'confab' ? 'turn-taking' : 'baseline, overlap',
		},
		{ name: 'People', value: peopleWishText(settings.people) },
		{ name: 'Shipped data', value: settings.recompute ? 'not used' : 'used' },
	];
}

/** What differs between two runs: name, value here, value there. */
export function settingDifferences(
	here: RunSettings,
	there: RunSettings,
	models: readonly ModelInfo[] | null,
): readonly { readonly name: string; readonly here: string; readonly there: string }[] {
	const others = settingWords(there, models);
	return settingWords(here, models).flatMap(({ name, value }, i) => {
		const other = others[i]?.value ?? '';
		return other === value ? [] : [{ name, here: value, there: other }];
	});
}
