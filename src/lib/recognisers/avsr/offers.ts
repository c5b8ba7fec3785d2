/**
 * What is offered of the AV-HuBERT family, by the ids that settings name, and the folder of each in the
 * archive that the authors of the MCoRec baseline give out.
 */
export const avsrFolders: Readonly<Record<string, string>> = {
	'avsr-cocktail': 'avsr_cocktail',
	'avsr-cocktail-mcorec': 'avsr_cocktail_mcorec_finetune',
};

/** Ids that settings name. */
export const avsrOffers: readonly string[] = Object.keys(avsrFolders);

/** Name of the units file among a model's files. */
export const unitsName = 'units.txt';

/** What a file of units may be called; the first is its name in the baseline's source code. */
export const unitsFiles = ['unigram5000_units.txt', unitsName] as const;
