import { createHmac, timingSafeEqual } from 'node:crypto';
import { readSecretFile } from '../../../platform/lifecycle/read-json-file.ts';
import type { SupergraphLocation } from '../../configuration/read-configuration.ts';
import { fetchBytes } from './fetch-bytes.ts';
import { type SupergraphSource, watchByReading } from './source.ts';

type Address = Extract<SupergraphLocation, { readonly kind: 'address' }>;

/** A shorter key could be guessed. */
const minKeyLength = 32;

/**
 * A supergraph at an http address. It is fetched again and again. Each request has the ETag of the last answer, so that
 * an unchanged supergraph is not sent again. If there is a key, only a signed supergraph is used.
 */
export const addressSource = ({
  url,
  headers,
  pollIntervalMs,
  signatureKeyFile,
}: Address): SupergraphSource => ({
  title: `The supergraph at ${url.origin}${url.pathname}`,
  async open(opening) {
    const key =
      signatureKeyFile === null
        ? null
        : await readSecretFile(signatureKeyFile, "key of the supergraph's signature", minKeyLength);
    let etag: string | null = null;
    const read = async (signal: AbortSignal): Promise<string | null> => {
      const condition = etag === null ? {} : { 'if-none-match': etag };
      const { response, body } = await fetchBytes(url, { headers: { ...headers, ...condition } }, signal);
      if (response.status === 304 && etag !== null) {
        return null;
      }
      if (response.status !== 200) {
        throw new Error(`the answer is HTTP ${response.status}`);
      }
      if (key !== null && !isSigned(body, response.headers.get('x-signature-sha256') ?? '', key)) {
        throw new Error('its header X-Signature-SHA256 is not the signature with the configured key');
      }
      etag = response.headers.get('etag');
      return body.toString('utf8');
    };
    const text = (await read(opening)) ?? '';
    return {
      text,
      watch: (listener, signal) => watchByReading(text, pollIntervalMs, read, listener, signal),
    };
  },
});

function isSigned(body: Buffer, signature: string, key: string): boolean {
  const expected = createHmac('sha256', key).update(body).digest();
  const given = Buffer.from(signature, 'base64');
  return given.length === expected.length && timingSafeEqual(given, expected);
}
