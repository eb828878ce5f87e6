/**
 * Records what clients request: fields, arguments, input fields and enum values, and the operations that contain them.
 * The records contain names of the schema and of clients, but no values of requests.
 */

export interface ClientVersion {
  readonly client: string;
  /** Empty if the client doesn't send its version. */
  readonly version: string;
}

export interface CountedOperation {
  /** The operation's hash, as in logs and traces. */
  readonly hash: string;
  /** Null if the operation has no name. */
  readonly name: string | null;
  /** The operation's text, without values and without names that the client invented. */
  readonly text: string;
  readonly requests: number;
}

/** The requests of one version of a client on one day. */
export interface DayOfUsage extends ClientVersion {
  /** The day in UTC, such as `2026-11-30`. */
  readonly day: string;
  /** The number of requests that used each coordinate: `Book`, `Book.title`, `Query.books.first`, `Order.OLDEST`. */
  readonly coordinates: ReadonlyMap<string, number>;
  readonly operations: readonly CountedOperation[];
}

/** How often one version of a client used a coordinate, on all days that were read. */
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
   * Adds the usage to the stored usage, in one transaction. If the call rejects, the usage may have been added or not.
   * @throws SharedStateUnavailable
   */
  add(usage: DayOfUsage): Promise<void>;
  /**
   * Removes all days before `day`. While there are still too many rows, also removes further days, the oldest first, but
   * never the newest day.
   * @throws SharedStateUnavailable
   */
  removeBefore(day: string): Promise<void>;
  /**
   * Reads all days from `day` on.
   * @throws SharedStateUnavailable
   */
  read(day: string): Promise<RecordedUsage>;
}
