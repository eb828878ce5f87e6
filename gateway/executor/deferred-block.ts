/**
 * The formats in which clients get an answer in parts, if it has blocks with `@defer`:
 * - `20220824`: each block as a whole, with its path. `multipart/mixed; deferSpec=20220824`.
 * - `v0.2`: each field once. A block is announced as pending, and later completed.
 *   `multipart/mixed; incrementalSpec=v0.2`.
 */
export const incrementalFormats = ['20220824', 'v0.2'] as const;

export type IncrementalFormat = (typeof incrementalFormats)[number];

/** A fragment with `@defer`, at one path of the operation. It is delivered once for each object at the path. */
export interface Block {
  /** The name of the block in the steps of the plan. */
  readonly id: string;
  readonly label: string | null;
  /** The number of segments of the client's path to an object of the block. An index in a list is a segment, too. */
  readonly depth: number;
  /** The block around this block. Null if only the initial part is around it. */
  readonly parent: Block | null;
}

export interface DeferredBlocks {
  readonly format: IncrementalFormat;
  /** For each deferred block, the number of nodes of the plan that fetch its data. The key is the block's id. */
  readonly nodes: ReadonlyMap<string, number>;
}
