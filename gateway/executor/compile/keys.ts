import { type FieldNode, type GraphQLField, print } from 'graphql';
import { InventedNames } from './invented-names.ts';

/** The key under which a client gets a field. */
export function responseKeyOf(field: FieldNode): string {
  return field.alias?.value ?? field.name.value;
}

/**
 * The keys under which the merged data has fields. A client's alias never gets there: an alias that is another field's name
 * (`id: version`) would shadow what a later fetch requires. Nor does a field with arguments stand there under its name: a
 * fetch may require it with others than the client's, and on another type the client may give it others under the same
 * alias. Both have a key that no field has, and that no two (name, alias, arguments) share; what the client calls them comes
 * back where the answer is projected.
 */
export class DataKeys {
  readonly #names: InventedNames;

  /** `isTaken` is true of every key that the merged data may have besides. */
  constructor(isTaken: (name: string) => boolean) {
    this.#names = new InventedNames(isTaken);
  }

  of(node: FieldNode, field: GraphQLField<unknown, unknown>): string {
    const { name, args } = field;
    const responseKey = responseKeyOf(node);
    if (responseKey === name && args.length === 0 && !(name in Object.prototype)) {
      return name;
    }
    const given = (node.arguments ?? []).map(print).sort();
    return this.#names.choose(
      [name, responseKey, ...given].join(' '),
      `_${name.length}_${name}_${responseKey}`,
    );
  }
}

/** Names that plans give to variables of their own, or that `planVariableOf` makes. */
const reservedVariable = /^(_|v_|representations)/;

/** What a plan calls a client's variable: no client's may stand in the place of one of the plan's own. */
export function planVariableOf(name: string): string {
  return reservedVariable.test(name) ? `v_${name}` : name;
}

/** What the client calls a variable of a plan. */
export function clientVariableOf(name: string): string {
  return name.startsWith('v_') ? name.slice('v_'.length) : name;
}
