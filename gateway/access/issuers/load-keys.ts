import { readFile } from 'node:fs/promises';
import type { JSONWebKeySet } from 'jose';
import { z } from 'zod';

export type KeysLocation = { readonly url: string } | { readonly file: string };

/** The maximum number of bytes of a fetched JWK Set. The largest JWK Set of a common provider has 20 KiB. */
const maxBytes = 256 * 1024;

/** An empty set is rejected: it is the issuer's mistake, and must not replace a set with keys. */
export const jwkSet: z.ZodType<JSONWebKeySet> = z.object({
  keys: z.array(z.looseObject({ kty: z.string() })).min(1),
});

/** Thrown if the JWK Set can't be used. The message is the reason, for the log. */
class KeysUnusable extends Error {
  override readonly name = 'KeysUnusable';
}

/**
 * Loads a JWK Set. Rejects with KeysUnusable, with an error of `fetch` or of the file system, or with the signal's
 * reason.
 */
export async function loadKeys(location: KeysLocation, signal: AbortSignal): Promise<JSONWebKeySet> {
  const text =
    'url' in location
      ? await fetchText(location.url, signal)
      : await readFile(location.file, { encoding: 'utf8', signal });
  return parseKeys(text);
}

/** @throws KeysUnusable */
function parseKeys(json: string): JSONWebKeySet {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    throw new KeysUnusable('it is not JSON');
  }
  const { success, data } = jwkSet.safeParse(parsed);
  if (!success) {
    throw new KeysUnusable('it is not a JWK Set with at least one key');
  }
  return data;
}

/**
 * Fetches a text. Follows no redirect, because the redirect could lead to an attacker. Rejects with KeysUnusable if the
 * status is not 200, or if the text is too long.
 */
async function fetchText(url: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(url, {
    signal,
    redirect: 'manual',
    headers: { accept: 'application/json, application/jwk-set+json' },
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new KeysUnusable(`HTTP ${response.status}`);
  }
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) {
      throw new KeysUnusable(`it has more than ${maxBytes} bytes`);
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** Returns the reason why keys could not be loaded, for the log: the system's error code if there is one. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  const { code } = (error.cause ?? error) as NodeJS.ErrnoException;
  return code !== undefined && typeof code === 'string' ? code : error.message;
}
