export type SuspectKind = 'PATRON' | 'CARD';

/**
 * The maximum number of suspects of each kind. All desks of a city together change fewer cards in one day. A row takes
 * about 300 bytes.
 */
export const maxSuspects = 100_000;

/** A patron or a card that must be examined. */
export interface Suspect {
  readonly kind: SuspectKind;
  /** The number of the patron or of the card. */
  readonly number: string;
  /** The number that was drawn (`BookNumbers`) when the suspect was last marked. */
  readonly marked: bigint;
}

/**
 * The progress of the comparison with circulation's events. Suspects, readings and changes of findings draw their
 * numbers from one sequence, so they can be put in order.
 */
export interface BookNumbers {
  /**
   * The number that was drawn last. Whatever is marked or changed later gets a larger number. Numbers are committed in
   * their order.
   */
  readonly last: bigint;
  /**
   * How far the audit of changes was searched for suspects: all patrons in entries up to this number have been marked.
   * Null before the first search.
   */
  readonly changesRead: number | null;
}

/**
 * The patrons and cards that must be examined, because the systems may disagree about them. They are stored in the
 * database, so that none is lost if a process ends or a legacy system is unavailable. The methods reject like the
 * methods of `Journal`.
 */
export interface Suspects {
  bookNumbers(): Promise<BookNumbers>;
  /**
   * Marks suspects of one kind (0 to 500). A suspect that is already marked keeps its position. If there are
   * `maxSuspects` suspects of this kind, new suspects are left out. `changesRead`, if passed, is stored in the same
   * transaction.
   */
  markSuspects(kind: SuspectKind, numbers: readonly string[], changesRead?: number): Promise<void>;
  /**
   * The suspects that have waited longest. Leaves out suspects whose wait began after `until` was drawn. At most
   * `maxItems` (1 to 500).
   */
  nextSuspects(kind: SuspectKind, until: bigint, maxItems: number): Promise<readonly Suspect[]>;
  /**
   * Removes suspects that were examined (0 to 500). A suspect that was marked again since it was read stays, and its
   * wait begins again.
   */
  removeSuspects(suspects: readonly Suspect[]): Promise<void>;
  /** Moves suspects (0 to 500) behind all others. Their wait begins again. */
  postponeSuspects(suspects: readonly Suspect[]): Promise<void>;
  /** How full the table is for this kind: 0 if it is empty, and 1 at `maxSuspects`. */
  suspectsFill(kind: SuspectKind): Promise<number>;
}
