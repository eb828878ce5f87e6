/**
 * What is wanted of an object: the operation with its fragments spread out, so that nothing abstract is left in it.
 *
 * Before: `{ media { title ... on Book { pages } } }`.
 * After: `media` on any type, with the wants `title` on any type and `pages` on `Book`.
 *
 * Keys, requirements and provisions are wanted in the same way: `@key(fields: "region { code }")` is the want `region`,
 * with the want `code`.
 */
import { type ArgumentNode, type FragmentDefinitionNode, Kind, print, type SelectionSetNode } from 'graphql';
import type { PathSegment } from '../../executor/index.ts';
import { commonBlock, type DeferredBlock, type DeferredBlocks } from '../deferred-blocks.ts';
import type { Supergraph } from '../supergraph/model.ts';
import type { TypeSet, TypeSets } from '../type-sets.ts';

export interface Want {
  readonly id: number;
  /** The key in the merged data. It tells name and arguments: two wants with one key differ in neither. */
  readonly key: string;
  readonly name: string;
  readonly args: readonly ArgumentNode[];
  /** The object types that it is wanted of. */
  readonly on: TypeSet;
  /** Undefined for a leaf. */
  readonly children: readonly Want[] | undefined;
  /** Wanted as a part of a key: a field that was taken over by another subgraph may still be read for that. */
  readonly isForKey: boolean;
  /** The deferred block that it begins. What is below it is in the same block, and says nothing. */
  readonly defer: DeferredBlock | undefined;
  /** The number of leaves. */
  readonly size: number;
}

type Draft = Pick<Want, 'key' | 'name' | 'args' | 'on' | 'children' | 'isForKey' | 'defer'>;

/** Gives each argument list of a requirement a key of its own. */
export type KeyOfArguments = (name: string, printedArguments: string) => string;

/** The wants of one planning. Equal wants are the same object. */
export class Wants {
  readonly #supergraph: Supergraph;
  readonly #sets: TypeSets;
  readonly #keyOfArguments: KeyOfArguments;
  readonly #wants = new Map<string, Want>();
  readonly #fieldSets = new WeakMap<SelectionSetNode, Map<string, readonly Want[]>>();
  /** Of `__typename`. */
  readonly typename: Want;

  constructor(supergraph: Supergraph, sets: TypeSets, keyOfArguments: KeyOfArguments) {
    this.#supergraph = supergraph;
    this.#sets = sets;
    this.#keyOfArguments = keyOfArguments;
    this.typename = this.make({
      key: '__typename',
      name: '__typename',
      args: [],
      on: sets.any,
      children: undefined,
      isForKey: false,
      defer: undefined,
    });
  }

