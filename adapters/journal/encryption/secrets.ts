import { JournalUnavailable } from '../port.ts';
import { createSealing, type Sealing } from './encryption.ts';

/** What opens what a journal keeps sealed. */
export interface JournalSecrets {
  /** The same for all processes over one database; null for who neither reads nor writes what is sealed. */
  readonly secret: Uint8Array | null;
  /** The one that it takes the place of: what was sealed with that is sealed anew. */
  readonly secretBefore?: Uint8Array | null;
}

export interface Sealings {
  readonly sealing: Sealing;
  /** Null where there was none. */
  readonly before: Sealing | null;
}

export const sealingsOf = ({ secret, secretBefore = null }: JournalSecrets): Sealings => ({
  sealing: createSealing(secret),
  before: secretBefore === null ? null : createSealing(secretBefore),
});

/**
 * How what a database has is sealed, by the proof that it keeps; null for not at all.
 * @throws JournalUnavailable where that is with another secret: two processes with two of them would count a patron's places
 * apart.
 */
export function sealingOfProof(proof: string | null, { sealing, before }: Sealings): Sealing | null {
  const known = [sealing, before].find((one) => one?.proof === proof);
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
