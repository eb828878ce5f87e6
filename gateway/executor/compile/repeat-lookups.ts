import {
  type ASTNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  stripIgnoredCharacters,
  visit,
} from 'graphql';
import type { EntityLookup } from '../plan.ts';
import type { RepeatedLookup, RepeatLookups } from '../plan-steps.ts';
import { InventedNames, namesIn } from './invented-names.ts';
import { responseKeyOf, withResponseKey } from './merged-data-keys.ts';

/**
 * Returns a function that repeats the lookups (the `_entities` fields) of an entity fetch. A context (`@fromContext`)
 * may have a different value for each entity, and each value needs a repetition with its own variables. Each lookup is
 * in the result at least once.
 *
 * Before, for entities on two floors:
 *     query ($representations: [_Any!]!, $floor: Int) {
 *       _entities(representations: $representations) { ... on Shelf { label(floor: $floor) } } }
 * After:
 *     query ($representations: [_Any!]!, $representations_1: [_Any!]!, $floor: Int, $floor_1: Int) {
 *       _entities(representations: $representations) { ... on Shelf { label(floor: $floor) } }
 *       _entities_1: _entities(representations: $representations_1) { ... on Shelf { label(floor: $floor_1) } } }
 */
export function repeatLookups(operation: string, lookups: readonly EntityLookup[]): RepeatLookups {
  const document = parse(operation, { noLocation: true });
  const takenNames = namesIn(document);
  return (counts) => {
    const names = new InventedNames((name) => takenNames.has(name));
    const repeated = lookups.map((lookup, index) =>
      Array.from({ length: Math.max(1, counts[index] ?? 0) }, (_, repetition) =>
        namesOf(lookup, repetition, names),
      ),
    );
    const byAlias = new Map(lookups.map(({ alias }, index) => [alias, repeated[index] ?? []]));
    const definitions = document.definitions.map((definition) =>
      definition.kind === Kind.OPERATION_DEFINITION ? repeatIn(definition, byAlias) : definition,
    );
    return { operation: stripIgnoredCharacters(print({ ...document, definitions })), lookups: repeated };
  };
}

/** Returns the names for one repetition of a lookup. Repetition 0 keeps the names of the plan. */
function namesOf(
  { alias, representations, contexts }: EntityLookup,
  repetition: number,
  names: InventedNames,
): RepeatedLookup {
  const nameOf = (name: string) =>
    repetition === 0 ? name : names.choose(`${name} ${repetition}`, `${name}_${repetition}`);
  const variables = [representations, ...contexts.map(({ variable }) => variable)];
  return { alias: nameOf(alias), variables: new Map(variables.map((name) => [name, nameOf(name)])) };
}

function repeatIn(
  definition: OperationDefinitionNode,
  byAlias: ReadonlyMap<string, readonly RepeatedLookup[]>,
): OperationDefinitionNode {
  const all = [...byAlias.values()].flat();
  const variableDefinitions = (definition.variableDefinitions ?? []).flatMap((variable) => {
    const own = all.filter(({ variables }) => variables.has(variable.variable.name.value));
    return own.length === 0 ? [variable] : own.map(({ variables }) => renameVariables(variable, variables));
  });
  const selections = definition.selectionSet.selections.flatMap((field) =>
    field.kind === Kind.FIELD
      ? (byAlias.get(responseKeyOf(field)) ?? []).map(({ alias, variables }) =>
          withResponseKey(renameVariables(field, variables), alias),
        )
      : [],
  );
  return { ...definition, variableDefinitions, selectionSet: { ...definition.selectionSet, selections } };
}

function renameVariables<Node extends ASTNode>(node: Node, names: ReadonlyMap<string, string>): Node {
  return visit(node, {
    Variable: ({ name, ...variable }) => ({
      ...variable,
      name: { ...name, value: names.get(name.value) ?? name.value },
    }),
  });
}
