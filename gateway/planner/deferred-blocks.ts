/**
 * The blocks of an operation that may be delivered later: its fragments with `@defer`.
 *
 * Before: `{ me { name ... @defer(label: "loans") { loans { dueOn } } } }`.
 * After: one block, with the label `loans` and the path `me`. The want `loans` begins it.
 */
import { type DirectiveNode, Kind } from 'graphql';
import type { PathSegment } from '../executor/index.ts';

export interface DeferredBlock {
  /** From 1, in the order of the operation. */
  readonly id: number;
  readonly label: string | null;
  /** Leads to the objects that its fields belong to, in merged data. */
  readonly path: readonly PathSegment[];
  /** The block that it is in. Undefined in what is delivered first. */
  readonly parent: DeferredBlock | undefined;
}

/** The blocks of one operation. */
export class DeferredBlocks {
  readonly #all: DeferredBlock[] = [];

  /** The block that a fragment with these directives begins. Undefined for one that is not deferred. */
  begin(
    directives: readonly DirectiveNode[],
    path: readonly PathSegment[],
    parent: DeferredBlock | undefined,
  ): DeferredBlock | undefined {
    const defer = directives.find(({ name }) => name.value === 'defer');
    const argument = (wanted: string) => defer?.arguments?.find(({ name }) => name.value === wanted)?.value;
    const condition = argument('if');
    if (defer === undefined || (condition?.kind === Kind.BOOLEAN && !condition.value)) {
      return undefined;
    }
    const label = argument('label');
    const block = {
      id: this.#all.length + 1,
      label: label?.kind === Kind.STRING ? label.value : null,
      path,
      parent,
    };
    this.#all.push(block);
    return block;
  }

  /** The blocks directly within another, or within what is delivered first, that these root fields have. */
  within(
    parent: DeferredBlock | undefined,
    roots: readonly { readonly key: string; readonly defer: DeferredBlock | undefined }[],
  ): readonly DeferredBlock[] {
    return this.#all.filter(
      (block) =>
        block.parent === parent &&
        roots.some(({ key, defer }) => {
          const [first] = block.path;
          return first === undefined
            ? commonBlock(defer, block) === block
            : first.kind === 'field' && first.key === key;
        }),
    );
  }
}

/** The innermost block that both are in. Undefined where that is what is delivered first. */
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
