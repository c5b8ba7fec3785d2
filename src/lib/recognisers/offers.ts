import type { ShelfFile } from '../store/shelf/shelf-entry.ts';
import type { AddedModel, HubPrecision } from './added-model.ts';
import { avsrKinds, type AvsrKind } from './avsr/manifest.ts';
import {
	whisperAbout,
	whisperCaution,
	whisperFiles,
	whisperOffers,
	type WhisperOffer,
	type WhisperPrecisions,
} from './whisper/offers.ts';

/** Terms under which a model is given out. */
export interface Terms {
	readonly name: string;
	/** Where their text is. */
	readonly address: string;
}

/** What a machine must have for a kind of a model. */
export type KindNeeds = 'anything' | 'gpu' | 'gpu-half';

/** One form in which a model is to be had. */
export interface OfferKind {
	readonly kind: string;
	/** What its numbers are stored in, as people say it. */
	readonly precision: string;
	readonly needs: KindNeeds;
	/** About, where the exact size is known only when it is there. */
	readonly bytes: number;
}

/** Where the hub has a model. */
export interface HubSource {
	readonly repository: string;
	/** A branch or, better, a commit. */
	readonly revision: string;
	/** Files of a kind, by their names in the repository; with sizes and checksums where they are known. */
	files(kind: string): readonly (ShelfFile | string)[];
}

/** A model that does not come with the app, but that people can add. */
export interface Offer {
	readonly id: string;
	readonly title: string;
	/** What a run uses it for; `recogniser` for those that one can choose among. */
	readonly role: string;
	/** What it is for, in a sentence or two. */
	readonly purpose: string;
	readonly terms: readonly Terms[];
	/** Whether the terms are to be accepted before it is added: they forbid something. */
	readonly mustAccept: boolean;
	/** Whether it can be checked before a run uses it. */
	readonly checkable: boolean;
	/** Where it is from, for people to read. */
	readonly source: string;
	readonly commit: string | null;
	/** In order of preference: the first that a machine can run is the one for it. */
	readonly kinds: readonly OfferKind[];
	/** Null for what can only be added from files. */
	readonly hub: HubSource | null;
	/** What a person is to choose when they add it from files, in a sentence. */
	readonly fromFiles: string;
	/** The id that a kind has on the shelf. */
	shelfId(kind: string): string;
	/** What the shelf keeps of it. @param commit of the hub, or null for what came from files */
	about(kind: string, commit: string | null): AddedModel;
	/** Which kind something on the shelf is; null for none of those that are offered. */
	kindOf(about: AddedModel): string | null;
}

const avsrTerms: readonly Terms[] = [
	{ name: 'CC BY-NC 4.0', address: 'https://creativecommons.org/licenses/by-nc/4.0/legalcode' },
	{
		name: 'AV-HuBERT licence',
		address: 'https://github.com/facebookresearch/av_hubert/blob/main/LICENSE',
	},
];

const avsrFiles =
	'Choose model-bin.zip (or its unpacked folder) from huggingface.co/MCoRecChallenge/MCoRec-baseline ' +
	'and, with it, unigram5000_units.txt from github.com/MCoRec/mcorec_baseline, src/tokenizer/spm/unigram. ' +
	'Artefacts that were built before (manifest-….json and its files) will do as well.';

function avsrOffer(id: string, title: string, purpose: string): Offer {
	const kindOf = (kind: string): AvsrKind => {
		const known = avsrKinds.find((name) => name === kind);
		if (!known) throw new TypeError(`There is no kind "${kind}" of ${id}`);
		return known;
	};
	return {
		id,
		title,
		role: 'recogniser',
		purpose,
		terms: avsrTerms,
		mustAccept: true,
		checkable: true,
		source: 'https://huggingface.co/MCoRecChallenge/MCoRec-baseline, model-bin.zip',
		commit: null,
		// Sizes: models/avsr-cocktail/README.md.
		kinds: [
			{ kind: 'fp16', precision: 'half precision', needs: 'gpu-half', bytes: 859e6 },
			{ kind: 'q4', precision: '4 bits', needs: 'gpu', bytes: 279e6 },
			{ kind: 'q8', precision: '8 bits', needs: 'anything', bytes: 457e6 },
		],
		hub: null,
		fromFiles: avsrFiles,
		shelfId: (kind) => `${id}.${kind}`,
		about: (kind) => ({ family: 'avsr-cocktail', offer: id, kind: kindOf(kind) }),
		kindOf: (about) => (about.family === 'avsr-cocktail' ? about.kind : null),
	};
}

/** Kinds of a Whisper go by the device that they are for; one of them is on the shelf at a time. */
function whisper({ id, title, repository, licence, variants }: WhisperOffer): Offer {
	const devices = ['webgpu', 'wasm'] as const;
	const variantOf = (kind: string): (typeof variants)['wasm'] =>
		variants[kind === 'webgpu' ? 'webgpu' : 'wasm'];
	return {
		id,
		title,
		role: 'recogniser',
		purpose: `What people say, from sound alone, in many languages. ${whisperCaution}`,
		terms: [{ name: licence, address: 'https://github.com/openai/whisper/blob/main/LICENSE' }],
		mustAccept: false,
		checkable: false,
		source: `https://huggingface.co/${repository}`,
		commit: null,
		kinds: devices.map((device) => {
			const { bytes } = variants[device];
			const precision = precisionOf(variants[device]);
			return { kind: device, precision, bytes, needs: device === 'wasm' ? 'anything' : 'gpu' };
		}),
		hub: { repository, revision: 'main', files: (kind) => whisperFiles(variantOf(kind)) },
		fromFiles: `Choose the folder of ${repository}, with its onnx folder.`,
		shelfId: () => id,
		about: (kind, commit) =>
			whisperAbout(id, variantOf(kind), commit === null ? null : { repository, commit }),
		kindOf: (about) =>
			about.family !== 'whisper'
				? null
				: (devices.find(
						(device) =>
							variants[device].encoder === about.encoder &&
							variants[device].decoder === about.decoder,
					) ?? null),
	};
}

