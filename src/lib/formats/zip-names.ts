/** What of an archive's entry says how it is called. */
interface NamedEntry {
	readonly filename: string;
	readonly filenameUTF8: boolean;
	readonly rawFilename: Uint8Array;
}

/**
 * The path of an entry. Archivers that mark no encoding write that of their system: UTF-8, or on a Windows of
 * East Asia GBK, Shift_JIS or EUC-KR; some of Windows write `\` between folders.
 */
export function entryPath(entry: NamedEntry): string {
	const name = entry.filenameUTF8 ? entry.filename : decoded(entry.rawFilename, entry.filename);
	return name.replaceAll('\\', '/');
}

/** @param otherwise the name as code page 437 has it, which is what the format says */
function decoded(bytes: Uint8Array, otherwise: string): string {
	if (bytes.every((byte) => byte < 0x80)) return otherwise;
	const utf8 = decodedAs('utf-8', bytes);
	if (utf8 !== null) return utf8;
	// Kana are what GBK does not give by chance, as it gives Chinese characters for nearly any two bytes.
	const japanese = decodedAs('shift_jis', bytes);
	if (japanese !== null && /[ぁ-んァ-ヶ]/u.test(japanese) && !/[｡-ﾟ]/u.test(japanese))
		return japanese;
	// Single ones are letters of the West, as in "Gespräch": the others' characters take two each.
	if (/(?<![\x80-\xff])[\x80-\xff]([\x80-\xff]{2})*(?![\x80-\xff])/.test(latin1(bytes)))
		return otherwise;
	const chinese = decodedAs('gbk', bytes);
	const korean = decodedAs('euc-kr', bytes);
	if (korean !== null && isAll(/[가-힣]/gu, korean)) return korean;
	if (chinese !== null && isAll(/[\u4e00-\u9fff\u3000-\u303f\uff01-\uff5e]/gu, chinese))
		return chinese;
	return otherwise;
}

/** Each byte as one character. */
function latin1(bytes: Uint8Array): string {
	return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
}

function decodedAs(encoding: string, bytes: Uint8Array): string | null {
	try {
		return new TextDecoder(encoding, { fatal: true }).decode(bytes);
	} catch {
		return null;
	}
}

/** Whether a name is made of such characters, and of ASCII. */
function isAll(characters: RegExp, name: string): boolean {
	return /^[\x20-\x7e]*$/u.test(name.replaceAll(characters, ''));
}
