import { type DocumentNode, Kind, type SelectionSetNode } from 'graphql';
import type { RequiredSelection } from '../executor/index.ts';
import { argumentOf, fieldSet, hasFields, isSet, subgraphNames } from './join.ts';

/**
 * The keys of a type by which a subgraph can look up what is represented so, each as it is selected there; undefined where it
 * can by none. Empty where it has no key of the type.
 */
export type KeysIn = (
  subgraph: string,
  type: string,
  representation: readonly RequiredSelection[],
) => readonly (readonly RequiredSelection[])[] | undefined;

/**
 * Reads the keys of a supergraph as it was composed. Where a subgraph has a field of an object that is a key elsewhere,
 * router-query-planner 0.0.38 may look the entity up by it there too, and be answered null.
 */
export function knownKeys(supergraph: DocumentNode): KeysIn {
  const names = subgraphNames(supergraph);
  const keys = new Map<string, SelectionSetNode[]>();
  for (const { name, directives = [] } of supergraph.definitions.filter(hasFields)) {
    for (const directive of directives) {
      const key = argumentOf(directive, 'key');
      if (key !== undefined && !isSet(directive, 'resolvable', false)) {
        const of = `${names.get(argumentOf(directive, 'graph') ?? '')} ${name.value}`;
        keys.set(of, [...(keys.get(of) ?? []), fieldSet(key)]);
      }
    }
  }
  return (subgraph, type, representation) => {
    const known = keys.get(`${subgraph} ${type}`);
    if (known === undefined) {
      return [];
    }
    const found = known.flatMap((key) => {
      const selected = selectedOf(key, representation);
      return selected === undefined ? [] : [selected];
    });
    return found.length === 0 ? undefined : found;
  };
}

/** The key as the representation selects it; undefined where it does not select all of it. */
function selectedOf(
  { selections }: SelectionSetNode,
  representation: readonly RequiredSelection[],
): readonly RequiredSelection[] | undefined {
  const selected: RequiredSelection[] = [];
  for (const selection of selections) {
    if (selection.kind !== Kind.FIELD || selection.name.value === '__typename') {
      continue;
    }
    const found = representation.find((each) => each.kind === 'field' && each.name === selection.name.value);
    const below =
      found === undefined || selection.selectionSet === undefined
        ? undefined
        : selectedOf(selection.selectionSet, found.selections ?? []);
    if (found === undefined || (selection.selectionSet !== undefined && below === undefined)) {
      return undefined;
    }
    selected.push({ ...found, selections: below } as RequiredSelection);
  }
  return selected;
}
