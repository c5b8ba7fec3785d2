/**
 * What the glue code of onnxruntime-web builds with `new Function` (Embind's method callers, one for
 * each signature), as a closure. It takes the same captured values and the same kind of call, and
 * returns a function of the same four arguments.
 *
 * kind 0: call a function; 1: call a method; 2: construct; 3: convert. Arguments lie 8 bytes apart.
 *
 * Kept as text-able source: it is written into the glue by `withoutEval`, so it must not use
 * anything from outside itself.
 *
 * @param {Record<string, any>} captured
 * @param {number} kind
 */
export function methodCaller(captured, kind) {
	/** @type {((pointer: number) => unknown)[]} */
	const readers = [];
	for (let i = 0; captured['argFromPtr' + i]; i++) readers.push(captured['argFromPtr' + i]);
	const { toValue, getStringOrSymbol, toReturnWire, emval_returnValue: returnValue } = captured;
	return function (
		/** @type {number} */ handle,
		/** @type {number} */ methodName,
		/** @type {number} */ destructorsRef,
		/** @type {number} */ args,
	) {
		const read = () => readers.map((reader, i) => reader(args + 8 * i));
		let result;
		if (kind === 3) {
			result = read().at(-1);
		} else {
			const target = toValue(handle);
			if (kind === 0) result = target(...read());
			else if (kind === 2) result = new target(...read());
			else {
				const name = getStringOrSymbol(methodName);
				result = target[name](...read());
			}
		}
		return toReturnWire ? returnValue(toReturnWire, destructorsRef, result) : undefined;
	};
}

const invoker =
	/\b(\w+)=\(new Function\(Object\.keys\((\w+)\),\w+\)\)\(\.\.\.Object\.values\(\2\)\)/g;
const anyEval = /\bnew Function\b|\beval\(/;

/**
 * The glue without its one `new Function`, so that it runs under a Content-Security-Policy that
 * allows WebAssembly but no eval. Glue that never had one comes back as it is.
 *
 * @param {string} glue
 * @returns {string}
 * @throws {Error} when the glue is not of the form this was written for.
 */
export function withoutEval(glue) {
	if (!anyEval.test(glue)) return glue;
	const found = [...glue.matchAll(invoker)];
	const [match] = found;
	// The variable that is assigned is the third parameter, which until then says the kind of call.
	const kind = match?.[1];
	if (
		found.length !== 1 ||
		!match ||
		!kind ||
		!glue.slice(0, match.index).includes(`switch(${kind})`)
	) {
		throw new Error(
			`Expected one "new Function" of Embind in the runtime's glue, found ${found.length}: ` +
				'this release of onnxruntime-web is not the one the patch was written for.',
		);
	}
	const patched = glue.replace(
		match[0],
		() => `${kind}=(${methodCaller.toString()})(${match[2]},${kind})`,
	);
	if (anyEval.test(patched)) throw new Error('The glue still holds an eval after the patch.');
	return patched;
}
