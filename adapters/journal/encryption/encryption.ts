import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { JournalUnavailable } from '../port.ts';

/**
 * What a digest is of; the same text has another digest for each kind. The words are part of what is digested, and so never
 * change: `claim` is a lock's key.
 */
export type DigestKind = 'caller' | 'reference' | 'patron' | 'claim' | 'proof';

/**
 * How the journal keeps what is a person's. Who reads the database without the secret learns nothing of it, and nothing can
 * be changed unseen.
 */
export interface Encryption {
  /** AES-256-GCM under a random nonce: the same text is sealed differently each time. */
  encrypt(text: string): string;
  /** @throws JournalUnavailable where it was not sealed with this secret. */
  decrypt(sealed: string): string;
  /** HMAC-SHA-256, 43 characters: the same for the same text. */
  digest(what: DigestKind, text: string): string;
  /** Tells this secret from others, and nothing of it. */
  readonly proof: string;
}

const nonceBytes = 12;
const tagBytes = 16;

/** `secret` null: for who reads nothing that is sealed, and can't. */
export function createEncryption(secret: Uint8Array | null): Encryption {
  if (secret === null) {
    return withoutSecret;
  }
  const key = derive(secret, 'patron-graph journal details');
  const digestKey = derive(secret, 'patron-graph journal digests');
  const digest = (what: DigestKind, text: string) =>
    createHmac('sha256', digestKey).update(`${what} ${text}`).digest('base64url');
  return {
    encrypt(text) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url');
    },
    decrypt(sealed) {
      const bytes = Buffer.from(sealed, 'base64url');
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes));
        decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
        const body = bytes.subarray(nonceBytes + tagBytes);
        return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
      } catch (cause) {
        throw new JournalUnavailable('journal: something in it was not sealed with this secret', { cause });
      }
    },
    digest,
    proof: digest('proof', ''),
  };
}

const derive = (secret: Uint8Array, use: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', secret, '', use, 32));

function refuse(): never {
  throw new JournalUnavailable('journal: it was opened without its secret');
}
const withoutSecret: Encryption = { encrypt: refuse, decrypt: refuse, digest: refuse, proof: '' };
