import { ConfabError, messageOf } from '../../support/errors.ts';
import type { ErrorCode } from '../../support/errors.ts';

/** What people are told when something went wrong. */
export interface ErrorWords {
	/** What happened, in a few words. */
	readonly title: string;
	/** What happened, as exactly as it is known. */
	readonly detail: string;
	/** What is kept. */
	readonly kept: string;
	/** What to do. */
	readonly advice: string;
}

type Words = Omit<ErrorWords, 'detail'>;

const resultsStay = 'Everything computed so far is stored on this machine.';
const nothingTouched = 'Nothing was changed: earlier sessions and their results are still there.';

const wordsByCode: Readonly<Record<ErrorCode, Words>> = {
	UnsupportedMedia: {
		title: 'A recording could not be decoded',
		kept: resultsStay,
		advice:
			'Check that the file plays elsewhere and was copied whole. Then drop it again: what is done is kept.',
	},
	InvalidSession: {
		title: 'Could not be read',
		kept: nothingTouched,
		advice: 'Fix what is listed, then drop it again.',
	},
	ModelUnavailable: {
		title: 'A model is missing',
		kept: resultsStay,
		advice:
			'If it is one that can be added, add it on the page of models. Else run “npm run models” where Confab is installed and reload the page, or choose settings that do without it.',
	},
	ModelMismatch: {
		title: 'A model does not give the answers it should',
		kept: resultsStay,
		advice:
			'Run “npm run models” again to renew its files. If that changes nothing, this browser cannot run it: try another browser or an update.',
	},
	DeviceLost: {
		title: 'The graphics processor or a worker went away',
		kept: resultsStay,
		advice: 'Run it again: it resumes where it stopped. Closing other heavy tabs helps.',
	},
	StorageFull: {
		title: 'The browser will not store any more',
		kept: 'What was stored before is still there. The stage that was under way is not.',
		advice:
			'Remove sessions that are no longer needed, or leave the private window, then run it again.',
	},
	Busy: {
		title: 'Another tab is at work on this session',
		kept: 'Nothing is lost: the other tab continues and stores its results.',
		advice: 'Wait for the other tab, or close it, then try again here.',
	},
};

const unforeseen: Words = {
	title: 'Something went wrong inside Confab',
	kept: resultsStay,
	advice:
		'Run it again: it resumes where it stopped. If it happens again, please report the message.',
};

/** Words for anything that was thrown. */
export function errorWords(thrown: unknown): ErrorWords {
	const words = thrown instanceof ConfabError ? wordsByCode[thrown.code] : unforeseen;
	return { ...words, detail: messageOf(thrown) };
}
