import { splitWords } from './white-space.ts';

/**
 * Words that the MCoRec scorer leaves out on both sides (list of its `remove_disfluencies`): fillers
 * and laughter as the transcribers spelled them, but real words as well (yeah, wow, whoa, huh, hai,
 * hap, er, yay), and 000, which is what its own normaliser makes of "oh oh oh".
 */
const disfluencies: ReadonlySet<string> = new Set(
	splitWords(`
		000 999 aaa aaaa aaaaa aaaahhm aaah aaahh aaahhh aaahhhmmm aah aahh aahhh aahm aahmm aahw
		ah ahh ahhh ahhhh ahhhhh ahhhhhhhhh ahhhhhhhhhh ahhhhhhhhhhh ahw eee eeee er ffff ha haa
		haaa haaaa haaaaa haaaaaa haaaaaaa haaaaaaaa haaaaaaaaa haaaaaaaaaa haaaaaaaaaaaaaaaaaaa
		haah haahaa haahaaa haahaahaa haahaha haahahaha haahuuuuu hah haha hahaa hahaaa hahaaaa
		hahaaaaa hahaaha hahah hahaha hahahaa hahahaaah hahahah hahahaha hahahahaahahha hahahahah
		hahahahaha hahahahahah hahahahahaha hahahahahahaha hahahahahahahaha hahahahahha hahahahha
		hahahahu hahahahuh hahahahuhu hahahha hahahhaa hahahoho hahahu hahahuh hahahuha hahha
		hahhaaha hahhah hahhaha hahhh hahhhh hahu hahuh hahuhahuh hahuhu hahuhuhu hai haisho hap
		haummm hehehe hh hhahaha hhh hhhh hhhhh hhhhhh hhhhhhh hm hmm hmmhmm hmmm hmmmm hmmmmm
		hmmmmmm hmmmmmmm hmmmmmmmm hoo hooo huh huhahihi huhh huhhh huhhhhh huhhhhhhh huhhu huhmmmm
		huhuhh huhuhu huhuhuh huhuhuha huhummm huhuu huhuuhhu huhuuu huu huuu huuuu huuuuu lll
		mchhh mhmm mmhmm mmm mmmhmmm mmmm mmmmm mmmmmm mmmmmmm nnn nnnnn nnnnnn oh ohahahahhu ohh
		ohhh ohhhh ohhhhh ohhhhhh ohhhhhhh ohhhhhhhh ohhhhhhhhh ohhhhhhhhhhh ohhhhhhhhhhhh
		ohhhhhhhhhhhhhh ohhhhhhhhhhhhhhhhh ohhn ohhp ohooo ohw onnnnnn oohh oohhh oohhoa ooo oooo
		ooooo oooooo ooooooooo oooooooooooooooooooooooooo ppppppp rrr shhhhh ss sshhh sshhhhh sss
		ssshh ssss sssss ssssss uh uhh uhhh uhhhh uhhhhh uhhhhhhh uhhhhhhhhhhhh uhhhhmm uhm uhmm um
		umm ummm ummmm ummmmm ummmmmmm ummmmmmmm ummmmmmmmm uuu uuuu whoa wow www wwww yah yay yea
		yeah yyy yyyyyyy yyyyyyyyyyyy
`),
);

/** The text's words without those that the scorer does not count, one space between them. */
export function removeDisfluencies(text: string): string {
	return splitWords(text)
		.filter((word) => !disfluencies.has(word.toLowerCase()))
		.join(' ');
}
