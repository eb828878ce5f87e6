/**
 * A store can't be read or written now: a write that was asked for may have happened or not. Or the operation that the journal was
 * asked about does not exist, or no longer exists.
 */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
  /** The database can't be reached, or is starting: the next call may succeed. */
  readonly isOutage: boolean;

  constructor(message: string, { isOutage = false, ...options }: ErrorOptions & { isOutage?: boolean } = {}) {
    super(message, options);
    this.isOutage = isOutage;
  }
}
