/**
 * Writes what represents an object in a lookup.
 *
 * Before: books are looked up by `isbn`, and `days` requires `shelf { row }`.
 * After: `... on Book { __typename isbn shelf { row } }`, with the key `isbn`.
 */
import type { RequiredSelection } from '../../executor/index.ts';
import type { Selection } from '../search/selections.ts';
import type { Representation } from '../search/solution.ts';
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
  readonly #typeSets: TypeSets;

  constructor(supergraph: Supergraph, typeSets: TypeSets) {
    this.#supergraph = supergraph;
    this.#typeSets = typeSets;
  }

  /**
   * `from` is the type that the objects have where they come from. If all its objects are meant, one fragment on it is
   * enough.
   */
  write(representations: readonly Representation[], from: string | undefined): readonly RequiredFragment[] {
    const types = new Set(representations.flatMap((each) => each.types.names));
    const groups = Map.groupBy(types, (type) =>
      representations.flatMap((each, index) => (each.types.has(type) ? [index] : [])).join(' '),
    );
    return [...groups.values()].flatMap((names) => {
      const own = representations.filter((each) => each.types.has(names[0] ?? ''));
      const keys = distinct(
        own
          .filter(({ key }) => key !== undefined)
          .map((each) => this.selectionsOf(each.keySelections, each.types)),
      );
      const required = own.flatMap((each) => this.selectionsOf(each.required, each.types));
      const selections = merge([typename, ...keys.flat(), ...required]);
      return this.#conditionsFor(names, from).map((typeCondition) => ({
        kind: 'fragment' as const,
        typeCondition,
        selections,
        keys,
      }));
    });
  }

  #conditionsFor(names: readonly string[], from: string | undefined): readonly string[] {
    const meant = new Set(names);
    const areAllMeant =
      from !== undefined && this.#supergraph.objectsOf(from).every((name) => meant.has(name));
    return areAllMeant ? [from] : names;
  }

  /** What is read of objects of the types `parents`. */
  selectionsOf(selections: readonly Selection[], parents: TypeSet): readonly RequiredSelection[] {
    return selections.flatMap(({ key, name, on, children }): readonly RequiredSelection[] => {
      const below = children && merge(this.selectionsOf(children, this.#typeSets.any));
      const field: RequiredField = { kind: 'field', key, name, selections: below };
      return this.#typeSets.covers(on, parents)
        ? [field]
        : on.names.map((typeCondition) => ({ kind: 'fragment', typeCondition, selections: [field] }));
    });
  }
}

function distinct(
  keys: readonly (readonly RequiredSelection[])[],
): readonly (readonly RequiredSelection[])[] {
  return [...new Map(keys.map((key) => [JSON.stringify(key), key])).values()];
}

/** Each field and each type condition once. */
function merge(selections: readonly RequiredSelection[]): readonly RequiredSelection[] {
  const merged = new Map<string, RequiredSelection>();
  for (const selection of selections) {
    const id =
      selection.kind === 'field' ? `${selection.key} as ${selection.name}` : `on ${selection.typeCondition}`;
    const other = merged.get(id);
    const below = other?.selections;
    if (other === undefined) {
      merged.set(id, selection);
    } else if (below !== undefined && selection.selections !== undefined) {
      merged.set(id, { ...other, selections: merge([...below, ...selection.selections]) });
    }
  }
  return [...merged.values()];
}
