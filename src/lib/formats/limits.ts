/**
 * Most files that are looked at in one drop. The largest MCoRec set, 69 sessions of 8 speakers with
 * several tracks of five files each, has about 10,000.
 */
export const maxFiles = 50_000;

/**
 * The latest time, in seconds, that a file of text may name (31 years): what is beyond it is no time of a
 * recording, and far from where sums of times lose their milliseconds.
 */
export const latestSeconds = 1e9;
