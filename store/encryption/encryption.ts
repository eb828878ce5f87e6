import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, randomBytes } from 'node:crypto';
import { hmacSha256 } from '../../platform/hmac.ts';
import { StoreUnavailable } from '../store-unavailable.ts';

/**
 * Kinds of digested text. The same text has a different digest in each kind. The name of the kind is digested with the
 * text, so a kind must never be renamed. `claim` is for the key of a lock.
 */
export type DigestKind =
  | 'caller'
  | 'colleague'
  | 'reference'
  | 'patron'
  | 'claim'
  | 'card'
  | 'document'
  | 'application'
  | 'operation'
  | 'loan'
  | 'hold'
  | 'row'
  | 'proof'
  | 'notice'
  | 'finding';

/**
 * The protection of personal data in the stores. Without the key, nobody can read the data in the database, or change
 * an encrypted value unnoticed.
 *
 * @example
 * const { encrypt, decrypt, digest } = createEncryption(secret);
 * digest('patron', 'P0000001') === digest('patron', 'P0000001'); // true: rows can be found and counted by it
 * encrypt('P0000001') === encrypt('P0000001'); // false: each has a nonce of its own
 * decrypt(encrypt('P0000001')); // 'P0000001'
 */
export interface Encryption {
  /** Encrypts with AES-256-GCM and a random nonce. Encrypting one text twice gives two results. */
  encrypt(text: string): string;
  /** @throws StoreUnavailable if the text was not encrypted with this secret. */
  decrypt(encrypted: string): string;
  /** HMAC-SHA-256, in 43 characters. The same text has the same digest within its kind. */
  digest(kind: DigestKind, text: string): string;
  /** Identifies the secret without revealing it. */
  readonly proof: string;
}

const nonceBytes = 12;
const tagBytes = 16;

/**
 * Random bytes for the next nonces. They are drawn for many at once: with a draw for each nonce, an audit record of
 * twenty readings took a tenth more time.
 */
let drawn = Buffer.alloc(0);
const noncesPerDraw = 256;

function nextNonce(): Buffer {
  if (drawn.length === 0) {
    drawn = randomBytes(nonceBytes * noncesPerDraw);
  }
  const nonce = drawn.subarray(0, nonceBytes);
  drawn = drawn.subarray(nonceBytes);
  return nonce;
}

/**
 * Creates the encryption with a secret. If `secret` is null, encrypting, decrypting and digesting throw. Only a process
 * that reads and writes nothing encrypted passes null.
 */
export function createEncryption(secret: Uint8Array | null): Encryption {
  if (secret === null) {
    return withoutSecret;
  }
  const key = lazily(() => createSecretKey(deriveKey(secret, 'patron-graph journal details')));
  const digestKey = lazily(() => deriveKey(secret, 'patron-graph journal digests'));
  const digest = (kind: DigestKind, text: string) =>
    hmacSha256(digestKey()).update(`${kind} ${text}`).digest('base64url');
  const proof = lazily(() => digest('proof', ''));
  return {
    encrypt(text) {
      const nonce = nextNonce();
      const cipher = createCipheriv('aes-256-gcm', key(), nonce);
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url');
    },
    decrypt(encrypted) {
      const bytes = Buffer.from(encrypted, 'base64url');
      try {
        const decipher = createDecipheriv('aes-256-gcm', key(), bytes.subarray(0, nonceBytes));
        decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
        const body = bytes.subarray(nonceBytes + tagBytes);
        return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
      } catch (cause) {
        throw new StoreUnavailable('journal: a stored value was not encrypted with this secret', { cause });
      }
    },
    digest,
    get proof() {
      return proof();
    },
  };
}

/**
 * Computes a value only when it is first needed. This saves work: each patron's key has an encryption, but few of these
 * ever compute a digest, and none its proof.
 */
function lazily<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/**
 * Derives a key of 32 bytes for one use, with HKDF-SHA-256. The key reveals neither the secret nor the key of another
 * use.
 */
export const deriveKey = (secret: Uint8Array, use: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', createSecretKey(secret), '', use, 32));

/**
 * Always throws, because there is no secret.
 * @throws StoreUnavailable
 */
export function refuse(): never {
  throw new StoreUnavailable('journal: opened without its secret');
}
const withoutSecret: Encryption = { encrypt: refuse, decrypt: refuse, digest: refuse, proof: '' };
