/**
 * Divides the fields of an object into fields that are delivered at once and fields of deferred blocks.
 *
 * Before: `{ title ... @defer(label: "a") { price } ... @defer(label: "b") { title price } }`.
 * After, in the format v0.2: `title` at once, and `price` once, with `a` or `b`, whichever is delivered first.
 * After, in the format 20220824: `title` at once, `price` with the block `a`, `title price` with `b`.
 */
import type { FieldNode } from 'graphql';
import type { Block } from '../../deferred-block.ts';
import type { Blocks, SelectionPath } from './blocks.ts';

/** A field, and the innermost deferred block that contains it. */
export interface SelectedField {
  readonly node: FieldNode;
  readonly block: Block | null;
}

type FieldsByKey = ReadonlyMap<string, readonly SelectedField[]>;

interface DividedFields {
  /** The fields that are delivered at once, each with its selections. */
  readonly own: readonly (readonly SelectedField[])[];
  readonly later: readonly { readonly blocks: readonly Block[]; readonly fields: FieldsByKey }[];
}

/** The path of selection sets in the operation, and the part of the answer in which their fields are delivered. */
export interface Delivery extends SelectionPath {
  /** The operation's fragments with `@defer`. Null if nothing is deferred. */
  readonly blocks: Blocks | null;
  /** The fields are delivered with the first of these blocks that is ready. Null stands for the initial part. */
  readonly within: readonly (Block | null)[];
}

export function divideFields(fields: FieldsByKey, { blocks, within }: Delivery): DividedFields {
  if (blocks === null) {
    return { own: [...fields.values()], later: [] };
  }
  return blocks.format === 'v0.2' ? eachFieldOnce(fields, within) : eachBlockWhole(fields, within);
}

/**
 * Implements BuildExecutionPlan() of the incremental delivery proposal: groups the fields by the blocks that contain
 * them. A field in two blocks is delivered with the first of them. If a field below it is in only one of the blocks, it
 * is delivered with that block.
 */
function eachFieldOnce(fields: FieldsByKey, within: Delivery['within']): DividedFields {
  const own: (readonly SelectedField[])[] = [];
  const groups = new Map<
    string,
    { readonly blocks: readonly Block[]; readonly fields: Map<string, readonly SelectedField[]> }
  >();
  const idOfOwn = idOf(within.flatMap((block) => block ?? []));
  for (const [key, selected] of fields) {
    const blocks = outermostOf(selected);
    const id = idOf(blocks);
    if (id === idOfOwn) {
      own.push(selected);
      continue;
    }
    const group = groups.get(id) ?? { blocks, fields: new Map() };
    groups.set(id, group);
    group.fields.set(key, selected);
  }
  return { own, later: [...groups.values()] };
}

/** Returns the outermost blocks that contain the field. Empty if the field is also in the initial part. */
function outermostOf(selected: readonly SelectedField[]): readonly Block[] {
  const all = new Set(selected.map(({ block }) => block));
  const isWithinAnother = (block: Block) => ancestorsOf(block).some((ancestor) => all.has(ancestor));
  return all.has(null)
    ? []
    : [...all].flatMap((block) => (block === null || isWithinAnother(block) ? [] : block));
}

const idOf = (blocks: readonly Block[]): string =>
  blocks
    .map(({ id }) => id)
    .sort()
    .join();

/** Each block is delivered with all fields of its fragment. A nested block is delivered after the block around it. */
function eachBlockWhole(fields: FieldsByKey, within: Delivery['within']): DividedFields {
  const own: (readonly SelectedField[])[] = [];
  const begun = new Set<Block>();
  for (const selected of fields.values()) {
    const here = selected.filter(({ block }) => within.includes(block));
    if (here.length > 0) {
      own.push(here);
    }
    for (const { block } of selected) {
      const next =
        block === null
          ? undefined
          : [block, ...ancestorsOf(block)].find(({ parent }) => within.includes(parent));
      if (next !== undefined && !within.includes(block)) {
        begun.add(next);
      }
    }
  }
  return { own, later: [...begun].map((block) => ({ blocks: [block], fields })) };
}

function ancestorsOf({ parent }: Block): readonly Block[] {
  return parent === null ? [] : [parent, ...ancestorsOf(parent)];
}
