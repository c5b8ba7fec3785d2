import { endingOf } from './reference/label-names.ts';

/** Endings of files that hold sound or video, whichever decoder opens them. */
const mediaEndings = new Set(
	[
		'mp4 m4v mov qt 3gp 3g2 mkv webm avi wmv asf flv f4v mpg mpeg mpe m2v vob ts mts m2ts mxf ogv dv rm rmvb',
		'wav wave rf64 w64 mp3 m4a m4b aac adts flac ogg oga opus weba wma aif aiff aifc caf amr ac3 eac3 dts mka mp2 au snd sph nist gsm',
	].flatMap((line) => line.split(' ')),
);

/** What a file is that holds neither, by its ending: told to whoever drops it. */
const otherKinds: readonly (readonly [what: string, endings: string])[] = [
	['a picture', 'jpg jpeg png gif webp bmp tif tiff svg heic heif avif ico raw dng'],
	['a document', 'pdf doc docx odt rtf pages ppt pptx odp key xls xlsx ods numbers epub'],
	['a text', 'txt md log html htm xml csv tsv json yaml yml toml tex srt ass lrc sub'],
	['a program', 'exe dll so js mjs ts py sh bat jar app dmg deb rpm msi wasm'],
	['an archive', '7z rar tar gz tgz bz2 xz zst'],
	['a set of weights', 'onnx pt pth safetensors bin npz npy ckpt model'],
];

const otherByEnding = new Map(
	otherKinds.flatMap(([what, endings]) => endings.split(' ').map((ending) => [ending, what])),
);

/** Whether a file is sound or video, by its name or, where that says nothing, by its type. */
export function isRecordingName(path: string, type = ''): boolean {
	const ending = endingOf(path);
	if (mediaEndings.has(ending)) return true;
	return !otherByEnding.has(ending) && /^(audio|video)\//.test(type);
}

/** What a file is by its ending, when that is surely no recording: `a picture`. Null when nobody knows. */
export function otherKindOf(path: string): string | null {
	return otherByEnding.get(endingOf(path)) ?? null;
}
