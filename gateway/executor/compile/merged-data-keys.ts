import { type FieldNode, Kind, print } from 'graphql';
import { InventedNames } from './invented-names.ts';

/** The key that a field has in the client's answer. */
export function responseKeyOf(field: FieldNode): string {
  return field.alias?.value ?? field.name.value;
}

/** The field under this key. */
export const withResponseKey = (field: FieldNode, key: string): FieldNode =>
  key === responseKeyOf(field) ? field : { ...field, alias: { kind: Kind.NAME, value: key } };

/**
 * Chooses the key of each field in the merged data. A plain field has its name as its key. Two kinds of fields have
 * invented keys:
 * - A field with an alias. An alias that is another field's name (`id: version`) would hide what a later fetch
 *   requires.
 * - A field with arguments. A fetch may require it with other arguments than the client's, and on another type the
 *   client may use the same alias with other arguments.
 *
 * An invented key is no field's name, and each combination of name, alias and arguments has its own. The projection
 * puts the client's response key back.
 *
 * | field                      | key                                                          |
 * |----------------------------|--------------------------------------------------------------|
 * | `id`                       | `id`                                                         |
 * | `number: id`               | `_2_id_number`                                               |
 * | `price(currency: HKD)`     | `_5_price_price`                                             |
 * | `price(currency: USD)`     | `_5_price_price_1`, if the operation has the one above too   |
 */
export class DataKeys {
  readonly #names: InventedNames;

  /** `isTaken` tells whether the merged data may have this key for another reason. */
  constructor(isTaken: (name: string) => boolean) {
    this.#names = new InventedNames(isTaken);
  }

  /**
   * Decided by the selection alone: an interface and its types may define the field with different arguments, and one selection
   * is for all of them.
   */
  keyOf(node: FieldNode): string {
    const name = node.name.value;
    const responseKey = responseKeyOf(node);
    const printedArguments = (node.arguments ?? []).map(print).sort();
    if (responseKey === name && printedArguments.length === 0 && !(name in Object.prototype)) {
      return name;
    }
    return this.#names.choose(
      [name, responseKey, ...printedArguments].join(' '),
      `_${name.length}_${name}_${responseKey}`,
    );
  }
}
