/**
 * The selection set of a fetch, as a tree. It has the selected fields by key, each with the object types on which it is
 * selected.
 *
 * Before: for objects of the type `Media`, `pages` on `Book`, and `title` on `Book` and `Film`.
 * After, once it is printed (`print-selection.ts`): `{ title ... on Book { pages } }`.
 */
import type { ArgumentNode } from 'graphql';
import { type Form, plainForms } from '../forms.ts';
import type { Subgraph, SubgraphType } from '../supergraph/model.ts';
import type { TypeSet, TypeSets } from '../type-sets.ts';

export interface FetchedField {
  readonly key: string;
  readonly name: string;
  readonly args: readonly ArgumentNode[];
  /** The forms of the field: the directives that the client uses with it. The field is printed once for each form. */
  readonly forms: readonly Form[];
  on: TypeSet;
  readonly below: FetchSelectionSet | undefined;
}

export interface FetchedObjects {
  readonly subgraph: Subgraph;
  /** The type of the selection set. Undefined directly in `_entities`, where only fragments are allowed. */
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

  get fields(): ReadonlyMap<string, readonly FetchedField[]> {
    return this.#fields;
  }

  addLeaf({ key, on, ...leaf }: NewField): void {
    const fields = this.#fields.get(key) ?? [];
    const field = fields.find(({ forms, below }) => below === undefined && forms === leaf.forms);
    if (field === undefined) {
      this.#fields.set(key, [...fields, { ...leaf, key, on, below: undefined }]);
    } else {
      field.on = this.#typeSets.union(field.on, on);
    }
  }

  /**
   * Adds a field that has fields below it. Returns the selection set for the fields below. If the field was added for
   * the same types before, this set already has fields.
   */
  addObject(object: NewField, parent: FetchedObjects): FetchSelectionSet {
    const { key, forms, on } = object;
    const fields = this.#fields.get(key) ?? [];
    const existing = fields.find(
      (field) => field.on === on && field.forms === forms && field.below?.parent.type === parent.type,
    );
    if (existing?.below !== undefined) {
      return existing.below;
    }
    const below = new FetchSelectionSet(parent, this.#typeSets);
    this.#fields.set(key, [...fields, { ...object, below }]);
    return below;
  }

  /** Adds all fields of another selection set on the same objects. */
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
    const name = '__typename';
    this.addLeaf({ key: name, name, args: [], forms: plainForms, on: this.parent.objects });
  }
}
