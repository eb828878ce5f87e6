import type { FieldNode, GraphQLField } from 'graphql';

/** The key under which a client gets a field. */
export function responseKeyOf(field: FieldNode): string {
  return field.alias?.value ?? field.name.value;
}

/**
 * The key under which the merged data has a field. A client's alias never gets there: an alias that is another
 * field's name (`id: version`) would shadow what a later fetch requires. Nor does a field with arguments stand there
 * under its name: a fetch may require it with others than the client's. Both have a key that no field can have, and
 * that no two (name, alias) share; what the client calls them comes back where the answer is projected.
 */
export function dataKeyOf(node: FieldNode, field: GraphQLField<unknown, unknown>): string {
  const { name, args } = field;
  const responseKey = responseKeyOf(node);
  return responseKey === name && args.length === 0 && !(name in Object.prototype)
    ? name
    : `_${name.length}_${name}_${responseKey}`;
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
