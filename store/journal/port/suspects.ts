export type SuspectKind = 'PATRON' | 'CARD';

/**
 * The maximum number of suspects of each kind. A row takes about 300 bytes. All desks of a city change fewer cards in a
 * day.
 */
export const maxSuspects = 100_000;

/** A patron or a card that must be examined. */
export interface Suspect {
  readonly kind: SuspectKind;
  /** The number of the patron or of the card. */
  readonly number: string;
  /** The number that was drawn when the suspect was last marked. */
  readonly marked: bigint;
}

/**
 * The progress of the comparison with circulation's events. Suspects, readings and changes of findings draw their
 * numbers from one sequence, so they can be put in order.
 */
export interface BookNumbers {
  /**
   * The number that was drawn last. Everything that is marked or changed later gets a greater number, and numbers are
   * committed in their order.
   */
  readonly last: bigint;
  /** Up to this entry of the audit of changes, all patrons have been marked. Null before the first entry. */
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
  /** The next suspects whose wait began before `until` was drawn, or when it was drawn. At most `maxItems` (1 to 500). */
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
