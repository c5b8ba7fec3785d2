import type { Ports } from './ports.ts';
import type { Stored } from './stored.ts';

/**
 * A result that is stored by itself. Its key is `[name, content, version, ...]`: what it was made of, and
 * the code, models and parameters that made it, so that another model or setting never meets an old
 * result. Keys are never to change for results that do not: what people have stored is found by them.
 */
export interface StoredResult<T, Basis> extends Stored<T> {
	/** Raised when the code gives other results for the same models and parameters. */
	readonly code: number;
	/** Ids of the models that decide it. */
	readonly models: (basis: Basis, ports: Ports) => readonly string[] | Promise<readonly string[]>;
	/** What else decides it, beside its input. */
	readonly parameters?: (
		basis: Basis,
		ports: Ports,
	) => readonly string[] | Promise<readonly string[]>;
}

/**
 * Names the code, models and parameters behind a result.
 *
 * @throws ConfabError `ModelUnavailable` when one of the models is not here.
 */
export async function versionOf<Basis>(
	{ code, models, parameters }: StoredResult<unknown, Basis>,
	basis: Basis,
	ports: Ports,
): Promise<string> {
	const ids = await models(basis, ports);
	const names = await Promise.all(ids.map((id) => ports.models.version(id)));
	const rest = (await parameters?.(basis, ports)) ?? [];
	return [code, ...names, ...rest].join('-');
}
