/**
 * What a fetch asks a subgraph for, as a tree: an object of the subgraph, and under each key what is read of which types.
 *
 * Before: `pages` of `Book`, `title` of `Book` and `Film`, all from one place of the type `Media`.
 * After, once it is printed (`print-selection.ts`): `{ title ... on Book { pages } }`.
 */
import type { ArgumentNode } from 'graphql';
import type { Subgraph, SubgraphType } from '../supergraph/model.ts';
import type { TypeSet, TypeSets } from '../type-sets.ts';

export interface SelectedField {
  readonly key: string;
  readonly name: string;
  readonly args: readonly ArgumentNode[];
  on: TypeSet;
  readonly below: Selection | undefined;
}

/** Where the objects of a selection come from. `type` is undefined in `_entities`, where only fragments can stand. */
export interface SelectedPlace {
  readonly subgraph: Subgraph;
  readonly type: SubgraphType | undefined;
  readonly objects: TypeSet;
}

type NewField = Pick<SelectedField, 'key' | 'name' | 'args' | 'on'>;

export class Selection {
  readonly place: SelectedPlace;
  readonly #sets: TypeSets;
  readonly #fields = new Map<string, SelectedField[]>();

  constructor(place: SelectedPlace, sets: TypeSets) {
    this.place = place;
    this.#sets = sets;
  }

  get fields(): ReadonlyMap<string, readonly SelectedField[]> {
    return this.#fields;
  }

  addLeaf({ key, name, args, on }: NewField): void {
    const [field] = this.#fields.get(key) ?? [];
    if (field === undefined) {
      this.#fields.set(key, [{ key, name, args, on, below: undefined }]);
    } else {
      field.on = this.#sets.union(field.on, on);
    }
  }

  /** The selection below a field, which is there already if the field was added for the same types. */
  addObject({ key, name, args, on }: NewField, place: SelectedPlace): Selection {
    const fields = this.#fields.get(key) ?? [];
    const existing = fields.find((field) => field.on === on && field.below?.place.type === place.type);
    if (existing?.below !== undefined) {
      return existing.below;
    }
    const below = new Selection(place, this.#sets);
    this.#fields.set(key, [...fields, { key, name, args, on, below }]);
    return below;
  }

  /** Adds everything that another selection of the same objects has. */
  addAll(other: Selection): void {
    for (const field of [...other.fields.values()].flat()) {
      if (field.below === undefined) {
        this.addLeaf(field);
      } else {
        this.addObject(field, field.below.place).addAll(field.below);
      }
    }
  }

  addTypename(): void {
    this.addLeaf({ key: '__typename', name: '__typename', args: [], on: this.place.objects });
  }
}
