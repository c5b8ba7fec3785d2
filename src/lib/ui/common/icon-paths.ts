/** Outlines on a grid of 24 by 24, drawn with a line of 1.7. */
export const iconPaths = {
	folder: 'M3 6.5h6l2 2.5h10v9.5H3z',
	file: 'M6 3h8l4 4v14H6zM14 3v4h4',
	archive: 'M3 4h18v5H3zM5 9v11h14V9M10 13h4',
	download: 'M12 4v11M7.5 10.5 12 15l4.5-4.5M4.5 20h15',
	pause: 'M8.5 5v14M15.5 5v14',
	close: 'M6 6l12 12M18 6 6 18',
	check: 'M5 12.5 10 17.5 19.5 7',
	warn: 'M12 4 2.5 20h19zM12 10v4.5M12 17.2v.3',
	info: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 11v5.5M12 7.5v.3',
	store:
		'M4 6c0-1.7 3.6-3 8-3s8 1.3 8 3v12c0 1.7-3.6 3-8 3s-8-1.3-8-3zM4 6c0 1.7 3.6 3 8 3s8-1.3 8-3M4 12c0 1.7 3.6 3 8 3s8-1.3 8-3',
	trash: 'M4.5 6.5h15M9 6.5V4h6v2.5M6.5 6.5 7.5 21h9l1-14.5',
	retry: 'M4 12a8 8 0 1 1 2.5 5.8M4 20v-5h5',
	play: 'M7.5 4.5v15l12-7.5z',
	frameBack: 'M6 5v14M18 5.5v13L9 12z',
	frameOn: 'M18 5v14M6 5.5v13l9-6.5z',
	jumpBack: 'M12 6 6 12l6 6M18.5 6l-6 6 6 6',
	jumpOn: 'M12 6l6 6-6 6M5.5 6l6 6-6 6',
	repeat:
		'M4.5 11V9.5a3 3 0 0 1 3-3h11M16 3.5l3 3-3 3M19.5 13v1.5a3 3 0 0 1-3 3h-11M8 20.5l-3-3 3-3',
	captions: 'M3 5h18v14H3zM6.5 14.5h4M13.5 14.5h4M6.5 11h2.5M11.5 11h6',
	sound: 'M4 9.5h3.5L12 5.5v13l-4.5-4H4zM15.5 9a4.5 4.5 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11',
	mute: 'M4 9.5h3.5L12 5.5v13l-4.5-4H4zM16 9.5l5 5M21 9.5l-5 5',
	back: 'M11 5l-7 7 7 7M4 12h16',
	lock: 'M5.5 11h13v9.5h-13zM8.5 11V7.5a3.5 3.5 0 0 1 7 0V11',
	eye: 'M2 12s3.6-6.5 10-6.5S22 12 22 12s-3.6 6.5-10 6.5S2 12 2 12zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z',
	wait: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5.2l3.4 2',
} as const;

export type IconName = keyof typeof iconPaths;
