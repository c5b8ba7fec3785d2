/** What is known of the conversations of a recording before anything is heard. */
export interface GroupLimits {
	/** Fewest members of a conversation; 1 where somebody may talk with nobody. */
	readonly fewestMembers: number;
	/** Most members of a conversation; null for no limit. */
	readonly mostMembers: number | null;
	/** Most conversations at the same time; null for no limit. */
	readonly mostConversations: number | null;
	/**
	 * How likely each allowed division is at first: `even`, all of them alike; or `few`, one conversation
	 * twice as likely as two, two as three and so on, and all divisions into as many alike.
	 */
	readonly prior: 'even' | 'few';
}

/** Of a session of the MCoRec challenge: two to four members, at most four conversations. */
export const mcorecLimits: GroupLimits = {
	fewestMembers: 2,
	mostMembers: 4,
	mostConversations: 4,
	prior: 'even',
};

/** By what is known of a session's speakers: metadata are the challenge's. */
export function limitsFor(cast: 'given' | 'found'): GroupLimits {
	return cast === 'given' ? mcorecLimits : openLimits;
}

/** Of any other recording: anything may be, and one conversation of everybody is the likeliest. */
export const openLimits: GroupLimits = {
	fewestMembers: 1,
	mostMembers: null,
	mostConversations: null,
	prior: 'few',
};
