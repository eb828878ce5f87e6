import { type DocumentNode, Kind, type SelectionSetNode } from 'graphql';
import type { RequiredSelection } from '../executor/index.ts';
import { argumentOf, fieldSet, hasFields, isSet, subgraphNames } from './join.ts';

/** Whether a subgraph can look a type up by what represents it. True where it has no key of the type. */
export type IsKnownBy = (
  subgraph: string,
  type: string,
  representation: readonly RequiredSelection[],
) => boolean;

/**
 * Reads the keys of a supergraph as it was composed. Where a subgraph has a field of an object that is a key elsewhere,
 * router-query-planner 0.0.38 may look the entity up by it there too, and be answered null.
 */
export function knownKeys(supergraph: DocumentNode): IsKnownBy {
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
  return (subgraph, type, representation) =>
    keys.get(`${subgraph} ${type}`)?.some((key) => isIn(key, representation)) ?? true;
}

function isIn({ selections }: SelectionSetNode, representation: readonly RequiredSelection[]): boolean {
  return selections.every((selection) => {
    if (selection.kind !== Kind.FIELD || selection.name.value === '__typename') {
      return true;
    }
    const found = representation.find((each) => each.kind === 'field' && each.name === selection.name.value);
    return (
      found !== undefined &&
      (selection.selectionSet === undefined || isIn(selection.selectionSet, found.selections ?? []))
    );
  });
}
