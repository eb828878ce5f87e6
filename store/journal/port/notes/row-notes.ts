/** A note of a member of staff at a row of a work list. */
export interface RowNote {
  /** The number of the row's loan, reservation or patron, as in `L00000014`. */
  readonly row: string;
  readonly patronId: string;
  /** The member of staff, by the `sub` of their token. */
  readonly colleague: string;
  readonly isCalled: boolean;
  /** 1 to 500 characters. */
  readonly text: string | null;
  readonly at: Date;
}

export interface NotedRow extends Pick<RowNote, 'row' | 'patronId'> {
  /** The digest of the row's number. Rows are ordered by it. */
  readonly key: string;
}

/**
 * Notes of staff at rows of work lists. Each member of staff has one note at a row. A note is encrypted, and kept until
 * the note is removed or the patron is erased. The methods reject like the methods of `Journal`.
 */
export interface RowNotes {
  /** The notes at rows of each patron, the latest first. Same order and length as `patronIds` (0 to 500). */
  rowNotes(patronIds: readonly string[]): Promise<readonly (readonly RowNote[])[]>;
  /** Stores a note, which replaces the colleague's former note at the row. The effect is durable. */
  keepRowNote(note: Omit<RowNote, 'at'>): Promise<void>;
  /** Removes the colleague's note at a row. Does nothing if there is none. */
  removeRowNote(note: Pick<RowNote, 'row' | 'colleague'>): Promise<void>;
  /** Rows with notes, by key, after the key `after`. Null begins with the first. At most `maxItems` (1 to 500). */
  notedRows(after: string | null, maxItems: number): Promise<readonly NotedRow[]>;
  /** Removes all notes at these rows (1 to 500), by their keys. */
  removeNotesAt(keys: readonly string[]): Promise<void>;
}
