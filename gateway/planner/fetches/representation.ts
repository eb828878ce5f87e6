/**
 * Writes the representation of an object for a lookup.
 *
 * Before: books are looked up by `isbn`, and `days` requires `shelf { row }`.
 * After: `... on Book { __typename isbn shelf { row } }`, with the key `isbn`.
 */
import type { RequiredSelection } from '../../executor/index.ts';
import type { SearchContext } from '../search/search-context.ts';
import type { Selection, Selections } from '../search/selections.ts';
import type { Supergraph } from '../supergraph/model.ts';
import type { TypeSet, TypeSets } from '../type-sets.ts';
import type { PlannedFetch } from './planned-fetch.ts';
import { type RequiredField, withRequiredTypes } from './required-types.ts';

type RequiredFragment = Extract<RequiredSelection, { readonly kind: 'fragment' }>;

const typename: RequiredField = {
  kind: 'field',
  key: '__typename',
  name: '__typename',
  selections: undefined,
  nonNull: [],
};

/** A looked-up field with `@requires`. */
interface RequiringField {
  readonly key: string;
  readonly requires: readonly Selection[];
}

export class RepresentationWriter {
  readonly #supergraph: Supergraph;
  readonly #typeSets: TypeSets;
  readonly #selections: Selections;

  constructor({ supergraph, typeSets, selections }: SearchContext) {
    this.#supergraph = supergraph;
    this.#typeSets = typeSets;
    this.#selections = selections;
  }

  /**
   * Returns the fragments of a lookup's representations. There is only one fragment if two conditions hold. The lookup
   * is for all objects of the type at the end of the path, and it sends the same fields for all of them.
   */
  write(fetch: PlannedFetch): readonly RequiredFragment[] {
    const { representations, from, subgraph } = fetch;
    const types = new Set(representations.flatMap((each) => each.types.names));
    const requiringFields = new Map([...types].map((type) => [type, this.#requiringFields(fetch, type)]));
    const groups = Map.groupBy(types, (type) => {
      const indexes = representations.flatMap((each, index) => (each.types.has(type) ? [index] : []));
      return [...indexes, ...(requiringFields.get(type) ?? []).map(({ key }) => key)].join(' ');
    });
    return [...groups.values()].flatMap((names) => {
      const [name = ''] = names;
      const own = representations.filter((each) => each.types.has(name));
      const requiredOf = (required: readonly Selection[], on: TypeSet) =>
        withRequiredTypes(this.selectionsOf(required, on), subgraph, names);
      const keys = distinct(
        own
          .filter(({ key }) => key !== undefined)
          .map((each) => this.selectionsOf(each.keySelections, each.types)),
      );
      const required = own.flatMap((each) => requiredOf(each.required, each.types));
      const selections = merge([typename, ...keys.flat(), ...required]);
      const on = this.#typeSets.of(names);
      const dependents = (requiringFields.get(name) ?? []).map(({ key, requires }) => ({
        key,
        requires: requiredOf(requires, on),
      }));
      return this.#conditionsFor(names, from).map((typeCondition) => ({
        kind: 'fragment' as const,
        typeCondition,
        selections,
        keys,
        dependents,
      }));
    });
  }

  /** The fields with `@requires` that a lookup requests on an object type. */
  #requiringFields(
    { subgraph, kind, type, representations, selectionSet }: PlannedFetch,
    objectType: string,
  ): readonly RequiringField[] {
    if (representations.every(({ required }) => required.length === 0)) {
      return [];
    }
    const owner = subgraph.types.get(kind === 'interfaceObject' ? type : objectType);
    return [...selectionSet.fields.values()].flat().flatMap(({ key, name, on }) => {
      const requires = on.has(objectType) ? owner?.fields.get(name)?.requires : undefined;
      return owner === undefined || requires === undefined
        ? []
        : [{ key, requires: this.#selections.ofFieldSet(requires, owner.name, false) }];
    });
  }

  #conditionsFor(names: readonly string[], from: string | undefined): readonly string[] {
    const meant = new Set(names);
    const areAllMeant =
      from !== undefined && this.#supergraph.objectsOf(from).every((name) => meant.has(name));
    return areAllMeant ? [from] : names;
  }

  /** The fields to read from objects of the types `parents`. */
  selectionsOf(selections: readonly Selection[], parents: TypeSet): readonly RequiredSelection[] {
    return selections.flatMap(({ key, name, on, children }): readonly RequiredSelection[] => {
      const below = children && merge(this.selectionsOf(children, this.#typeSets.any));
      const field: RequiredField = { kind: 'field', key, name, selections: below, nonNull: [] };
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

/** Merges selections of the same field, and selections with the same type condition. */
function merge(selections: readonly RequiredSelection[]): readonly RequiredSelection[] {
  const merged = new Map<string, RequiredSelection>();
  for (const selection of selections) {
    const id =
      selection.kind === 'field' ? `${selection.key} as ${selection.name}` : `on ${selection.typeCondition}`;
    const other = merged.get(id);
    merged.set(id, other === undefined ? selection : mergeTwo(other, selection));
  }
  return [...merged.values()];
}

/**
 * Merges two selections of the same field, or two selections with the same type condition. If only one of two fields
 * has `nonNull`, the result has it, too: a field of a key has none, but a required value may have to be non-null.
 */
function mergeTwo(one: RequiredSelection, other: RequiredSelection): RequiredSelection {
  const selections =
    one.selections === undefined || other.selections === undefined
      ? one.selections
      : merge([...one.selections, ...other.selections]);
  if (one.kind === 'fragment') {
    return { ...one, selections: selections ?? [] };
  }
  const isKey = other.kind === 'field' && one.nonNull.length === 0;
  return { ...one, selections, nonNull: isKey ? other.nonNull : one.nonNull };
}
