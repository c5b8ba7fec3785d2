import { generateKeyPairSync, sign } from 'node:crypto';

/** One element of DER: a tag, a length, and what is in it. */
function der(tag: number, ...content: readonly Uint8Array[]): Uint8Array {
	const body = Buffer.concat(content);
	const length =
		body.length < 128
			? [body.length]
			: body.length < 256
				? [0x81, body.length]
				: [0x82, body.length >> 8, body.length & 255];
	return Buffer.concat([Uint8Array.of(tag, ...length), body]);
}

const sequence = (...content: readonly Uint8Array[]): Uint8Array => der(0x30, ...content);
const text = (tag: number, content: string): Uint8Array => der(tag, Buffer.from(content));

/** 1.2.840.10045.4.3.2, ECDSA with SHA-256. */
const algorithm = sequence(der(0x06, Uint8Array.of(0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2)));

/**
 * A key and a certificate for it that nobody has vouched for, as X.509 writes them (RFC 5280). Whoever is
 * to trust it must be told to.
 */
export function selfSigned(host: string): { key: string; cert: string } {
	const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
	// 2.5.4.3, common name.
	const commonName = sequence(der(0x06, Uint8Array.of(0x55, 4, 3)), text(0x0c, host));
	const name = sequence(der(0x31, commonName));
	const certificate = sequence(
		der(0xa0, der(0x02, Uint8Array.of(2))),
		der(0x02, Uint8Array.of(1)),
		algorithm,
		name,
		sequence(text(0x17, '200101000000Z'), text(0x17, '491231235959Z')),
		name,
		publicKey.export({ type: 'spki', format: 'der' }),
	);
	const signature = sign('sha256', certificate, privateKey);
	const whole = sequence(certificate, algorithm, der(0x03, Uint8Array.of(0), signature));
	const lines =
		Buffer.from(whole)
			.toString('base64')
			.match(/.{1,64}/g) ?? [];
	return {
		key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
		cert: ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n'),
	};
}
