/** Which rows of the log a subscriber is told. All texts are the digests of the log. */
export type StreamView =
  /** All changes, or those of some kinds (as in the schema), or those of one branch. */
  | { readonly of: 'library'; readonly kinds: readonly string[] | null; readonly branch: string | null }
  /** Changes about one patron, as the patron follows them or as staff do. */
  | { readonly of: 'reader' | 'patron'; readonly person: Person }
  /** One operation of a caller. */
  | { readonly of: 'operation'; readonly caller: string; readonly reference: string }
  | { readonly of: 'credentials' }
  /** The station with this id. */
  | { readonly of: 'station'; readonly station: string }
  /** The standing of these persons. */
  | { readonly of: 'standing'; readonly persons: readonly Person[] };

/** A patron in the log, with the patron's other record if the two are merged. */
export interface Person {
  readonly patron: string;
  readonly cards: ReadonlySet<string>;
  /** Patron and cards of the other record. Its changes are told after the merge. Empty if there is none. */
  readonly others: ReadonlySet<string>;
}

/** What one subscriber was told in a run. */
export interface FollowedStream {
  readonly name: string;
  readonly view: StreamView;
  /** The subscriber is told everything after this number of the log. It may be told earlier changes, too. */
  readonly from: number;
  /** Whether the subscriber left during the run. It then need not be told what comes after its last change. */
  readonly hasLeft: boolean;
  /** The ids of the changes, in the order in which they came. `state` is that of an operation. */
  readonly told: readonly { readonly id: string; readonly state: string | null }[];
  /** The errors that it was told, by code. */
  readonly codes: ReadonlyMap<string, number>;
  /** The message of the first error of each code. */
  readonly messages: ReadonlyMap<string, string>;
  /** How often it connected. */
  readonly connections: number;
}

/** A row of the log of changes at the end of a run. */
export interface LoggedChange {
  /** Null if it was not numbered. */
  readonly number: number | null;
  /** The id that clients are told. */
  readonly id: string | null;
  readonly kind: string;
  readonly patron: string | null;
  /** The patron whom an erasure has removed from the row. */
  readonly erased: string | null;
  readonly card: string | null;
  readonly branch: string | null;
  readonly fact: string | null;
  /** The id of a station. Null for most other kinds. */
  readonly subject: string | null;
  readonly operation: {
    readonly id: string;
    readonly kind: string;
    readonly state: string;
    readonly caller: string;
    readonly reference: string;
  } | null;
}

/** The log of changes and its subscribers in a run. */
export interface LiveHistory {
  /** In the order of their numbers. Those without a number come last. */
  readonly log: readonly LoggedChange[];
  readonly streams: readonly FollowedStream[];
  /** The operations that the log tells, with their state at the end. Parts of operations are not told. */
  readonly operations: readonly { readonly id: string; readonly state: string }[];
  /**
   * The events of circulation's feed that the log tells, as `LoggedChange.fact`, with their kind, and the changes of stations
   * that the graph has recorded.
   */
  readonly events: readonly { readonly fact: string; readonly kind: string }[];
}
