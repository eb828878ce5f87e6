/**
 * The deferred blocks of an operation: its fragments with `@defer`, which may be delivered later.
 *
 * Before: `{ me { name ... @defer(label: "loans") { loans { dueOn } } } }`.
 * After: one block, with the label `loans` and the path `me`. The block begins at the selection `loans`.
 */
import { type DirectiveNode, Kind } from 'graphql';
import type { PathSegment } from '../executor/index.ts';

export interface DeferredBlock {
  /** The number of the block, from 1, in the order of the operation. */
  readonly id: number;
  readonly label: string | null;
  /** The path to the objects that have the block's fields, in the merged answers of the subgraphs. */
  readonly path: readonly PathSegment[];
  /** The block that directly contains this block. Undefined if the initial answer directly contains it. */
  readonly parent: DeferredBlock | undefined;
}

/**
 * The largest number of deferred blocks in one operation. Further fragments with `@defer` are not deferred. The number
 * is limited because each block has requests of its own.
 */
const maxBlocks = 32;

/** The blocks of one operation. */
export class DeferredBlocks {
  readonly #blocks: DeferredBlock[] = [];

  /** Begins a block for a fragment with these directives. Returns undefined if the fragment is not deferred. */
  begin(
    directives: readonly DirectiveNode[],
    path: readonly PathSegment[],
    parent: DeferredBlock | undefined,
  ): DeferredBlock | undefined {
    const defer = directives.find(({ name }) => name.value === 'defer');
    const argument = (argumentName: string) =>
      defer?.arguments?.find(({ name }) => name.value === argumentName)?.value;
    const condition = argument('if');
    const isFull = this.#blocks.length === maxBlocks;
    if (defer === undefined || isFull || (condition?.kind === Kind.BOOLEAN && !condition.value)) {
      return undefined;
    }
    const label = argument('label');
    const block = {
      id: this.#blocks.length + 1,
      label: label?.kind === Kind.STRING ? label.value : null,
      path,
      parent,
    };
    this.#blocks.push(block);
    return block;
  }

  /**
   * Returns the blocks directly inside `parent` that begin at or below one of these root fields. If `parent` is
   * undefined, these blocks are directly inside the initial answer. A block at the root is always included: only a
   * query has such a block, and all root fields of a query are planned together.
   */
  within(
    parent: DeferredBlock | undefined,
    rootFields: readonly { readonly key: string }[],
  ): readonly DeferredBlock[] {
    return this.#blocks.filter(({ parent: around, path: [first] }) => {
      const isBelow = (field: { readonly key: string }) => first?.kind === 'field' && first.key === field.key;
      return around === parent && (first === undefined || rootFields.some(isBelow));
    });
  }
}

/**
 * Returns the innermost block that contains both `first` and `second`. Undefined if only the initial answer contains
 * both of them.
 */
export function commonBlock(
  first: DeferredBlock | undefined,
  second: DeferredBlock | undefined,
): DeferredBlock | undefined {
  for (let block = first; block !== undefined; block = block.parent) {
    for (let other = second; other !== undefined; other = other.parent) {
      if (block === other) {
        return block;
      }
    }
  }
  return undefined;
}
