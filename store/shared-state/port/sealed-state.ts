/** The services that keep such state, each in tables of its own. */
export type StateOwner = 'sign-in' | 'web';

/** One thing that a service keeps: a session, a code, a token, a consent, a key. */
export interface SealedItem {
  /** What it is, such as `Session`. */
  readonly kind: string;
  /** Its id among those of its kind. It is a secret, or nobody's: of an id that names a person, hand in a digest. */
  readonly id: string;
  /** JSON. It is stored encrypted: it names persons. */
  readonly value: Readonly<Record<string, unknown>>;
  /** In ms since 1970. From then on the item is not found. */
  readonly expiresAt: number;
  /** What it belongs to, and can end with: the consent that it was made under, a person as a digest; null: nothing. */
  readonly ownerId: string | null;
  /** A second id among those of its kind; null: none. */
  readonly uid: string | null;
  /** Refused while so many of its kind have neither expired nor been consumed. For kinds that strangers can make; null: no bound. */
  readonly maxOfKind: number | null;
}

export interface StoredItem extends Pick<SealedItem, 'value'> {
  /** In ms since 1970; null until it is consumed. */
  readonly consumedAt: number | null;
}

/** Too much is kept of one kind. It passes: what was kept expires. */
export class SealedStateFull extends Error {
  override readonly name = 'SealedStateFull';
}

/**
 * The state of a service, which any number of its processes share. Every change is on the disk when it resolves. All
 * reject with an Error where the database can't be reached; no message quotes an id or a value.
 */
export interface SealedState extends AsyncDisposable {
  /** Writes the item, in place of one with the same id. Rejects with SealedStateFull, and with RangeError for a value too long. */
  save(item: SealedItem): Promise<void>;
  /** Writes the item, unless there is one with the same id. Resolves to whether it was written. */
  add(item: SealedItem): Promise<boolean>;
  /** Writes the item in place of one with the same id. Resolves to whether there was one: what was removed, or has expired, stays so. */
  replace(item: SealedItem): Promise<boolean>;
  find(kind: string, id: string): Promise<StoredItem | null>;
  findByUid(kind: string, uid: string): Promise<StoredItem | null>;
  /** Every item of the kind, in no order. For kinds of which there are few. */
  list(kind: string): Promise<readonly StoredItem[]>;
  /** Of all callers, in whatever processes, one resolves to true: the first. To false, too, where there is no such item. */
  consume(kind: string, id: string): Promise<boolean>;
  remove(kind: string, id: string): Promise<void>;
  /** The items of that kind that belong to the owner, in no order. */
  listOwned(kind: string, ownerId: string): Promise<readonly StoredItem[]>;
  /** Removes them. */
  removeOwned(kind: string, ownerId: string): Promise<void>;
  /** Removes all that has expired, some thousand items at a time, until the signal aborts. Resolves to how many those were. */
  removeExpired(signal?: AbortSignal): Promise<number>;
  ping(): Promise<void>;
  /** A key of 32 bytes for one use, the same in all processes, and the same after the service's secret has been changed. */
  keyFor(use: string): Uint8Array;
}
