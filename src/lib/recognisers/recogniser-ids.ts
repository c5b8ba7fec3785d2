import { avsrOffers } from './avsr/offers.ts';
import { embeddedId } from './embedded.ts';

/** Recognisers that settings may name, whether they are on this machine or not. */
export const recogniserIds: readonly string[] = [embeddedId, ...avsrOffers];
