/**
 * The demands of a lookup: the fields of the object that must be known before the lookup. They are the object's key,
 * the fields that the looked-up field requires (`@requires`), and sometimes the object's type. Demands are selections
 * on the same object, and the search resolves them like any other. So keys of keys and requirements of requirements
 * need no extra code.
 *
 * Before: `days` of a book in *loans*, which has `@key(fields: "isbn")` and `days @requires(fields: "pages")`.
 * After: the lookup demands `isbn` and `pages`.
 */
import type { SelectionSetNode } from 'graphql';
import type { TypeSet, TypeSets } from '../type-sets.ts';
import type { Candidate } from './candidates.ts';
import type { PlanningPosition } from './planning-positions.ts';
import type { Selection, Selections } from './selections.ts';
import type { Lookup } from './solution.ts';

export interface Demands {
  /** The types whose objects are looked up. */
  readonly types: TypeSet;
  readonly keySelections: readonly Selection[];
  readonly required: readonly Selection[];
  /**
   * Selections of `__typename`. The type must be known before the lookup, but the lookup does not send these
   * selections.
   */
  readonly typename: readonly Selection[];
}

export class LookupDemands {
  readonly #selections: Selections;
  readonly #typeSets: TypeSets;

  constructor(selections: Selections, typeSets: TypeSets) {
    this.#selections = selections;
    this.#typeSets = typeSets;
  }

  /** The fields that must be known before a lookup of objects of the types `on`. The objects come from `position`. */
  of(
    position: PlanningPosition | undefined,
    candidate: Candidate,
    key: SelectionSetNode | undefined,
    on: TypeSet,
  ): Demands {
    const types = this.typesOf(position, candidate, on);
    const { type, field } = candidate;
    const narrowed = (selections: readonly Selection[]) =>
      selections.map((selection) =>
        this.#selections.narrow(selection, this.#typeSets.intersect(selection.on, types)),
      );
    const isTypeUnknown = position?.type.isInterfaceObject === true;
    const needsTypename = isTypeUnknown && (types !== position.objects || candidate.kind === 'entity');
    return {
      types,
      keySelections: key === undefined ? [] : narrowed(this.#selections.ofFieldSet(key, type.name, true)),
      required:
        field?.requires === undefined
          ? []
          : narrowed(this.#selections.ofFieldSet(field.requires, type.name, false)),
      typename: needsTypename ? narrowed([this.#selections.typename]) : [],
    };
  }

  /**
   * The types whose objects are looked up: usually `on`, the types on which the field is selected. A position that is
   * an `@interfaceObject` doesn't know the types of its objects. All types of such a position are looked up in two
   * cases:
   * - The lookup is by the interface itself.
   * - The lookup is by another subgraph's `@interfaceObject`, and the field is selected on all types.
   */
  typesOf(position: PlanningPosition | undefined, { kind }: Candidate, on: TypeSet): TypeSet {
    return position?.type.isInterfaceObject === true &&
      (kind === 'interface' || (kind === 'interfaceObject' && this.#typeSets.covers(on, position.objects)))
      ? position.objects
      : on;
  }

  /**
   * Whether the lookup can't send these selections for these types, because one name would have two different values.
   */
  conflict(lookup: Lookup, types: TypeSet, selections: readonly Selection[]): boolean {
    return (
      selections.length > 0 &&
      lookup.representations.some(
        (other) =>
          this.#typeSets.intersect(other.types, types).names.length > 0 &&
          haveConflict([...other.keySelections, ...other.required], selections),
      )
    );
  }
}

/** All selections that must be known before a lookup, in the order in which the search decides them. */
export function allOf({ typename, keySelections, required }: Demands): readonly Selection[] {
  return [...typename, ...keySelections, ...required];
}

/** Whether the selections of two lists can't be in one representation, because one name would have two values. */
export function haveConflict(first: readonly Selection[], second: readonly Selection[]): boolean {
  return first.some((one) =>
    second.some(
      (other) =>
        one.name === other.name &&
        (one.key !== other.key || haveConflict(one.children ?? [], other.children ?? [])),
    ),
  );
}
