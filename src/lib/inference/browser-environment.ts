import * as v from 'valibot';

/** The version of ONNX Runtime that models run with, as package.json has it. */
export const runtimeVersion = '1.31.0-dev.20260914-8d85527a0';

const fullVersionsSchema = v.object({
	fullVersionList: v.array(v.object({ brand: v.string(), version: v.string() })),
});

/**
 * Names what computes here beside the device: the runtime, and the browser as exactly as it tells.
 * Chromium's user agent has its major version alone. The name serves as a key: nothing is concluded
 * from it.
 *
 * @param browser `navigator`
 */
export async function browserEnvironment(
	browser: Pick<Navigator, 'userAgent'> & {
		readonly userAgentData?: { getHighEntropyValues(hints: string[]): Promise<unknown> };
	},
): Promise<string> {
	const told = await browser.userAgentData
		?.getHighEntropyValues(['fullVersionList'])
		.catch(() => null);
	const parsed = v.safeParse(fullVersionsSchema, told);
	const versions = parsed.success
		? parsed.output.fullVersionList.map(({ brand, version }) => `${brand} ${version}`).sort()
		: [];
	return [`ort ${runtimeVersion}`, ...versions, browser.userAgent].join('; ');
}
