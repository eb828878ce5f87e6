import {
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionNode,
  stripIgnoredCharacters,
  visit,
} from 'graphql';
import type { EntityFetchNode, EntityLookup } from '../plan.ts';
import { requiresWithout } from '../requires-without.ts';
import { responseKeyOf } from './merged-data-keys.ts';

/**
 * Returns an entity fetch with only this lookup (one `_entities` field), without the fields whose keys are in
 * `dropped`. It is sent for entities that lack a value that these fields require. Null if the lookup has no other
 * fields.
 *
 * Before: `_e0: _entities(…) { ... on Book { note fee } }` together with other lookups, where `fee` requires `weight`.
 * After, without `fee`: only `_e0: _entities(…) { ... on Book { note } }`, and the representations have no `weight`.
 */
export function reduceLookup(
  { operation, variables, aliases, ...node }: EntityFetchNode,
  lookup: EntityLookup,
  dropped: ReadonlySet<string>,
): EntityFetchNode | null {
  const document = parse(operation, { noLocation: true });
  const [definition] = document.definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) {
    throw new Error('the subgraph document has no operation');
  }
  const field = definition.selectionSet.selections.find(
    (selection): selection is FieldNode =>
      selection.kind === Kind.FIELD && responseKeyOf(selection) === lookup.alias,
  );
  const selections = keptOf(field?.selectionSet?.selections ?? [], (key) =>
    dropped.has(aliases.get(key) ?? key),
  );
  if (field === undefined || selections.length === 0) {
    return null;
  }
  const reduced: OperationDefinitionNode = {
    ...definition,
    variableDefinitions: [],
    selectionSet: {
      kind: Kind.SELECTION_SET,
      selections: [{ ...field, selectionSet: { kind: Kind.SELECTION_SET, selections } }],
    },
  };
  const used = variablesIn(reduced);
  const variableDefinitions = (definition.variableDefinitions ?? []).filter(({ variable }) =>
    used.has(variable.name.value),
  );
  return {
    ...node,
    aliases,
    operation: stripIgnoredCharacters(print({ ...reduced, variableDefinitions })),
    variables: variables.filter((name) => used.has(name)),
    lookups: [
      {
        ...lookup,
        requires: requiresWithout(lookup.requires, (key) => dropped.has(key)),
        contexts: lookup.contexts.filter(({ variable }) => used.has(variable)),
      },
    ],
  };
}

/** The selections without the fields of these response keys, and without fragments that are then empty. */
function keptOf(
  selections: readonly SelectionNode[],
  isDropped: (responseKey: string) => boolean,
): readonly SelectionNode[] {
  return selections.flatMap((selection): readonly SelectionNode[] => {
    if (selection.kind === Kind.FIELD) {
      return isDropped(responseKeyOf(selection)) ? [] : [selection];
    }
    const inner =
      selection.kind === Kind.INLINE_FRAGMENT ? keptOf(selection.selectionSet.selections, isDropped) : [];
    return inner.length === 0
      ? []
      : [{ ...selection, selectionSet: { kind: Kind.SELECTION_SET, selections: inner } } as SelectionNode];
  });
}

function variablesIn(operation: OperationDefinitionNode): ReadonlySet<string> {
  const names = new Set<string>();
  visit(operation, {
    Variable: ({ name }) => {
      names.add(name.value);
    },
  });
  return names;
}
