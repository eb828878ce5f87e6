import { JournalUnavailable } from '../port.ts';
import { createEncryption, type Encryption } from './encryption.ts';

/** The secrets that a journal is opened with. */
export interface JournalSecrets {
  /** The same for all processes over one database. Null for a process that reads and writes nothing encrypted. */
  readonly secret: Uint8Array | null;
  /** The secret that `secret` replaces: what was encrypted with it is encrypted again as the journal is opened. */
  readonly previousSecret?: Uint8Array | null;
}

export interface KeyRing {
  readonly current: Encryption;
  /** Null if no secret is being replaced. */
  readonly previous: Encryption | null;
}

export const keyRingOf = ({ secret, previousSecret = null }: JournalSecrets): KeyRing => ({
  current: createEncryption(secret),
  previous: previousSecret === null ? null : createEncryption(previousSecret),
});

/**
 * The encryption that a database's rows have, by the proof of the secret that the database keeps. Null: it has no proof, and
 * its rows are in clear.
 * @throws JournalUnavailable if that is neither secret of the ring: two processes with two secrets would have two digests for
 * one patron, and count the patron's places separately.
 */
export function encryptionByProof(proof: string | null, { current, previous }: KeyRing): Encryption | null {
  if (proof === null) {
    return null;
  }
  const match = [current, previous].find((encryption) => encryption?.proof === proof);
  if (match != null) {
    return match;
  }
  throw new JournalUnavailable(
    'journal: the database was encrypted with another secret: JOURNAL_SECRET, or the key in DATA_DIR, is not the one that it was created with',
  );
}

/**
 * A secret is replaced only while every operation is settled: locks are stored as digests alone, which can't be computed again
 * with another secret, and nobody needs the locks of settled operations.
 * @throws JournalUnavailable if any operation is unsettled.
 */
export function requireAllSettled(unsettledCount: number): void {
  if (unsettledCount > 0) {
    throw new JournalUnavailable(
      `journal: ${unsettledCount} operations are unsettled: let them settle under the previous secret, then change it`,
    );
  }
}
