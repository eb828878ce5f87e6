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
import { type ConditionValues, isIncluded } from './conditions.ts';
import { responseKeyOf } from './merged-data-keys.ts';

/** The data that decides which selections of a document are included. */
export interface SelectionContext {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly conditions: ConditionValues;
}

/** The selected fields by response key, in the order of the selections. */
export interface CollectedFields {
  readonly fields: ReadonlyMap<string, readonly FieldNode[]>;
  /** Whether a fragment selects more fields on only some of the object types. Always false for an object type. */
  readonly hasNarrowerFragments: boolean;
}

/**
 * Implements CollectFields() of the spec. For an abstract type, it collects the fields that are selected on all of its
 * object types, and tells whether a fragment selects more fields on only some of them.
 *
 * On the interface `Media`, `{ title t: title ... on Book { pages } }` has the fields `title` and `t`, and
 * `hasNarrowerFragments` is true. On the type `Book` it has `title`, `t` and `pages`.
 */
export function collectFields(
  type: GraphQLCompositeType,
  selectionSets: readonly SelectionSetNode[],
  context: SelectionContext,
): CollectedFields {
  const fields = new Map<string, FieldNode[]>();
  const visited = new Set<string>();
  let hasNarrowerFragments = false;
  const collect = (selectionSet: SelectionSetNode) => {
    for (const selection of selectionSet.selections) {
      if (!isIncluded(selection, context.conditions)) {
        continue;
      }
      if (selection.kind === Kind.FIELD) {
        const key = responseKeyOf(selection);
        const nodes = fields.get(key);
        if (nodes === undefined) {
          fields.set(key, [selection]);
        } else {
          nodes.push(selection);
        }
        continue;
      }
      const fragment = fragmentOf(selection, context);
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        if (visited.has(selection.name.value)) {
          continue;
        }
        visited.add(selection.name.value);
      }
      const condition = fragment.typeCondition?.name.value;
      if (condition === undefined || coversType(condition, type, context.schema)) {
        collect(fragment.selectionSet);
      } else {
        hasNarrowerFragments ||= isAbstractType(type);
      }
    }
  };
  for (const selectionSet of selectionSets) {
    collect(selectionSet);
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
