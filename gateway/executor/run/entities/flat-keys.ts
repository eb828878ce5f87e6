/** Writes the representations of entities whose keys are leaves. Nearly all entities have such keys. */
import type { JsonObject } from '../../json.ts';
import { LongNumber } from '../../long-number.ts';
import { isWritable } from '../../nesting.ts';
import type { FlatKey } from '../../plan-steps.ts';
import { nodeAt, type TrieNode } from './representation-trie.ts';

/**
 * Returns the trie node at the end of the values of the entity's key. Undefined if one of them is missing, null, a
 * list, an object, or a number that can't be written.
 */
export function flatNodeOf(
  entity: JsonObject,
  { fields }: FlatKey,
  typeNode: TrieNode,
): TrieNode | undefined {
  let node = typeNode;
  for (const { key } of fields) {
    const value = entity[key];
    if (typeof value === 'string' || isOtherScalar(value)) {
      node = node.child(value);
    } else if (value instanceof LongNumber) {
      node = nodeAt(node, value);
    } else {
      return undefined;
    }
  }
  return node;
}

function isOtherScalar(value: unknown): boolean {
  return typeof value !== 'object' && value !== undefined && isWritable(value);
}

export function flatRepresentation(entity: JsonObject, { fields }: FlatKey): JsonObject {
  const representation: JsonObject = { __typename: entity.__typename };
  for (const { key, name } of fields) {
    representation[name] = entity[key];
  }
  return representation;
}

/** Whether the entity has only `__typename` and the fields of its flat key. */
export function hasOnlyKeyFields(entity: JsonObject, { fields }: FlatKey): boolean {
  // The loop avoids Object.keys, which would allocate a list for each entity.
  let count = 0;
  for (const _key in entity) {
    count++;
  }
  return count === fields.length + 1;
}
