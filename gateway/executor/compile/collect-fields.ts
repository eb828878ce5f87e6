import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  type InlineFragmentNode,
  isAbstractType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import type { Block } from '../deferred-block.ts';
import { type ConditionValues, isIncluded } from './conditions.ts';
import type { Delivery, SelectedField } from './defer/divide-fields.ts';
import { responseKeyOf } from './merged-data-keys.ts';

/** The data that decides which selections of a document are included. */
export interface SelectionContext {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly conditions: ConditionValues;
}

/**
 * Selection sets on the same objects. The `block` of a set is the innermost fragment with `@defer` that contains it.
 */
export interface Selected extends Delivery {
  readonly sets: readonly { readonly set: SelectionSetNode; readonly block: Block | null }[];
}

/** Wraps the selection sets for an answer in which nothing is deferred. */
export function selectedAtOnce(sets: readonly SelectionSetNode[]): Selected {
  return {
    sets: sets.map((set) => ({ set, block: null })),
    blocks: null,
    within: [null],
    keys: '',
    depth: 0,
  };
}

/** The selected fields by response key, in the order of the selections. */
export interface CollectedFields {
  readonly fields: ReadonlyMap<string, readonly SelectedField[]>;
  /**
   * Whether a fragment adds fields for some, but not all, object types of an abstract type. False for an object type.
   */
  readonly hasNarrowerFragments: boolean;
}

/**
 * Implements CollectFields() of the spec. For an abstract type, it collects the fields that are selected on all of its
 * object types. It also reports whether a fragment selects more fields on only some of these object types.
 *
 * On the interface `Media`, `{ title t: title ... on Book { pages } }` has the fields `title` and `t`, and
 * `hasNarrowerFragments` is true. On the type `Book` it has `title`, `t` and `pages`.
 */
export function collectFields(
  type: GraphQLCompositeType,
  selected: Selected,
  context: SelectionContext,
): CollectedFields {
  const fields = new Map<string, SelectedField[]>();
  const visited = new Set<string>();
  let hasNarrowerFragments = false;
  const collect = (selectionSet: SelectionSetNode, block: Block | null) => {
    for (const selection of selectionSet.selections) {
      if (!isIncluded(selection, context.conditions)) {
        continue;
      }
      if (selection.kind === Kind.FIELD) {
        const key = responseKeyOf(selection);
        const nodes = fields.get(key);
        if (nodes === undefined) {
          fields.set(key, [{ node: selection, block }]);
        } else {
          nodes.push({ node: selection, block });
        }
        continue;
      }
      const fragment = fragmentOf(selection, context);
      const within = selected.blocks?.within(selection, selected, block) ?? block;
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const id = `${selection.name.value} ${within?.id ?? ''}`;
        if (visited.has(id)) {
          continue;
        }
        visited.add(id);
      }
      const condition = fragment.typeCondition?.name.value;
      if (condition === undefined || coversType(condition, type, context.schema)) {
        collect(fragment.selectionSet, within);
      } else {
        hasNarrowerFragments ||= isAbstractType(type);
      }
    }
  };
  for (const { set, block } of selected.sets) {
    collect(set, block);
  }
  return { fields, hasNarrowerFragments };
}

/** Whether every object of `type` satisfies the condition. */
function coversType(condition: string, type: GraphQLCompositeType, schema: GraphQLSchema): boolean {
  if (condition === type.name) {
    return true;
  }
  const conditionType = schema.getType(condition);
  if (!isAbstractType(conditionType)) {
    return false;
  }
  return isAbstractType(type)
    ? schema.getPossibleTypes(type).every((possible) => schema.isSubType(conditionType, possible))
    : schema.isSubType(conditionType, type);
}

/** The fragment that a spread names, or the inline fragment itself. */
export function fragmentOf(
  selection: Exclude<SelectionSetNode['selections'][number], FieldNode>,
  { fragments }: SelectionContext,
): InlineFragmentNode | FragmentDefinitionNode {
  if (selection.kind === Kind.INLINE_FRAGMENT) {
    return selection;
  }
  const fragment = fragments.get(selection.name.value);
  if (fragment === undefined) {
    throw new Error(`the document has no fragment ${selection.name.value}: it was not validated`);
  }
  return fragment;
}
