import { type ConstValueNode, Kind } from 'graphql';
import { parseJson } from '../long-number.ts';

/**
 * The JSON of a literal, with all digits of its numbers. `{ at: 9007199254740993, of: [BOOK] }` has `of: ['BOOK']`, and
 * `at` as a `LongNumber`.
 */
export function jsonOfLiteral(node: ConstValueNode): unknown {
  switch (node.kind) {
    case Kind.INT:
    case Kind.FLOAT:
      return parseJson(Buffer.from(node.value));
    case Kind.LIST:
      return node.values.map(jsonOfLiteral);
    case Kind.OBJECT:
      return Object.fromEntries(node.fields.map(({ name, value }) => [name.value, jsonOfLiteral(value)]));
    case Kind.NULL:
      return null;
    case Kind.STRING:
    case Kind.BOOLEAN:
    case Kind.ENUM:
      return node.value;
    default: {
      const missed: never = node;
      return missed;
    }
  }
}
