/**
 * What a lookup demands: the object's key, what the field requires, and sometimes its type. Demands are wants of the same
 * object, so the search has them from wherever they can be had: keys of keys and requirements of requirements need
 * nothing else.
 *
 * Before: `days` of a book, in *loans*, with `@key(fields: "isbn")` and `days @requires(fields: "pages")`.
 * After: the lookup demands `isbn` and `pages`.
 */
import type { SelectionSetNode } from 'graphql';
import type { TypeSet, TypeSets } from '../type-sets.ts';
import type { Candidate } from './candidates.ts';
import type { Place } from './places.ts';
import type { Lookup } from './state.ts';
import type { Want, Wants } from './wants.ts';

export interface Demands {
  /** The types whose objects are looked up. */
  readonly types: TypeSet;
  readonly keyWants: readonly Want[];
  readonly required: readonly Want[];
  /** Needed before the lookup, but not sent. */
  readonly typename: readonly Want[];
}

export class Requirements {
  readonly #wants: Wants;
  readonly #sets: TypeSets;

  constructor(wants: Wants, sets: TypeSets) {
    this.#wants = wants;
    this.#sets = sets;
  }

  /** What a lookup of objects of the types `on` demands. `place` is where the objects come from. */
  of(
    place: Place | undefined,
    candidate: Candidate,
    key: SelectionSetNode | undefined,
    on: TypeSet,
  ): Demands {
    const types = this.typesOf(place, candidate, on);
    const { type, field } = candidate;
    const narrowed = (wants: readonly Want[]) =>
      wants.map((want) => this.#wants.narrow(want, this.#sets.intersect(want.on, types)));
    const needsType = place?.type.isInterfaceObject === true && types !== place.objects;
    return {
      types,
      keyWants: key === undefined ? [] : narrowed(this.#wants.ofFieldSet(key, type.name, true)),
      required:
        field?.requires === undefined
          ? []
          : narrowed(this.#wants.ofFieldSet(field.requires, type.name, false)),
      typename:
        needsType || (candidate.kind === 'entity' && place?.type.isInterfaceObject === true)
          ? narrowed([this.#wants.typename])
          : [],
    };
  }

  /**
   * Where only the interface is known, a lookup is for all its objects: by the interface itself, or by the
   * `@interfaceObject` of another subgraph if all types are wanted.
   */
  typesOf(place: Place | undefined, { kind }: Candidate, on: TypeSet): TypeSet {
    return place?.type.isInterfaceObject === true &&
      (kind === 'interface' || (kind === 'interfaceObject' && this.#sets.covers(on, place.objects)))
      ? place.objects
      : on;
  }

  /** Whether the lookup sends something else under a name that these wants have. */
  clash(lookup: Lookup, types: TypeSet, wants: readonly Want[]): boolean {
    return (
      wants.length > 0 &&
      lookup.representations.some(
        (other) =>
          this.#sets.intersect(other.types, types).names.length > 0 &&
          haveClash([...other.keyWants, ...other.required], wants),
      )
    );
  }
}

/** Whether a representation with the first wants can't have the second too: one name would have two values. */
export function haveClash(first: readonly Want[], second: readonly Want[]): boolean {
  return first.some((one) =>
    second.some(
      (other) =>
        one.name === other.name &&
        (one.key !== other.key || haveClash(one.children ?? [], other.children ?? [])),
    ),
  );
}
