/**
 * What clients ask for: which fields, arguments, input fields and enum values, and with which operations. It has names
 * of the schema and of clients, and no value of a request.
 */

/** One version of a client. */
export interface ClientVersion {
  readonly client: string;
  /** Empty if the client doesn't say. */
  readonly version: string;
}

/** An operation, and how often it was requested. */
export interface CountedOperation {
  /** The hash that logs and traces show, too. */
  readonly hash: string;
  /** Null if it has none. */
  readonly name: string | null;
  /** The operation without values, and without the names that the client invented. */
  readonly text: string;
  readonly requests: number;
}

/** What one version of a client asked for on one day. */
export interface DayOfUsage extends ClientVersion {
  /** The day in UTC, as in `2026-11-30`. */
  readonly day: string;
  /** The number of requests that used each coordinate: `Book`, `Book.title`, `Query.books.first`, `Order.OLDEST`. */
  readonly coordinates: ReadonlyMap<string, number>;
  readonly operations: readonly CountedOperation[];
}

/** How often one version of a client used a coordinate, on all days that are read. */
export interface CoordinateUsage extends ClientVersion {
  readonly coordinate: string;
  readonly requests: number;
  readonly lastDay: string;
}

export interface OperationUsage extends ClientVersion, CountedOperation {
  readonly lastDay: string;
}

export interface RecordedUsage {
  readonly coordinates: readonly CoordinateUsage[];
  readonly operations: readonly OperationUsage[];
}

/** The usage that all gateways record. */
export interface UsageStore extends AsyncDisposable {
  /**
   * Adds to what is recorded: all of it, or nothing. If it rejects, it may have been added.
   * @throws SharedStateUnavailable
   */
  add(usage: DayOfUsage): Promise<void>;
  /**
   * Removes everything of the days before `day`, and further days, the oldest first, while there are too many rows. The
   * newest day stays.
   * @throws SharedStateUnavailable
   */
  removeBefore(day: string): Promise<void>;
  /**
   * Reads everything from `day` on.
   * @throws SharedStateUnavailable
   */
  read(day: string): Promise<RecordedUsage>;
}
