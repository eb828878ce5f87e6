/** A key for pseudonyms that a process offers. */
export interface PseudonymKeyOffer {
  readonly key: Uint8Array;
  /**
   * Whether the key comes from a setting, so that the database need not store it. Any other key is stored, encrypted.
   */
  readonly isConfigured: boolean;
}

/**
 * The answer to an offer.
 * - `key`: the key to use.
 * - `another`: this process has a configured key, but another process has offered a different key first.
 * - `not kept`: this process has no configured key, and the first key is not stored: it comes from another process's
 *   settings.
 */
export type PseudonymKeyVerdict =
  | { readonly kind: 'key'; readonly key: Uint8Array }
  | { readonly kind: 'another' }
  | { readonly kind: 'not kept' };

/** The keys that all processes with one database share. They don't change when `JOURNAL_SECRET` is changed. */
export interface SharedKeys {
  /**
   * The key from which all processes compute the same HMACs and derived keys: those of inputs, receipts, attempts,
   * cursors, codes and pseudonyms. Reading it throws `StoreUnavailable` in a journal that was opened without a secret.
   */
  readonly fingerprintKey: Uint8Array;
  /**
   * Offers a key, and resolves to the answer. The first key that any process offers is used for ever. Rejects with
   * `StoreUnavailable`.
   */
  agreeOnPseudonymKey(offer: PseudonymKeyOffer): Promise<PseudonymKeyVerdict>;
}
