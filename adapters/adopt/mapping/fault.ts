/** Something that is wrong in the mapping. `path` has the keys that lead to the wrong property. */
export interface Fault {
  readonly path: readonly PropertyKey[];
  /** What to write instead. */
  readonly message: string;
}
