/** The services that keep sealed state, each in its own tables. */
export type StateOwner = 'sign-in' | 'web';

/** An item that a service keeps: a session, a code, a token, a consent, a key. */
export interface SealedItem {
  /** The kind of item, such as `Session`. */
  readonly kind: string;
  /** The id, unique within the kind. A secret, or a text that names no person: for an id that names one, give a digest. */
  readonly id: string;
  /** JSON. It is stored encrypted, because it may name persons. */
  readonly value: Readonly<Record<string, unknown>>;
  /** In ms since 1970. From then on, the item is not found. */
  readonly expiresAt: number;
  /** The owner, with which it can be removed: a consent, or a person as a digest. Null: none. */
  readonly ownerId: string | null;
  /** A second id, unique within the kind; null: none. */
  readonly uid: string | null;
  /** The most items of the kind that are neither expired nor consumed. For kinds that strangers can create; null: no bound. */
  readonly maxOfKind: number | null;
}

export interface StoredItem extends Pick<SealedItem, 'value'> {
  /** In ms since 1970; null until it is consumed. */
  readonly consumedAt: number | null;
}

/** There are too many items of one kind. It passes as they expire. */
export class SealedStateFull extends Error {
  override readonly name = 'SealedStateFull';
}

/**
 * The state of a service, which any number of its processes share. A change is on the disk when its call resolves. Every method
 * rejects with an Error if the database can't be reached. No message quotes an id or a value.
 */
export interface SealedState extends AsyncDisposable {
  /** Writes the item, or replaces one with the same id. Rejects with SealedStateFull, or with RangeError for a value too long. */
  save(item: SealedItem): Promise<void>;
  /** Writes the item, unless there is one with the same id. Resolves to whether it was written. */
  add(item: SealedItem): Promise<boolean>;
  /** Replaces an item with the same id. Resolves to false, with nothing written, if there is none, or it has expired. */
  replace(item: SealedItem): Promise<boolean>;
  find(kind: string, id: string): Promise<StoredItem | null>;
  findByUid(kind: string, uid: string): Promise<StoredItem | null>;
  /** Every item of the kind, in no order. For kinds of which there are few. */
  list(kind: string): Promise<readonly StoredItem[]>;
  /** Resolves to true for the first caller of all processes. Resolves to false for the others, and if there is no such item. */
  consume(kind: string, id: string): Promise<boolean>;
  remove(kind: string, id: string): Promise<void>;
  /** The items of that kind that belong to the owner, in no order. */
  listOwned(kind: string, ownerId: string): Promise<readonly StoredItem[]>;
  /** Removes the items of that kind that belong to the owner. */
  removeOwned(kind: string, ownerId: string): Promise<void>;
  /** Removes expired items, some thousand at a time, until the signal aborts. Resolves to the number removed. */
  removeExpired(signal?: AbortSignal): Promise<number>;
  ping(): Promise<void>;
  /** A key of 32 bytes for one use. It is the same in all processes, and stays when the service's secret is changed. */
  keyFor(use: string): Uint8Array;
}
