/**
 * A place is where an object of the answer comes from, as one subgraph sees it. It has no path: two objects that a
 * subgraph gives alike are at the same place, and what was found out for one holds for the other.
 *
 * Before: *shop* has `type Query { best: Book @provides(fields: "title") }` and `title: String @external`.
 * After: the book below `best` is at the place `shop Book`, with `title` provided.
 */
import { Kind, print, type SelectionSetNode } from 'graphql';
import type { Subgraph, SubgraphField, SubgraphType, Supergraph } from '../supergraph/model.ts';
import type { TypeSet, TypeSets } from '../type-sets.ts';
import type { Want } from './wants.ts';

export interface Place {
  readonly id: number;
  readonly subgraph: Subgraph;
  /** The type of the field that leads here, in the subgraph. */
  readonly type: SubgraphType;
  /** The types that an object here may have. */
  readonly objects: TypeSet;
  /** What is provided here beside the subgraph's own fields. */
  readonly provided: readonly SelectionSetNode[];
  /** Below an external field: only what is provided can be read. */
  readonly isStrict: boolean;
}

/** A field that a subgraph resolves at a place. */
export interface LocalField {
  readonly field: SubgraphField;
  /** What is provided below it. */
  readonly provided: readonly SelectionSetNode[];
  readonly isStrict: boolean;
}

/** The places of one planning, each once. */
export class Places {
  readonly #supergraph: Supergraph;
  readonly #sets: TypeSets;
  readonly #places = new Map<string, Place>();
  readonly #texts = new WeakMap<SelectionSetNode, string>();

  constructor(supergraph: Supergraph, sets: TypeSets) {
    this.#supergraph = supergraph;
    this.#sets = sets;
  }

  /** The place of objects of a type. Undefined where the subgraph does not have the type. */
  at(
    subgraph: Subgraph,
    typeName: string,
    {
      objects,
      provided = [],
      isStrict = false,
    }: Partial<Pick<Place, 'objects' | 'provided' | 'isStrict'>> = {},
  ): Place | undefined {
    const type = subgraph.types.get(typeName);
    if (type === undefined) {
      return undefined;
    }
    const set = objects ?? this.#sets.of(type.objects);
    const texts = provided.map((each) => this.#textOf(each)).sort();
    const id = `${subgraph.index} ${typeName} ${set.id} ${isStrict} ${texts.join(' ')}`;
    const existing = this.#places.get(id);
    if (existing !== undefined) {
      return existing;
    }
    const place = { id: this.#places.size, subgraph, type, objects: set, provided, isStrict };
    this.#places.set(id, place);
    return place;
  }

  #textOf(set: SelectionSetNode): string {
    const text = this.#texts.get(set) ?? print(set);
    this.#texts.set(set, text);
    return text;
  }

  /** The place that a field leads to. */
  below(subgraph: Subgraph, { field, provided, isStrict }: LocalField): Place | undefined {
    return this.at(subgraph, field.namedType, { provided, isStrict });
  }

  /** The place that a field of a looked-up object leads to: nothing is provided there but by the field itself. */
  belowLookup(subgraph: Subgraph, field: SubgraphField): Place | undefined {
    const provided = field.provides === undefined ? [] : [field.provides];
    return this.below(subgraph, { field, provided, isStrict: false });
  }

  /** The field that the place's subgraph resolves for objects of `type`. Undefined where it can't. */
  localField(place: Place, type: string, want: Pick<Want, 'name' | 'isForKey'>): LocalField | undefined {
    const owner = place.type.isInterfaceObject ? place.type : place.subgraph.types.get(type);
    const field = owner?.fields.get(want.name);
    if (owner === undefined || field === undefined) {
      return undefined;
    }
    const provided = this.#providedAt(place, type, want.name);
    if (provided === undefined && (place.isStrict || !mayBeRead(field, owner, want.isForKey))) {
      return undefined;
    }
    if (!field.isExternal && (field.requires !== undefined || field.contextArguments.length > 0)) {
      return undefined;
    }
    const below = [...(provided ?? []), ...(field.provides === undefined ? [] : [field.provides])];
    return { field, provided: below, isStrict: field.isExternal };
  }

  /** The sets of what is provided below a field. Undefined where the field itself is not provided. */
  #providedAt(place: Place, type: string, name: string): readonly SelectionSetNode[] | undefined {
    if (place.provided.length === 0) {
      return undefined;
    }
    const below: SelectionSetNode[] = [];
    let isProvided = false;
    const collect = ({ selections }: SelectionSetNode): void => {
      for (const selection of selections) {
        if (selection.kind === Kind.FIELD && selection.name.value === name) {
          isProvided = true;
          if (selection.selectionSet !== undefined) {
            below.push(selection.selectionSet);
          }
        } else if (selection.kind === Kind.INLINE_FRAGMENT) {
          const condition = selection.typeCondition?.name.value;
          if (condition === undefined || this.#supergraph.objectsOf(condition).includes(type)) {
            collect(selection.selectionSet);
          }
        }
      }
    };
    for (const set of place.provided) {
      collect(set);
    }
    return isProvided ? below : undefined;
  }
}

function mayBeRead(
  { name, isExternal, isOverridden }: SubgraphField,
  { keyFields }: SubgraphType,
  isForKey: boolean,
): boolean {
  return !isExternal && (!isOverridden || (isForKey && keyFields.has(name)));
}
