/**
 * What represents an object in a lookup.
 *
 * Before: books are looked up by `isbn`, and `days` requires `place { shelf }`.
 * After: `... on Book { __typename isbn place { shelf } }`, with the key `isbn`.
 */
import type { RequiredSelection } from '../../executor/index.ts';
import type { Representation } from '../search/state.ts';
import type { Want } from '../search/wants.ts';
import type { Supergraph } from '../supergraph/model.ts';
import type { TypeSet, TypeSets } from '../type-sets.ts';

type RequiredField = Extract<RequiredSelection, { readonly kind: 'field' }>;
type RequiredFragment = Extract<RequiredSelection, { readonly kind: 'fragment' }>;

const typename: RequiredField = {
  kind: 'field',
  key: '__typename',
  name: '__typename',
  selections: undefined,
};

export class RepresentationWriter {
  readonly #supergraph: Supergraph;
  readonly #sets: TypeSets;

  constructor(supergraph: Supergraph, sets: TypeSets) {
    this.#supergraph = supergraph;
    this.#sets = sets;
  }

  /** `known` is the type that the objects have where they come from: one condition for it is enough if all are meant. */
  write(representations: readonly Representation[], known: string | undefined): readonly RequiredFragment[] {
    const types = [...new Set(representations.flatMap((each) => each.types.names))];
    const groups = Map.groupBy(types, (type) =>
      representations.flatMap((each, index) => (each.types.has(type) ? [index] : [])).join(' '),
    );
    return [...groups.values()].flatMap((names) => {
      const own = representations.filter((each) => each.types.has(names[0] ?? ''));
      const keys = distinct(
        own
          .filter(({ key }) => key !== undefined)
          .map((each) => this.selectionsOf(each.keyWants, each.types)),
      );
      const required = own.flatMap((each) => this.selectionsOf(each.required, each.types));
      const selections = merge([typename, ...keys.flat(), ...required]);
      return this.#conditionsFor(names, known).map((typeCondition) => ({
        kind: 'fragment' as const,
        typeCondition,
        selections,
        keys,
      }));
    });
  }

  #conditionsFor(names: readonly string[], known: string | undefined): readonly string[] {
    const meant = new Set(names);
    const isWhole = known !== undefined && this.#objectsOf(known).every((name) => meant.has(name));
    return isWhole ? [known] : names;
  }

  #objectsOf(type: string): readonly string[] {
    return this.#supergraph.objectsOf(type);
  }

  /** What is read of objects of the types `parents`. */
  selectionsOf(wants: readonly Want[], parents: TypeSet): readonly RequiredSelection[] {
    return wants.flatMap((want): readonly RequiredSelection[] => {
      const field: RequiredField = {
        kind: 'field',
        key: want.key,
        name: want.name,
        selections: want.children && merge(this.selectionsOf(want.children, this.#sets.any)),
      };
      return this.#sets.covers(want.on, parents)
        ? [field]
        : want.on.names.map((typeCondition) => ({ kind: 'fragment', typeCondition, selections: [field] }));
    });
  }
}

function distinct(
  keys: readonly (readonly RequiredSelection[])[],
): readonly (readonly RequiredSelection[])[] {
  return [...new Map(keys.map((key) => [JSON.stringify(key), key])).values()];
}

/** The same fields and conditions once. */
function merge(selections: readonly RequiredSelection[]): readonly RequiredSelection[] {
  const merged = new Map<string, RequiredSelection>();
  for (const selection of selections) {
    const at =
      selection.kind === 'field' ? `${selection.key} as ${selection.name}` : `on ${selection.typeCondition}`;
    const other = merged.get(at);
    const below = other?.selections;
    if (other === undefined) {
      merged.set(at, selection);
    } else if (below !== undefined && selection.selections !== undefined) {
      merged.set(at, { ...other, selections: merge([...below, ...selection.selections]) });
    }
  }
  return [...merged.values()];
}
