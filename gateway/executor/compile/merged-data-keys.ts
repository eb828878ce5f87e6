import { type FieldNode, Kind, print } from 'graphql';
import { InventedNames } from './invented-names.ts';

/** The key that a field has in the client's answer. */
export function responseKeyOf(field: FieldNode): string {
  return field.alias?.value ?? field.name.value;
}

/** Returns the field with `key` as its response key. */
export const withResponseKey = (field: FieldNode, key: string): FieldNode =>
  key === responseKeyOf(field) ? field : { ...field, alias: { kind: Kind.NAME, value: key } };

/**
 * Chooses the key of each field in the merged data. The key of a plain field is its name. Three kinds of fields have
 * invented keys:
 * - A field whose name every JavaScript object has, such as `constructor`.
 * - A field with an alias. An alias may be another field's name (`id: version`), and would hide a field that a later
 *   fetch requires.
 * - A field with arguments. A fetch may require it with other arguments than the client's. Also, the client may use the
 *   same alias with other arguments on another type.
 *
 * An invented key is never a field's name. Each combination of name, alias and arguments has its own key. The
 * projection restores the client's response keys.
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

  /** `isTaken` returns whether the merged data may already use this key. */
  constructor(isTaken: (name: string) => boolean) {
    this.#names = new InventedNames(isTaken);
  }

  /**
   * Returns a key that depends only on the selection, not on the type. One selection on an interface covers types that
   * may define the field with different arguments.
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