  make(draft: Draft): Want {
    const { key, on, children, isForKey, defer } = draft;
    const below = children === undefined ? '' : `{${idsOf(children)}}`;
    const text = `${key} ${on.id} ${isForKey} ${defer?.id ?? ''} ${below}`;
    const existing = this.#wants.get(text);
    if (existing !== undefined) {
      return existing;
    }
    const size = children?.reduce((sum, child) => sum + child.size, 0) ?? 1;
    const want = { ...draft, id: this.#wants.size, size };
    this.#wants.set(text, want);
    return want;
  }

  narrow(want: Want, on: TypeSet, children: readonly Want[] | undefined = want.children): Want {
    return on === want.on && children === want.children ? want : this.make({ ...want, on, children });
  }

  /** The wants of a selection set of the operation, at a path, in a block. Fragments with `@defer` become `blocks`. */
  ofOperation(
    selectionSet: SelectionSetNode,
    fragments: ReadonlyMap<string, FragmentDefinitionNode>,
    blocks: DeferredBlocks,
    path: readonly PathSegment[] = [],
    block?: DeferredBlock,
  ): readonly Want[] {
    const drafts: Draft[] = [];
    const collect = (
      { selections }: SelectionSetNode,
      on: TypeSet,
      defer: DeferredBlock | undefined,
    ): void => {
      for (const selection of selections) {
        if (selection.kind === Kind.FIELD) {
          const { name, alias, arguments: args = [], selectionSet: below } = selection;
          const key = (alias ?? name).value;
          const pathBelow: readonly PathSegment[] = [...path, { kind: 'field', key }];
          drafts.push({
            key,
            name: name.value,
            args,
            on,
            defer,
            isForKey: false,
            children: below && this.ofOperation(below, fragments, blocks, pathBelow, defer ?? block),
          });
          continue;
        }
        const fragment =
          selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
        if (fragment !== undefined) {
          const begun = blocks.begin(selection.directives ?? [], path, defer ?? block);
          const types = this.#meeting(on, fragment.typeCondition?.name.value);
          collect(fragment.selectionSet, types, begun ?? defer);
        }
      }
    };
    collect(selectionSet, this.#sets.any, undefined);
    return this.#merged(drafts);
  }

  /** The wants of a key or a requirement of objects of `type`. */
  ofFieldSet(set: SelectionSetNode, type: string, isForKey: boolean): readonly Want[] {
    const known = this.#fieldSets.get(set) ?? new Map<string, readonly Want[]>();
    this.#fieldSets.set(set, known);
    const key = `${type} ${isForKey}`;
    const wants = known.get(key) ?? this.#readFieldSet(set, type, isForKey);
    known.set(key, wants);
    return wants;
  }

  #readFieldSet(set: SelectionSetNode, type: string, isForKey: boolean): readonly Want[] {
    const drafts: Draft[] = [];
    const collect = ({ selections }: SelectionSetNode, parent: string, on: TypeSet): void => {
      for (const selection of selections) {
        if (selection.kind === Kind.FIELD) {
          drafts.push(this.#requiredField(selection, parent, on, isForKey));
        } else if (selection.kind === Kind.INLINE_FRAGMENT) {
          const condition = selection.typeCondition?.name.value;
          collect(selection.selectionSet, condition ?? parent, this.#meeting(on, condition));
        }
      }
    };
    collect(set, type, this.#sets.any);
    return this.#merged(drafts);
  }

  #requiredField(
    {
      name: { value: name },
      arguments: args = [],
      selectionSet,
    }: Extract<SelectionSetNode['selections'][number], { kind: Kind.FIELD }>,
    parent: string,
    on: TypeSet,
    isForKey: boolean,
  ): Draft {
    const type = this.#supergraph.fieldType(parent, name);
    const children =
      selectionSet === undefined || type === undefined
        ? undefined
        : this.ofFieldSet(selectionSet, type, isForKey);
    // No value stands under a name that every JavaScript object has, such as `toString`.
    const isOwnKey = args.length === 0 && !(name in Object.prototype);
    const key = isOwnKey ? name : this.#keyOfArguments(name, args.map(print).sort().join(', '));
    // The subgraph must learn the type of an abstract object in a representation.
    const withTypename =
      children !== undefined && type !== undefined && this.#supergraph.isAbstract(type)
        ? [this.typename, ...children.filter((child) => child !== this.typename)]
        : children;
    return { key, name, args, on, children: withTypename, isForKey, defer: undefined };
  }

  #meeting(on: TypeSet, condition: string | undefined): TypeSet {
    return condition === undefined
      ? on
      : this.#sets.intersect(this.#sets.of(this.#supergraph.objectsOf(condition)), on);
  }

  /**
   * Wants of the same key and types become one. A leaf that is wanted of any type is wanted once. What is wanted in two
   * blocks is wanted in the one that both are in.
   */
  #merged(drafts: readonly Draft[]): readonly Want[] {
    const merged = new Map<string, Draft>();
    for (const draft of drafts) {
      const at = draft.children === undefined ? draft.key : `${draft.key} ${draft.on.id}`;
      const other = merged.get(at);
      if (other === undefined) {
        merged.set(at, draft);
      } else if (draft.children === undefined) {
        const defer = commonBlock(other.defer, draft.defer);
        merged.set(at, { ...other, defer, on: this.#sets.union(other.on, draft.on) });
      } else {
        merged.set(at, { ...other, ...this.childrenOf([other, draft]) });
      }
    }
    return [...merged.values()].map((draft) => this.make(draft));
  }

  /** What is wanted below any of these wants of one key, and the block that all of them are in. */
  childrenOf(wants: readonly Pick<Want, 'children' | 'defer'>[]): Pick<Want, 'children' | 'defer'> {
    const [first, ...others] = wants;
    const defer = others.reduce((block, want) => commonBlock(block, want.defer), first?.defer);
    const lists = wants.flatMap((want) =>
      want.children === undefined
        ? []
        : [want.defer === defer ? want.children : this.#deferred(want.children, want.defer)],
    );
    const [list, ...rest] = lists;
    const isOne = list === undefined || rest.every((each) => each === list);
    return { defer, children: isOne ? list : this.#merged(lists.flat()) };
  }

  /** The same wants, which begin a block that their parent is not in any more. */
  #deferred(wants: readonly Want[], block: DeferredBlock | undefined): readonly Want[] {
    return wants.map((want) => this.make({ ...want, defer: want.defer ?? block }));
  }
}

/** Names a list of wants in the keys of maps. */
export function idsOf(wants: readonly Want[]): string {
  return wants.map(({ id }) => id).join(' ');
}
