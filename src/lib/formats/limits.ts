/**
 * Most files that are looked at in one drop. The largest MCoRec set, 69 sessions of 8 speakers with
 * several tracks of five files each, has about 10,000.
 */
export const maxFiles = 50_000;
