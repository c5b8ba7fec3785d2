/** `1:04`, `12:00:07`: a place in a recording, to the second. */
export function clockText(seconds: number): string {
	return withHours(Math.floor(Math.max(0, seconds)), '');
}

/** `1:04.3`: a place in a recording, to the tenth. */
export function preciseClockText(seconds: number): string {
	const tenths = Math.floor(Math.max(0, seconds) * 10 + 1e-6);
	return withHours(Math.floor(tenths / 10), `.${tenths % 10}`);
}

/** `1:04.37`: a place in a recording, to the hundredth, as it is written into a field. */
export function exactClockText(seconds: number): string {
	const hundredths = Math.round(Math.max(0, seconds) * 100);
	return withHours(Math.floor(hundredths / 100), `.${String(hundredths % 100).padStart(2, '0')}`);
}

/** Seconds of `64.37`, `1:04.37` or `0:01:04,37`; null for what is no time. */
export function secondsOfClock(text: string): number | null {
	const match = /^(?:(?:(\d+):)?(\d{1,2}):)?(\d+(?:[.,]\d+)?)$/u.exec(text.trim());
	if (!match) return null;
	const [, hours = '0', minutes, last = ''] = match;
	const seconds = Number(last.replace(',', '.'));
	if (minutes !== undefined && seconds >= 60) return null;
	return Number(hours) * 3600 + Number(minutes ?? '0') * 60 + seconds;
}

function withHours(whole: number, tail: string): string {
	const hours = Math.floor(whole / 3600);
	const minutes = Math.floor(whole / 60) % 60;
	const rest = String(whole % 60).padStart(2, '0');
	return hours > 0
		? `${hours}:${String(minutes).padStart(2, '0')}:${rest}${tail}`
		: `${minutes}:${rest}${tail}`;
}

/** `0.4 s`, `42 s`, `3 min 05 s`, `1 h 20 min`: how long something took or is. */
export function durationText(seconds: number): string {
	if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
	const whole = Math.round(seconds);
	if (whole < 60) return `${whole} s`;
	if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
	const minutes = Math.round(whole / 60);
	return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** How long is left, no finer than it can be known. */
export function timeLeftText(seconds: number | null): string {
	if (seconds === null) return 'Working out the time left';
	if (seconds < 10) return 'A few seconds left';
	if (seconds < 55) return `About ${Math.ceil(seconds / 10) * 10} seconds left`;
	if (seconds < 90) return 'About a minute left';
	if (seconds < 3300) return `About ${Math.round(seconds / 60)} minutes left`;
	const halves = Math.max(2, Math.round(seconds / 1800));
	return halves === 2 ? 'About an hour left' : `About ${halves / 2} hours left`;
}
