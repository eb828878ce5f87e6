import { type DocumentNode, type FieldDefinitionNode, Kind, type SelectionSetNode } from 'graphql';
import { argumentOf, fieldSet, hasFields } from './join.ts';
import type { RequiredArguments } from './required-arguments.ts';
import { type PlannerSubgraphs, withTwins } from './twins.ts';

/**
 * Where two fields of a type require the same with different arguments, no representation can have both. One of them is
 * moved to a twin of the subgraph, which has all the rest of the subgraph as well: so they are asked for apart.
 */
export function separateConflicts(
  { supergraph, nameOf }: RequiredArguments,
  subgraphs: PlannerSubgraphs,
): DocumentNode {
  const twins = new Map<string, number>();
  const counts = new Map<string, number>();
  for (const definition of supergraph.definitions.filter(hasFields)) {
    for (const { graph, field, twin } of assignTwins(definition.fields ?? [], nameOf)) {
      twins.set(`${graph} ${definition.name.value}.${field}`, twin);
      counts.set(graph, Math.max(counts.get(graph) ?? 0, twin));
    }
  }
  if ([...counts.values()].every((count) => count === 0)) {
    return supergraph;
  }
  return withTwins(supergraph, subgraphs, {
    of: (graph) => Array.from({ length: counts.get(graph) ?? 0 }, (_, at) => at + 1),
    fieldDirectives: (type, directive, field) => {
      const twin = twins.get(`${argumentOf(directive, 'graph')} ${type.name.value}.${field.name.value}`);
      if (twin === undefined) {
        return undefined;
      }
      return [twin === 0 ? directive : subgraphs.ofTwin(directive, twin)];
    },
  });
}

interface Assigned {
  readonly graph: string;
  readonly field: string;
  /** 0 is the subgraph itself. */
  readonly twin: number;
}

/** What a field requires: by the path of each, the field that it is, which stands for its arguments too. */
type Required = ReadonlyMap<string, string>;

function assignTwins(
  fields: readonly FieldDefinitionNode[],
  nameOf: RequiredArguments['nameOf'],
): readonly Assigned[] {
  const assigned: Assigned[] = [];
  const requiredIn = new Map<string, Required[][]>();
  for (const { name, directives = [] } of fields) {
    for (const directive of directives) {
      const graph = argumentOf(directive, 'graph');
      const requires = argumentOf(directive, 'requires');
      if (graph !== undefined && requires !== undefined) {
        const required = requiredBy(requires, nameOf);
        const known = requiredIn.get(graph) ?? [];
        requiredIn.set(graph, known);
        const free = known.findIndex((others) => others.every((other) => !conflict(required, other)));
        const twin = free < 0 ? known.length : free;
        known[twin] = [...(known[twin] ?? []), required];
        assigned.push({ graph, field: name.value, twin });
      }
    }
  }
  return assigned;
}

function requiredBy(text: string, nameOf: RequiredArguments['nameOf']): Required {
  const required = new Map<string, string>();
  const gather = ({ selections }: SelectionSetNode, path: string): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        const name = selection.name.value;
        const inner = `${path}.${nameOf(name)}`;
        required.set(inner, name);
        if (selection.selectionSet !== undefined) {
          gather(selection.selectionSet, inner);
        }
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        gather(selection.selectionSet, path);
      }
    }
  };
  gather(fieldSet(text), '');
  return required;
}

function conflict(one: Required, other: Required): boolean {
  return [...one].some(([path, field]) => (other.get(path) ?? field) !== field);
}
