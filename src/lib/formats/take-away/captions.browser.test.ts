import { expect, test } from 'vitest';
import { madeDocument } from '../../../../tests/fixtures/made-document.ts';
import { mergedVtt, speakerVtt } from './captions.ts';

/** The cues that the browser itself finds in a file. */
async function cuesOf(text: string): Promise<VTTCue[]> {
	const url = URL.createObjectURL(new Blob([text], { type: 'text/vtt' }));
	const page = globalThis.document;
	const video = page.createElement('video');
	const track = page.createElement('track');
	try {
		const loaded = new Promise<void>((resolve, reject) => {
			track.onload = () => resolve();
			track.onerror = () => reject(new Error('the browser refuses the file'));
		});
		track.src = url;
		video.append(track);
		page.body.append(video);
		track.track.mode = 'hidden';
		await loaded;
		return [...(track.track.cues ?? [])].filter((cue) => cue instanceof VTTCue);
	} finally {
		video.remove();
		URL.revokeObjectURL(url);
	}
}

const party = madeDocument([
	{
		name: 'Anna & <Co> "x" > y',
		cues: [
			[1, 2.5, 'so did you'],
			[4.0404, 5, 'a < b --> c &amp; </v>'],
			[3700, 3701.5, 'WEBVTT'],
		],
	},
	{
		name: 'Zoë 李',
		cues: [
			[2, 3, 'NOTE this'],
			[2, 2, 'no'],
		],
	},
]);

test('the browser finds the same voices, times and words in the merged file', async () => {
	const cues = await cuesOf(mergedVtt(party));
	expect(
		cues.map((cue) => {
			const voice = cue.getCueAsHTML().querySelector('span');
			const times = [cue.startTime, cue.endTime].map((time) => Math.round(time * 1000));
			return [...times, voice?.title, voice?.textContent];
		}),
	).toEqual([
		[1000, 2500, 'Anna & <Co> "x" > y', 'so did you'],
		[2000, 3000, 'Zoë 李', 'NOTE this'],
		[2000, 2001, 'Zoë 李', 'no'],
		[4040, 5000, 'Anna & <Co> "x" > y', 'a < b --> c &amp; </v>'],
		[3_700_000, 3_701_500, 'Anna & <Co> "x" > y', 'WEBVTT'],
	]);
});

test('and in the file of one speaker', async () => {
	const [speaker] = party.speakers;
	const cues = await cuesOf(speaker ? speakerVtt(speaker) : '');
	expect(cues.map((cue) => cue.getCueAsHTML().textContent)).toEqual([
		'so did you',
		'a < b --> c &amp; </v>',
		'WEBVTT',
	]);
});
