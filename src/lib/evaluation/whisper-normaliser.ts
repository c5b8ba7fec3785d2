import { splitWords } from './white-space.ts';
import { plainCharacters } from './whisper-characters.ts';
import { writeNumbers } from './whisper-numbers.ts';
import { expandContractions, removeFillers } from './whisper-replacements.ts';

const bracketed = /[<[][^>\]]*[>\]]/gu;
const parenthesised = /\([^)]+?\)/gu;
const commaInNumber = /(\p{Nd}),(\p{Nd})/gu;
const periodOutsideNumber = /\.([^0-9]|$)/gu;
const symbolBeforeNoDigit = /[.$¢€£]([^0-9])/gu;
const percentAfterNoDigit = /([^0-9])%/gu;

/**
 * English text as Whisper's normaliser writes it, with an empty table of spellings, which is what
 * the MCoRec scorer uses (its `EnglishTextNormalizer({})`). Idiosyncrasies are kept on purpose:
 * "John's" becomes "john is", "O'Brien" "0 brien", "oh oh" "00".
 */
export function normaliseEnglish(text: string): string {
	const spoken = text.toLowerCase().replace(bracketed, '').replace(parenthesised, '');
	const expanded = expandContractions(removeFillers(spoken))
		.replace(commaInNumber, '$1$2')
		.replace(periodOutsideNumber, ' $1');
	const numbered = writeNumbers(plainCharacters(expanded, '.%$¢€£'))
		.replace(symbolBeforeNoDigit, ' $1')
		.replace(percentAfterNoDigit, '$1 ');
	return splitWords(numbered).join(' ');
}
