/** Something that is wrong at a property of the mapping. `path` has its keys. */
export interface Fault {
  readonly path: readonly PropertyKey[];
  /** What to write instead. */
  readonly message: string;
}
