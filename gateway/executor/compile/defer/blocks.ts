/**
 * The deferred blocks of a compiled operation.
 *
 * Before: `{ me { name ... @defer(label: "loans") { loans { dueOn } } } }`, and a plan with a request for the block.
 * After: one block with the label `loans`, at `me`. It has the field `loans`.
 *
 * If a deferred fragment needs no request of its own, it is no block. Its fields belong to the block around it, or to
 * the initial part.
 */
import type { FragmentSpreadNode, InlineFragmentNode } from 'graphql';
import type { Block, IncrementalFormat } from '../../deferred-block.ts';
import type { PathSegment, PlanNode } from '../../plan.ts';
import { type DeferDirectives, labelOf } from './defer-directives.ts';

/** The path of selection sets in an operation. */
export interface SelectionPath {
  /** The keys of the path in the merged answers of the subgraphs, joined by dots. */
  readonly keys: string;
  /** The number of segments of the client's path: one for each field, and one for the index in each list. */
  readonly depth: number;
}

/** The deferred blocks of one operation: its fragments with `@defer`. Equal blocks are the same object. */
export class Blocks {
  readonly #directives: DeferDirectives;
  readonly #nodesById: ReadonlyMap<string, number>;
  readonly #blocks = new Map<string, Block>();

  /** `nodesById` is the result of `blocksIn`. */
  constructor(directives: DeferDirectives, nodesById: ReadonlyMap<string, number>) {
    this.#directives = directives;
    this.#nodesById = nodesById;
  }

  get format(): IncrementalFormat {
    return this.#directives.format;
  }

  /**
   * Returns the block to which the selections of a fragment belong. This is the fragment's own block if the fragment is
   * deferred and has requests. Otherwise it is `around`, the block around the fragment.
   */
  within(
    fragment: InlineFragmentNode | FragmentSpreadNode,
    { keys, depth }: SelectionPath,
    around: Block | null,
  ): Block | null {
    const number = this.#directives.numberOf(fragment);
    const id = `${number} ${keys}`;
    if (number === null || !this.#nodesById.has(id)) {
      return around;
    }
    const block = this.#blocks.get(id) ?? { id, label: labelOf(fragment), depth, parent: around };
    this.#blocks.set(id, block);
    return block;
  }
}

/** The id of a block, from its label and path in the plan. */
export function blockIdOf({ label, path }: { label: string | null; path: readonly PathSegment[] }): string {
  const keys = path.flatMap((segment) => (segment.kind === 'field' ? [segment.key] : []));
  return `${label} ${keys.join('.')}`;
}

/**
 * For each deferred block, counts the nodes of the plan that fetch its data. The key is the block's id. Blocks without
 * requests are left out.
 */
export function blocksIn(plan: PlanNode): ReadonlyMap<string, number> {
  const nodes = new Map<string, number>();
  const withRequests = new Set<string>();
  const visit = (node: PlanNode): void => {
    if (node.kind === 'sequence' || node.kind === 'parallel') {
      node.nodes.forEach(visit);
    } else if (node.kind === 'defer') {
      visit(node.primary);
      for (const deferred of node.deferred) {
        const id = blockIdOf(deferred);
        nodes.set(id, (nodes.get(id) ?? 0) + 1);
        if (hasRequests(deferred.node)) {
          withRequests.add(id);
        }
        visit(deferred.node);
      }
    }
  };
  visit(plan);
  return new Map([...nodes].filter(([id]) => withRequests.has(id)));
}

/** Whether a node has requests of its own. Requests of deferred blocks inside the node don't count. */
function hasRequests(node: PlanNode): boolean {
  switch (node.kind) {
    case 'sequence':
    case 'parallel':
      return node.nodes.some(hasRequests);
    case 'defer':
      return hasRequests(node.primary);
    case 'fetch':
    case 'entityFetch':
      return true;
    default: {
      const missed: never = node;
      return missed;
    }
  }
}
