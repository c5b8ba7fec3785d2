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
	back: 'M11 5l-7 7 7 7M4 12h16',
	lock: 'M5.5 11h13v9.5h-13zM8.5 11V7.5a3.5 3.5 0 0 1 7 0V11',
	eye: 'M2 12s3.6-6.5 10-6.5S22 12 22 12s-3.6 6.5-10 6.5S2 12 2 12zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z',
	edit: 'M4 20h4L19 9l-4-4L4 16zM13 7l4 4',
	undo: 'M9 5 4 10l5 5M4 10h10a5.5 5.5 0 0 1 0 11h-3',
	redo: 'M15 5l5 5-5 5M20 10H10a5.5 5.5 0 0 0 0 11h3',
	search: 'M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5 21 21',
	up: 'M5 15l7-7 7 7',
	down: 'M5 9l7 7 7-7',
	add: 'M12 5v14M5 12h14',
	keyboard: 'M3 6h18v12H3zM7 10h.3M11 10h.3M15 10h.3M8 14h8',
	wait: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5.2l3.4 2',
} as const;

export type IconName = keyof typeof iconPaths;
