import { isJsonObject } from '../../json.ts';
import { LongNumber } from '../../long-number.ts';

/**
 * A node of a trie over the values of representations. Equal sequences of scalars lead to the same node, so that equal
 * representations are found without writing them as text.
 *
 * `{ __typename: 'Patron', id: 'P1' }` is at `root.child('Patron').child('P1')`.
 */
export class TrieNode {
  /** The index of the representation that ends at this node, or −1. */
  index = -1;
  #children: Map<unknown, TrieNode> | undefined;

  /** The child node for one more value. The value is a scalar: scalars are compared by identity. */
  child(value: unknown): TrieNode {
    this.#children ??= new Map();
    const existing = this.#children.get(value);
    if (existing !== undefined) {
      return existing;
    }
    const child = new TrieNode();
    this.#children.set(value, child);
    return child;
  }
}

const longNumber = Symbol('long number');
const list = Symbol('list');
const object = Symbol('object');

/**
 * The node for any JSON value. A list is a sequence of its length and its items. An object is a sequence of its number
 * of keys, its keys and their values. So `{ a: [1] }` is the sequence `object, 1, 'a', list, 1, 1`.
 */
export function nodeAt(from: TrieNode, value: unknown): TrieNode {
  if (Array.isArray(value)) {
    let node = from.child(list).child(value.length);
    for (const item of value) {
      node = nodeAt(node, item);
    }
    return node;
  }
  if (isJsonObject(value)) {
    const keys = Object.keys(value);
    let node = from.child(object).child(keys.length);
    for (const key of keys) {
      node = nodeAt(node.child(key), value[key]);
    }
    return node;
  }
  // Two long numbers with the same text are two objects, so the text is compared.
  return value instanceof LongNumber ? from.child(longNumber).child(value.text) : from.child(value);
}
