import { avsrOffers } from './avsr/offers.ts';
import { embeddedId } from './embedded.ts';
import { whisperOffers } from './whisper/offers.ts';

/** Recognisers that settings may name, whether they are on this machine or not. */
export const recogniserIds: readonly string[] = [
	embeddedId,
	...avsrOffers,
	...whisperOffers.map(({ id }) => id),
];
