/**
 * A planning position says where an object of the answer comes from, as one subgraph sees it. It has no path: two
 * objects that a subgraph returns in the same way have the same position. The plan for one of them is also right for
 * the other.
 *
 * Before: *shop* has `type Query { best: Book @provides(fields: "title") }` and `title: String @external`.
 * After: the book below `best` has the position `shop Book`, with `title` provided.
 */
import { Kind, print, type SelectionSetNode } from 'graphql';
import type { Subgraph, SubgraphField, SubgraphType, Supergraph } from '../supergraph/model.ts';
import type { TypeSet, TypeSets } from '../type-sets.ts';
import type { Selection } from './selections.ts';

export interface PlanningPosition {
  readonly id: number;
  readonly subgraph: Subgraph;
  /** The type of the field that leads to this position, in the subgraph. */
  readonly type: SubgraphType;
  /** The types that an object at this position may have. */
  readonly objects: TypeSet;
  /** The field sets that are provided here in addition to the subgraph's own fields. */
  readonly provided: readonly SelectionSetNode[];
  /** True below an external field: there, only provided fields can be read. */
  readonly isProvidedOnly: boolean;
}

/** The object whose selections are decided. */
export interface PlannedObject {
  /** The position of the object. Undefined for the root of the operation. */
  readonly position: PlanningPosition | undefined;
  /** The types that the object may have. */
  readonly objects: TypeSet;
}

/** A field that a subgraph resolves at a position. */
export interface LocalField {
  readonly field: SubgraphField;
  /** The field sets that are provided below this field. */
  readonly provided: readonly SelectionSetNode[];
  readonly isProvidedOnly: boolean;
}

/** The positions that are used in planning one operation. Equal positions are the same object. */
export class PlanningPositions {
  readonly #supergraph: Supergraph;
  readonly #typeSets: TypeSets;
  readonly #byText = new Map<string, PlanningPosition>();
  readonly #fieldSetTexts = new WeakMap<SelectionSetNode, string>();

  constructor(supergraph: Supergraph, typeSets: TypeSets) {
    this.#supergraph = supergraph;
    this.#typeSets = typeSets;
  }

  /** The position that a field leads to. Undefined if the subgraph does not have the field's type. */
  below(subgraph: Subgraph, { field, provided, isProvidedOnly }: LocalField): PlanningPosition | undefined {
    const type = subgraph.types.get(field.namedType);
    if (type === undefined) {
      return undefined;
    }
    const objects = this.#typeSets.of(type.objects);
    const providedTexts = provided.map((fieldSet) => this.#textOf(fieldSet)).sort();
    const text = `${subgraph.index} ${type.name} ${isProvidedOnly} ${providedTexts.join(' ')}`;
    const existing = this.#byText.get(text);
    if (existing !== undefined) {
      return existing;
    }
    const position = { id: this.#byText.size, subgraph, type, objects, provided, isProvidedOnly };
    this.#byText.set(text, position);
    return position;
  }

  #textOf(fieldSet: SelectionSetNode): string {
    const text = this.#fieldSetTexts.get(fieldSet) ?? print(fieldSet);
    this.#fieldSetTexts.set(fieldSet, text);
    return text;
  }

  /** The position that a field of a looked-up object leads to. Only the `@provides` of this field applies there. */
  belowLookup(subgraph: Subgraph, field: SubgraphField): PlanningPosition | undefined {
    const provided = field.provides === undefined ? [] : [field.provides];
    return this.below(subgraph, { field, provided, isProvidedOnly: false });
  }

  /**
   * The field that the position's subgraph resolves for objects of `type`. Undefined if the subgraph can't resolve it.
   */
  localField(
    position: PlanningPosition,
    type: string,
    { name, isForKey }: Pick<Selection, 'name' | 'isForKey'>,
  ): LocalField | undefined {
    const owner = position.type.isInterfaceObject ? position.type : position.subgraph.types.get(type);
    const field = owner?.fields.get(name);
    if (owner === undefined || field === undefined) {
      return undefined;
    }
    const provided = this.#providedBelow(position, type, name);
    if (provided === undefined && (position.isProvidedOnly || !isReadable(field, owner, isForKey))) {
      return undefined;
    }
    if (!field.isExternal && (field.requires !== undefined || field.contextArguments.length > 0)) {
      return undefined;
    }
    const providedBelow = [...(provided ?? []), ...(field.provides === undefined ? [] : [field.provides])];
    return { field, provided: providedBelow, isProvidedOnly: field.isExternal };
  }

  /** The field sets that the position provides below a field. Undefined if it does not provide the field itself. */
  #providedBelow(
    position: PlanningPosition,
    type: string,
    name: string,
  ): readonly SelectionSetNode[] | undefined {
    if (position.provided.length === 0) {
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
    for (const fieldSet of position.provided) {
      collect(fieldSet);
    }
    return isProvided ? below : undefined;
  }
}

/**
 * Whether the subgraph can resolve the field. A field that another subgraph has taken over with `@override` can still
 * be read as a part of this subgraph's own key.
 */
function isReadable(
  { name, isExternal, isOverridden }: SubgraphField,
  { keyFields }: SubgraphType,
  isForKey: boolean,
): boolean {
  return !isExternal && (!isOverridden || (isForKey && keyFields.has(name)));
}
