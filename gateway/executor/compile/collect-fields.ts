import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  isAbstractType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { type ConditionValues, isIncluded } from './conditions.ts';
import { responseKeyOf } from './keys.ts';

/** What selections are read by. */
export interface Selecting {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly conditions: ConditionValues;
}

/** The fields selected, by response key and in the order asked. */
export interface CollectedFields {
  readonly fields: ReadonlyMap<string, readonly FieldNode[]>;
  /** For an abstract type: whether some of its objects have more fields than these. */
  readonly narrowed: boolean;
}

/**
 * The spec's CollectFields(). For an abstract type, it collects what each of its objects has, and tells whether there
 * is a fragment for only some of them.
 */
export function collectFields(
  type: GraphQLCompositeType,
  selectionSets: readonly SelectionSetNode[],
  selecting: Selecting,
): CollectedFields {
  const fields = new Map<string, FieldNode[]>();
  const visited = new Set<string>();
  let narrowed = false;
  const collect = (selectionSet: SelectionSetNode) => {
    for (const selection of selectionSet.selections) {
      if (!isIncluded(selection, selecting.conditions)) {
        continue;
      }
      if (selection.kind === Kind.FIELD) {
        const key = responseKeyOf(selection);
        const known = fields.get(key);
        if (known === undefined) {
          fields.set(key, [selection]);
        } else {
          known.push(selection);
        }
        continue;
      }
      const fragment = fragmentOf(selection, selecting);
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        if (visited.has(selection.name.value)) {
          continue;
        }
        visited.add(selection.name.value);
      }
      const condition = fragment.typeCondition?.name.value;
      if (condition === undefined || coversType(condition, type, selecting.schema)) {
        collect(fragment.selectionSet);
      } else {
        narrowed ||= isAbstractType(type);
      }
    }
  };
  for (const selectionSet of selectionSets) {
    collect(selectionSet);
  }
  return { fields, narrowed };
}

/** Whether every object of `type` meets the type condition. */
function coversType(condition: string, type: GraphQLCompositeType, schema: GraphQLSchema): boolean {
  if (condition === type.name) {
    return true;
  }
  const covering = schema.getType(condition);
  if (!isAbstractType(covering)) {
    return false;
  }
  return isAbstractType(type)
    ? schema.getPossibleTypes(type).every((possible) => schema.isSubType(covering, possible))
    : schema.isSubType(covering, type);
}

/** The fragment of a spread, or the inline one itself. */
export function fragmentOf(
  selection: Exclude<SelectionSetNode['selections'][number], FieldNode>,
  { fragments }: Selecting,
): {
  readonly typeCondition?: FragmentDefinitionNode['typeCondition'] | undefined;
  readonly selectionSet: SelectionSetNode;
} {
  if (selection.kind === Kind.INLINE_FRAGMENT) {
    return selection;
  }
  const fragment = fragments.get(selection.name.value);
  if (fragment === undefined) {
    throw new Error(`the document has no fragment ${selection.name.value}: it was not validated`);
  }
  return fragment;
}
