import { isJsonObject, type JsonObject } from '../../json.ts';
import type { ContextVariable, RequiredSelection } from '../../plan.ts';
import type { LookupStep } from '../../plan-steps.ts';
import type { TypeConditions } from '../../type-conditions.ts';
import type { ExecutionContext } from '../execution-context.ts';
import { type CollectedEntities, EntityCollector, type IsMeant } from './collect-entities.ts';
import { copyRequired, MissingValue, missingForNull } from './copy-required.ts';
import { nodeAt, TrieNode } from './representation-trie.ts';
import { visitWithAncestors } from './visit-entities.ts';

/** Entities of one lookup that have the same value for each of the lookup's context variables. */
export interface ContextGroup {
  readonly entities: CollectedEntities;
  /** The values of the lookup's context variables, in the order of its `contexts`. */
  readonly values: readonly unknown[];
}

/**
 * Collects the entities at the end of a lookup's paths. Each entity takes the values of the lookup's context variables
 * from objects above it. Entities with equal values are in one group. If a value is missing, the entity is not looked
 * up: its fields fail for the same reason.
 *
 * For `rooms → shelf` over `[{ floor: 1, shelf: S1 }, { floor: 2, shelf: S2 }, { floor: 1, shelf: S3 }]`, where a shelf
 * takes `{ floor }` of its room, the groups are `[1]` with S1 and S3, and `[2]` with S2.
 */
export function collectByContext(
  lookup: LookupStep,
  context: ExecutionContext,
  isMeant: IsMeant,
): readonly ContextGroup[] {
  const { contexts, shape } = lookup;
  const { data, types, failures } = context;
  const groups: { readonly values: readonly unknown[]; readonly entities: EntityCollector }[] = [];
  const byValues = new TrieNode();
  const groupOf = (values: readonly unknown[]) => {
    const node = values.reduce(nodeAt, byValues);
    const group = groups[node.index] ?? { values, entities: new EntityCollector(lookup, context) };
    if (node.index < 0) {
      node.index = groups.push(group) - 1;
    }
    return group;
  };
  for (const { fields } of lookup.paths) {
    visitWithAncestors(data, fields, types, (entity, ancestors) => {
      if (!isMeant(entity)) {
        return;
      }
      const values = contexts.map((each) => contextValue(each, ancestors, context));
      const missing = values.find((value) => value instanceof MissingValue);
      if (missing === undefined) {
        groupOf(values).entities.add(entity);
        return;
      }
      for (const failure of missing.failures) {
        failures.recordAll(entity, shape, failure);
      }
    });
  }
  return groups;
}

function contextValue(
  { up, selections, nonNull }: ContextVariable,
  ancestors: readonly JsonObject[],
  { types, failures }: ExecutionContext,
): unknown {
  const object = ancestors[ancestors.length - up] ?? {};
  const copy: JsonObject = { __typename: object.__typename };
  const value = copyRequired(object, copy, selections, types, failures) ?? leafOf(copy, selections, types);
  return nonNull && value === null ? missingForNull : value;
}

/**
 * Follows selections that have one field at each level, and returns the value at their end. Null if the selections have
 * no field for the object's type. For a list, the result has one value for each item.
 */
function leafOf(
  value: unknown,
  selections: readonly RequiredSelection[] | undefined,
  types: TypeConditions,
): unknown {
  if (Array.isArray(value) && selections !== undefined) {
    return value.map((item) => leafOf(item, selections, types));
  }
  if (!isJsonObject(value) || selections === undefined) {
    return value;
  }
  // On an interface or a union, the selections have `__typename` in addition to the one field that leads to the value.
  const isOnlyOne = selections.length === 1;
  for (const selection of selections) {
    if (selection.kind === 'field') {
      if (selection.name === '__typename' && !isOnlyOne) {
        continue;
      }
      return leafOf(value[selection.name], selection.selections, types);
    }
    if (types.matches(selection.typeCondition, value.__typename)) {
      return leafOf(value, selection.selections, types);
    }
  }
  return null;
}
