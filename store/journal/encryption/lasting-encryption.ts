import { randomBytes } from 'node:crypto';
import { createEncryption, type Encryption } from '../../encryption/encryption.ts';
import { requireFound } from '../rows.ts';
import type { JournalSql } from '../statements/index.ts';

/** Digests and encrypts with a key that doesn't change when the data key is replaced. */
export type LastingEncryption = () => Promise<Pick<Encryption, 'encrypt' | 'decrypt' | 'digest'>>;

/**
 * Creates the encryption for the digests that identify notices, and for the links in mails. Its key doesn't change when
 * the data key is replaced. With another key, every notice would be made again, and all links in mails would stop
 * working.
 */
export function lastingEncryption(sql: JournalSql, encryption: Encryption): LastingEncryption {
  let agreed: ReturnType<LastingEncryption> | null = null;
  const agree = async () => {
    const offer = encryption.encrypt(randomBytes(32).toString('base64url'));
    const rows = await sql.write<{ readonly encrypted: string }>('agreeOnNoticeKey', [offer]);
    const kept = encryption.decrypt(requireFound(rows[0]).encrypted);
    return createEncryption(new Uint8Array(Buffer.from(kept, 'base64url')));
  };
  return () => {
    agreed ??= agree().catch((error: unknown) => {
      // The next call must try again, so the failed attempt is not kept.
      agreed = null;
      throw error;
    });
    return agreed;
  };
}
