export type SuspectKind = 'PATRON' | 'CARD';

/**
 * The maximum number of suspects of each kind. A row takes about 300 bytes. A city's desks change fewer cards in a day.
 */
export const maxSuspects = 100_000;

/** A patron or a card that has to be examined. */
export interface Suspect {
  readonly kind: SuspectKind;
  /** The number of the patron or of the card. */
  readonly number: string;
  /** The number that was drawn when the suspect was last marked. */
  readonly marked: bigint;
}

/** The numbers of the books, which order suspects, readings and changes of findings. */
export interface BookNumbers {
  /**
   * The number that was drawn last. Everything that is marked or changed later gets a greater number, and numbers are
   * committed in their order.
   */
  readonly last: bigint;
  /** The last entry of the audit of changes whose patron was marked. Null before the first. */
  readonly changesRead: number | null;
}

/**
 * The patrons and cards that have to be examined, because something about them may not agree. They wait in the database,
 * so that none is lost if a process ends, or if a legacy system is away. The methods reject like those of `Journal`.
 */
export interface Suspects {
  bookNumbers(): Promise<BookNumbers>;
  /**
   * Marks suspects of one kind (0 to 500). One that waits already keeps its turn. If there are `maxSuspects` already,
   * new ones are left out. `changesRead` is stored together with them, if it is given.
   */
  markSuspects(kind: SuspectKind, numbers: readonly string[], changesRead?: number): Promise<void>;
  /** The next suspects whose wait began no later than `until` was drawn, at most `maxItems` (1 to 500). */
  nextSuspects(kind: SuspectKind, until: bigint, maxItems: number): Promise<readonly Suspect[]>;
  /** Removes suspects that were examined (0 to 500). The wait of one that was marked meanwhile begins anew. */
  removeSuspects(suspects: readonly Suspect[]): Promise<void>;
  /** Lets the wait of suspects (0 to 500) begin anew, behind all others. */
  postponeSuspects(suspects: readonly Suspect[]): Promise<void>;
  /** How full the table is for this kind: 0 if it is empty, and 1 at `maxSuspects`. */
  suspectsFill(kind: SuspectKind): Promise<number>;
}
