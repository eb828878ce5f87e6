/** A key to pseudonyms that a process offers. */
export interface PseudonymKeyOffer {
  readonly key: Uint8Array;
  /** It stands in the environment, and need not be kept. Otherwise it is derived, and is kept encrypted. */
  readonly isConfigured: boolean;
}

/**
 * `key`: the one to use. `another`: a process that had another key configured, or none, was the first. `not kept`: none is
 * configured here, and the one that was first stands only in the environment of that process.
 */
export type PseudonymKeyVerdict =
  | { readonly kind: 'key'; readonly key: Uint8Array }
  | { readonly kind: 'another' }
  | { readonly kind: 'not kept' };

/** The keys that all processes over one database share. They stay while `JOURNAL_SECRET` is changed. */
export interface SharedKeys {
  /**
   * For HMACs of inputs, receipts, and what attempts are counted by. Reading it throws JournalUnavailable in a journal that was
   * opened without a secret.
   */
  readonly fingerprintKey: Uint8Array;
  /** The first key that any process offers is the key for ever. Rejects with JournalUnavailable. */
  agreeOnPseudonymKey(offer: PseudonymKeyOffer): Promise<PseudonymKeyVerdict>;
}