/** What the numbers of a model are stored in, as people say it. */
export const precisionWords: Readonly<Record<HubPrecision, string>> = {
	fp32: 'single precision',
	fp16: 'half precision',
	q8: '8 bits',
	q4: '4 bits',
	q4f16: '4 bits',
};

/** The same of both graphs of a Whisper. */
export function precisionOf({ encoder, decoder }: WhisperPrecisions): string {
	return encoder === decoder
		? precisionWords[encoder]
		: `encoder in ${precisionWords[encoder]}, decoder in ${precisionWords[decoder]}`;
}

interface SingleGraph extends Pick<Offer, 'id' | 'title' | 'role' | 'purpose' | 'terms'> {
	readonly family: 'wespeaker' | 'segmentation';
	readonly repository: string;
	readonly commit: string;
	/** As in models/catalogue.json. */
	readonly graph: ShelfFile;
}

/** A network of one file at one commit of the hub. */
function singleGraph({ family, repository, commit, graph, ...offer }: SingleGraph): Offer {
	const { id } = offer;
	return {
		...offer,
		mustAccept: false,
		checkable: false,
		source: `https://huggingface.co/${repository}`,
		commit,
		kinds: [{ kind: 'fp32', precision: 'single precision', needs: 'anything', bytes: graph.bytes }],
		hub: { repository, revision: commit, files: () => [graph] },
		fromFiles: `Choose ${graph.name}.`,
		shelfId: (kind) => `${id}.${kind}`,
		kindOf: () => 'fp32',
		about: (_kind, from) => ({
			...{ family, offer: id, graph: graph.name },
			hub: from === null ? null : { repository, commit: from },
		}),
	};
}

const wespeaker = singleGraph({
	id: 'wespeaker-resnet34',
	title: 'WeSpeaker ResNet34-LM',
	role: 'telling voices apart',
	purpose: 'Tells voices apart, much better than the small embedding that comes with Confab.',
	terms: [{ name: 'CC BY 4.0', address: 'https://creativecommons.org/licenses/by/4.0/legalcode' }],
	family: 'wespeaker',
	repository: 'Wespeaker/wespeaker-voxceleb-resnet34-LM',
	commit: 'f0c48c298fd835726c27956a5d617bad7115627e',
	graph: {
		name: 'voxceleb_resnet34_LM.onnx',
		bytes: 26_530_309,
		sha256: '7bb2f06e9df17cdf1ef14ee8a15ab08ed28e8d0ef5054ee135741560df2ec068',
	},
});

/** The authors' weights (pyannote/segmentation-3.0) as sherpa-onnx exports them. */
const segmentation = singleGraph({
	id: 'pyannote-segmentation',
	title: 'pyannote segmentation 3.0',
	role: 'hearing who talks at once',
	purpose:
		'Hears where one person ends and another begins, and two who talk at once. With what comes with Confab they ' +
		'are heard as one.',
	terms: [
		{
			name: 'MIT',
			address: 'https://huggingface.co/pyannote/segmentation-3.0/blob/main/LICENSE',
		},
	],
	family: 'segmentation',
	repository: 'csukuangfj/sherpa-onnx-pyannote-segmentation-3-0',
	commit: '9403a6902bb58e3d5ae8c7e77c3422de279db2e0',
	graph: {
		name: 'model.onnx',
		bytes: 5_992_913,
		sha256: '220ad67ca923bef2fa91f2390c786097bf305bceb5e261d4af67b38e938e1079',
	},
});

/** All models that people can add. */
export const offers: readonly Offer[] = [
	avsrOffer(
		'avsr-cocktail-mcorec',
		'AV-HuBERT, fine-tuned on MCoRec (BL4)',
		'What people say, from lips and sound, in English. The best of the baselines of MCoRec: word error ' +
			'rate 49.9 % on its development set, by its authors’ measure.',
	),
	avsrOffer(
		'avsr-cocktail',
		'AV-HuBERT, cocktail party (BL1)',
		'What people say, from lips and sound, in English. The same before it was tuned on MCoRec: word error ' +
			'rate 55.4 % there, by its authors’ measure.',
	),
	...whisperOffers.map(whisper),
	wespeaker,
	segmentation,
];

/** @throws TypeError for an id that is not offered. */
export function offerOf(id: string): Offer {
	const offer = offers.find((known) => known.id === id);
	if (!offer) throw new TypeError(`There is no offer "${id}"`);
	return offer;
}

/** The kind for a machine: the first that it can run. */
export function kindFor(
	offer: Offer,
	gpu: { readonly usable: boolean; readonly halfPrecision: boolean },
): OfferKind {
	const runs = ({ needs }: OfferKind): boolean =>
		needs === 'anything' || (gpu.usable && (needs === 'gpu' || gpu.halfPrecision));
	const kind = offer.kinds.find(runs);
	if (!kind) throw new TypeError(`${offer.id} has no kind for a machine without a GPU`);
	return kind;
}
