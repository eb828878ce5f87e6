import { type FieldNode, type GraphQLField, print } from 'graphql';

/** The key under which a client gets a field. */
export function responseKeyOf(field: FieldNode): string {
  return field.alias?.value ?? field.name.value;
}

/**
 * The key under which the merged data has a field. A client's alias never gets there: an alias that is another
 * field's name (`id: version`) would shadow what a later fetch requires. Nor does a field with arguments stand there
 * under its name: a fetch may require it with others than the client's, and on another type the client may give it
 * others under the same alias. Both have a key that no field can have, and that no two (name, alias, arguments) share;
 * what the client calls them comes back where the answer is projected.
 */
export function dataKeyOf(node: FieldNode, field: GraphQLField<unknown, unknown>): string {
  const { name, args } = field;
  const responseKey = responseKeyOf(node);
  return responseKey === name && args.length === 0 && !(name in Object.prototype)
    ? name
    : `_${name.length}_${name}_${responseKey}${argumentsKey(node)}`;
}

/** Nothing without arguments, else a word that stands for them: their text by FNV-1a, twice 32 bits. */
function argumentsKey({ arguments: given = [] }: FieldNode): string {
  if (given.length === 0) {
    return '';
  }
  let forth = 0x811c9dc5;
  let back = 0x811c9dc5;
  const text = given.map(print).sort().join();
  for (let index = 0; index < text.length; index++) {
    forth = Math.imul(forth ^ text.charCodeAt(index), 0x01000193);
    back = Math.imul(back ^ text.charCodeAt(text.length - 1 - index), 0x01000193);
  }
  return `_${(forth >>> 0).toString(36)}_${(back >>> 0).toString(36)}`;
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
