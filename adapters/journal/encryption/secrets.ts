import { JournalUnavailable } from '../port.ts';
import { createEncryption, type Encryption } from './encryption.ts';

/** What opens what a journal keeps sealed. */
export interface JournalSecrets {
  /** The same for all processes over one database; null for who neither reads nor writes what is sealed. */
  readonly secret: Uint8Array | null;
  /** The one that it takes the place of: what was sealed with that is sealed anew. */
  readonly previousSecret?: Uint8Array | null;
}

export interface KeyRing {
  readonly encryption: Encryption;
  /** Null where there was none. */
  readonly before: Encryption | null;
}

export const keyRingOf = ({ secret, previousSecret = null }: JournalSecrets): KeyRing => ({
  encryption: createEncryption(secret),
  before: previousSecret === null ? null : createEncryption(previousSecret),
});

/**
 * How what a database has is sealed, by the proof that it keeps; null for not at all.
 * @throws JournalUnavailable where that is with another secret: two processes with two of them would count a patron's places
 * apart.
 */
export function encryptionForProof(proof: string | null, { encryption, before }: KeyRing): Encryption | null {
  const known = [encryption, before].find((one) => one?.proof === proof);
  if (proof === null || known != null) {
    return known ?? null;
  }
  throw new JournalUnavailable(
    'journal: it is sealed with another secret than this: JOURNAL_SECRET, or the key in DATA_DIR, is not the one it was made with',
  );
}

/**
 * Another secret is taken where all is settled: what is claimed is in nobody's way then.
 * @throws JournalUnavailable where something is unsettled.
 */
export function requireSettled(unsettled: number): void {
  if (unsettled === 0) {
    return;
  }
  throw new JournalUnavailable(
    `journal: ${unsettled} operations are unsettled: let them be settled with the secret before, then change it`,
  );
}
