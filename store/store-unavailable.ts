/** A store can't be read or written now. A requested write may have happened or not. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
  /** True if the cause may end by itself: for example, the database can't be reached, or is starting. */
  readonly isOutage: boolean;

  constructor(message: string, { isOutage = false, ...options }: ErrorOptions & { isOutage?: boolean } = {}) {
    super(message, options);
    this.isOutage = isOutage;
  }
}

/** No place can be reserved now, because the journal has not been compared with circulation. The store itself works. */
export class PlacesClosed extends StoreUnavailable {}

/**
 * The journal no longer has an operation although it gave out the operation's id. Either the database lost the
 * operation, or the operation was removed.
 */
export class OperationLost extends StoreUnavailable {}
