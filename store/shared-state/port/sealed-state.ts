/** The services that keep sealed state, each in its own tables. */
export type StateOwner = 'sign-in' | 'web';

/** An item that a service keeps: a session, a code, a token, a consent, a key. */
export interface SealedItem {
  /** The kind of item, such as `Session`. */
  readonly kind: string;
  /**
   * The id, unique within the kind. It must be a secret, or a text that names no person. Instead of a text that names a
   * person, pass its digest.
   */
  readonly id: string;
  /** The value, as JSON. It is stored encrypted, because it may name persons. */
  readonly value: Readonly<Record<string, unknown>>;
  /** The time from which the item is no longer found, in ms since 1970. */
  readonly expiresAt: number;
  /**
   * Who the item belongs to: a consent, or the digest of a person or of a network. `listOwned` and `removeOwned` find
   * items by their owner. Null if the item has no owner.
   */
  readonly ownerId: string | null;
  /** A second id, by which `findByUid` finds the item. Unique within the kind. Null if there is none. */
  readonly uid: string | null;
  /**
   * The limit on items of this kind that are neither expired nor consumed. It is for kinds of items that anybody can
   * create, without an account. Above the limit, the owner with the most items loses the oldest of them. An item
   * without an owner is refused with SealedStateFull. Null for no limit.
   */
  readonly maxOfKind: number | null;
}

export interface StoredItem extends Pick<SealedItem, 'value'> {
  /** The time in ms since 1970 at which the item was consumed. Null until then. */
  readonly consumedAt: number | null;
}

/** There are too many items of one kind. There is room again when items expire. */
export class SealedStateFull extends Error {
  override readonly name = 'SealedStateFull';
}

/**
 * The state of a service, which any number of its processes share. When a call resolves, its change is on the disk. Every
 * method rejects with an Error if the database can't be reached. No message quotes an id or a value.
 */
export interface SealedState extends AsyncDisposable {
  /**
   * Writes the item, or replaces the item with the same id. Rejects with SealedStateFull, or with RangeError if the
   * value is too long.
   */
  save(item: SealedItem): Promise<void>;
  /**
   * Writes the item, unless an item with the same id exists that has not expired. Resolves to whether the item was
   * written.
   */
  add(item: SealedItem): Promise<boolean>;
  /** Replaces the item with the same id. Resolves to false, with nothing written, if no unexpired item has this id. */
  replace(item: SealedItem): Promise<boolean>;
  find(kind: string, id: string): Promise<StoredItem | null>;
  findByUid(kind: string, uid: string): Promise<StoredItem | null>;
  /** Every item of the kind, in no particular order. It is for kinds with few items. */
  list(kind: string): Promise<readonly StoredItem[]>;
  /**
   * Consumes an item. Of all calls in all processes, only the first one resolves to true. Every other call resolves to
   * false, and so does a call for an item that doesn't exist or has expired.
   */
  consume(kind: string, id: string): Promise<boolean>;
  remove(kind: string, id: string): Promise<void>;
  /** The items of that kind that belong to the owner, in no particular order. */
  listOwned(kind: string, ownerId: string): Promise<readonly StoredItem[]>;
  /** Removes the items of that kind that belong to the owner. */
  removeOwned(kind: string, ownerId: string): Promise<void>;
  /** Removes expired items, a few thousand at a time, until the signal aborts. Resolves to the number removed. */
  removeExpired(signal?: AbortSignal): Promise<number>;
  /**
   * The number of items of the kind that are neither expired nor consumed, at most `max`. The number may be some seconds
   * old, so repeated calls are cheap.
   */
  count(kind: string, max: number): Promise<number>;
  ping(): Promise<void>;
  /** The key for a purpose, 32 bytes, the same in all processes. It doesn't change with the service's secret. */
  keyFor(use: string): Uint8Array;
}
