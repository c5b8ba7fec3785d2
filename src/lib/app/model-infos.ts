import { parseManifest, type ModelEntry } from '../inference/manifest.ts';
import { recogniserIds } from '../recognisers/recogniser-ids.ts';
import type { ModelInfo } from '../state/client.ts';
import { ConfabError } from '../support/errors.ts';

/**
 * All models of the catalogue, missing ones too, from what the set-up has written.
 *
 * @throws ConfabError `ModelUnavailable` when there is no readable list.
 */
export async function modelInfos(
	address: string,
	get: typeof fetch = fetch,
): Promise<readonly ModelInfo[]> {
	const response = await get(address);
	if (!response.ok) {
		throw new ConfabError(
			'ModelUnavailable',
			`The list of models cannot be had (${response.status}). Run "npm run models", then build again.`,
		);
	}
	const manifest = parseManifest(await response.json());
	if (!('models' in manifest)) {
		throw new ConfabError(
			'ModelUnavailable',
			`The list of models is damaged: ${manifest.join('; ')}`,
		);
	}
	return manifest.models.map(infoOf);
}

function infoOf(entry: ModelEntry): ModelInfo {
	const { id, title, feature, licence, source } = entry;
	const described = {
		id,
		title,
		role: recogniserIds.includes(id) ? 'recogniser' : feature,
		licence,
		source: source.commit
			? `${source.repository} @ ${source.commit.slice(0, 12)}`
			: source.repository,
	};
	if (entry.status === 'missing') {
		return { ...described, bytes: 0, available: false, reason: entry.reason, disables: feature };
	}
	const bytes = Object.values(entry.files).reduce((sum, file) => sum + file.bytes, 0);
	return { ...described, bytes, available: true };
}
