import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Json } from '../adapters/journal/port.ts';

/**
 * What is kept of a person until an operation is settled is kept sealed: who reads the journal without the key learns
 * nothing, and nothing in it can be changed unseen. AES-256-GCM; the key is made from the fingerprint key.
 */
export function seal(secret: Uint8Array, content: unknown): Json {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', keyOf(secret), nonce);
  const text = Buffer.concat([cipher.update(JSON.stringify(content)), cipher.final()]);
  return { sealed: Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64url') };
}

/** Throws where it was not sealed with this key. */
export function unseal(secret: Uint8Array, sealed: Json): unknown {
  const bytes = Buffer.from(sealedForm.parse(sealed).sealed, 'base64url');
  const nonce = bytes.subarray(0, nonceBytes);
  const decipher = createDecipheriv('aes-256-gcm', keyOf(secret), nonce);
  decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
  const text = Buffer.concat([decipher.update(bytes.subarray(nonceBytes + tagBytes)), decipher.final()]);
  return JSON.parse(text.toString());
}

const nonceBytes = 12;
const tagBytes = 16;
const sealedForm = z.object({ sealed: z.string() });

function keyOf(secret: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', 'patron-graph journal details', 32));
}
