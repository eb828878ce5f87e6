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
  /** The number of leaves. */
  readonly size: number;
}

type Draft = Pick<Want, 'key' | 'name' | 'args' | 'on' | 'children' | 'isForKey'>;

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
    });
  }

  make(draft: Draft): Want {
    const { key, on, children, isForKey } = draft;
    const below = children === undefined ? '' : `{${idsOf(children)}}`;
    const text = `${key} ${on.id} ${isForKey} ${below}`;
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

  /** The wants of a selection set of the operation. */
  ofOperation(
    selectionSet: SelectionSetNode,
    fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  ): readonly Want[] {
    const drafts: Draft[] = [];
    const collect = ({ selections }: SelectionSetNode, on: TypeSet): void => {
      for (const selection of selections) {
        if (selection.kind === Kind.FIELD) {
          const { name, alias, arguments: args = [], selectionSet: below } = selection;
          drafts.push({
            key: (alias ?? name).value,
            name: name.value,
            args,
            on,
            children: below && this.ofOperation(below, fragments),
            isForKey: false,
          });
          continue;
        }
        const fragment =
          selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
        if (fragment !== undefined) {
          collect(fragment.selectionSet, this.#meeting(on, fragment.typeCondition?.name.value));
        }
      }
    };
    collect(selectionSet, this.#sets.any);
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
    return { key, name, args, on, children: withTypename, isForKey };
  }

  #meeting(on: TypeSet, condition: string | undefined): TypeSet {
    return condition === undefined
      ? on
      : this.#sets.intersect(this.#sets.of(this.#supergraph.objectsOf(condition)), on);
  }

  /** Wants of the same key and types become one. A leaf that is wanted of any type is wanted once. */
  #merged(drafts: readonly Draft[]): readonly Want[] {
    const merged = new Map<string, Draft>();
    for (const draft of drafts) {
      const at = draft.children === undefined ? draft.key : `${draft.key} ${draft.on.id}`;
      const other = merged.get(at);
      if (other === undefined) {
        merged.set(at, draft);
      } else if (draft.children === undefined) {
        merged.set(at, { ...other, on: this.#sets.union(other.on, draft.on) });
      } else {
        merged.set(at, { ...other, children: this.union([other.children ?? [], draft.children]) });
      }
    }
    return [...merged.values()].map((draft) => this.make(draft));
  }

  /** What is wanted in any of these lists. */
  union(lists: readonly (readonly Want[])[]): readonly Want[] {
    const [first = [], ...rest] = lists;
    return rest.every((list) => list === first) ? first : this.#merged(lists.flat());
  }
}

/** Names a list of wants in the keys of maps. */
export function idsOf(wants: readonly Want[]): string {
  return wants.map(({ id }) => id).join(' ');
}
