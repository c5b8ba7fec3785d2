import type { ModelEntry, ServedRecogniser } from '../inference/manifest.ts';
import { parseAddedModel } from '../recognisers/added-model.ts';
import { embeddedId } from '../recognisers/embedded.ts';
import type { Offer } from '../recognisers/offers.ts';
import type { ModelFileInfo, ModelInfo, ShelvedInfo, TermsInfo } from '../state/models-client.ts';
import type { ShelvedModel } from '../store/shelf/model-shelf.ts';

/**
 * What the screens know of the models that come with the app.
 *
 * @param models absolute address of the models' folder, with a slash at its end
 */
export function shippedInfos(entries: readonly ModelEntry[], models: string): ModelInfo[] {
	return entries.map((entry) => shippedInfo(entry, entries, models));
}

function shippedInfo(entry: ModelEntry, entries: readonly ModelEntry[], models: string): ModelInfo {
	const { id, title, feature, licence, source } = entry;
	const isRecogniser = id === embeddedId;
	const described = {
		id,
		title,
		role: isRecogniser ? 'recogniser' : feature,
		purpose: isRecogniser
			? 'Comes with Confab and knows 629 words, of drawn people and of one corpus: enough to show that the whole way works. For real talk add AV-HuBERT or Whisper.'
			: `For ${feature}.${reserveText(entry, entries)}`,
		licence,
		source: source.repository,
		commit: source.commit ?? null,
		package: source.package,
		offer: null,
	};
	if (entry.status === 'missing') {
		const terms: TermsInfo[] = [{ name: licence, address: null, here: false }];
		const missing = { bytes: 0, available: false, files: [] };
		return {
			...described,
			...missing,
			terms,
			reason: entry.reason,
			disables: feature,
			replacedBy: replacementOf(entry, entries)?.title,
		};
	}
	const { licence: text, ...parts } = entry.files;
	const files = Object.values(parts).map(({ path, bytes, sha256 }) => ({
		name: path,
		bytes,
		sha256,
	}));
	const address = text ? `${models}${text.path}` : null;
	return {
		...described,
		terms: [{ name: licence, address, here: address !== null }],
		bytes: sizeOf(files),
		available: true,
		standsIn: entry.standsIn,
		files,
	};
}

/** The model here that does the work of one that is missing. */
function replacementOf(
	{ id, feature }: ModelEntry,
	entries: readonly ModelEntry[],
): ModelEntry | undefined {
	return entries.find(
		({ status, standsInFor, alsoFor }) =>
			status === 'ready' && (standsInFor === id || alsoFor?.includes(feature) === true),
	);
}

/** Whether a stand-in is in use. */
function reserveText({ standsInFor }: ModelEntry, entries: readonly ModelEntry[]): string {
	const preferred = entries.find(({ id }) => id === standsInFor);
	if (!preferred) return '';
	return preferred.status === 'ready'
		? ` Kept in reserve: ${preferred.title} is here and in use.`
		: ` In use: it stands in for ${preferred.title}, which is not here.`;
}

/**
 * What the screens know of a model that can be added.
 *
 * @param shelf all that is on it
 * @param served recognisers that come with the app: offers too, for they can be added in other forms
 */
export function offerInfo(
	offer: Offer,
	shelf: readonly ShelvedModel[],
	served: readonly ServedRecogniser[] = [],
): ModelInfo {
	const shipped = served.find(({ id }) => id === offer.id) ?? null;
	const shelved = shelf.flatMap((model): ShelvedInfo[] => {
		const about = parseAddedModel(model.about);
		if (about?.offer !== offer.id) return [];
		const { id, presentBytes, totalBytes, complete, files } = model;
		const commit = 'hub' in about ? (about.hub?.commit ?? null) : null;
		return [{ id, kind: offer.kindOf(about), presentBytes, totalBytes, complete, files, commit }];
	});
	const { id, title, role, purpose, terms, source, commit } = offer;
	const { mustAccept, checkable, kinds, fromFiles } = offer;
	const available = shipped !== null || shelved.some(({ complete }) => complete);
	const shippedFiles = shipped?.files ?? [];
	return {
		id,
		title,
		role,
		purpose: shipped ? `Comes with Confab. ${purpose}` : purpose,
		licence: terms.map(({ name }) => name).join(', '),
		terms: terms.map((term) => ({ ...term, here: false })),
		source,
		commit: commit ?? shelved.find((model) => model.commit !== null)?.commit ?? null,
		bytes: shelved.reduce((sum, { presentBytes }) => sum + presentBytes, sizeOf(shippedFiles)),
		available,
		...(!available && {
			reason: shelved.length > 0 ? 'it is not complete' : 'it was not added yet',
		}),
		files: shippedFiles.map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 })),
		offer: { mustAccept, checkable, fromHub: offer.hub !== null, fromFiles, kinds, shelved },
	};
}

function sizeOf(files: readonly ModelFileInfo[]): number {
	return files.reduce((sum, { bytes }) => sum + bytes, 0);
}
