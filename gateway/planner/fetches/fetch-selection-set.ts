/**
 * What a fetch asks a subgraph for, as a tree: for an object of the subgraph, which fields are read on which types, by key.
 *
 * Before: `pages` on `Book`, `title` on `Book` and `Film`, all of one position of the type `Media`.
 * After, once it is printed (`print-selection.ts`): `{ title ... on Book { pages } }`.
 */
import type { ArgumentNode } from 'graphql';
import type { Subgraph, SubgraphType } from '../supergraph/model.ts';
import type { TypeSet, TypeSets } from '../type-sets.ts';

export interface FetchedField {
  readonly key: string;
  readonly name: string;
  readonly args: readonly ArgumentNode[];
  on: TypeSet;
  readonly below: FetchSelectionSet | undefined;
}

/** The objects that a selection set is read on. */
export interface FetchedObjects {
  readonly subgraph: Subgraph;
  /** Undefined in `_entities`, where only fragments are allowed. */
  readonly type: SubgraphType | undefined;
  readonly objects: TypeSet;
}

type NewField = Omit<FetchedField, 'below'>;

export class FetchSelectionSet {
  readonly parent: FetchedObjects;
  readonly #typeSets: TypeSets;
  readonly #fields = new Map<string, FetchedField[]>();

  constructor(parent: FetchedObjects, typeSets: TypeSets) {
    this.parent = parent;
    this.#typeSets = typeSets;
  }

  /** The fields under each key. */
  get fields(): ReadonlyMap<string, readonly FetchedField[]> {
    return this.#fields;
  }

  addLeaf({ key, name, args, on }: NewField): void {
    const [field] = this.#fields.get(key) ?? [];
    if (field === undefined) {
      this.#fields.set(key, [{ key, name, args, on, below: undefined }]);
    } else {
      field.on = this.#typeSets.union(field.on, on);
    }
  }

  /** Returns the selection set below the field. It is not empty if the field was added for the same types before. */
  addObject({ key, name, args, on }: NewField, parent: FetchedObjects): FetchSelectionSet {
    const fields = this.#fields.get(key) ?? [];
    const existing = fields.find((field) => field.on === on && field.below?.parent.type === parent.type);
    if (existing?.below !== undefined) {
      return existing.below;
    }
    const below = new FetchSelectionSet(parent, this.#typeSets);
    this.#fields.set(key, [...fields, { key, name, args, on, below }]);
    return below;
  }

  /** Adds everything that another selection set of the same objects has. */
  addAll(other: FetchSelectionSet): void {
    for (const field of [...other.fields.values()].flat()) {
      if (field.below === undefined) {
        this.addLeaf(field);
      } else {
        this.addObject(field, field.below.parent).addAll(field.below);
      }
    }
  }

  addTypename(): void {
    this.addLeaf({ key: '__typename', name: '__typename', args: [], on: this.parent.objects });
  }
}
