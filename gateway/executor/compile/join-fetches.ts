import { Kind, parse, print, type SelectionSetNode } from 'graphql';
import type { EntityFetchNode, EntityLookup, PlanNode, RequiredSelection } from '../plan.ts';

/**
 * Puts fetches of the same fields together: where a plan asks a subgraph for something of some entities, and later for the
 * same of others, the first wait for the second, if nothing in between needs what they get. One request less, the answer
 * is there no later, and an entity that both are about is asked for once.
 */
export function joinFetches(plan: PlanNode): PlanNode {
  if (plan.kind !== 'sequence') {
    return plan;
  }
  const stages = plan.nodes.map((node) => (node.kind === 'parallel' ? [...node.nodes] : [node]));
  for (const [early, stage] of stages.entries()) {
    for (const node of [...stage]) {
      if (node.kind === 'entityFetch' && joinLater(node, early, stages)) {
        stage.splice(stage.indexOf(node), 1);
      }
    }
  }
  const nodes = stages
    .filter(({ length }) => length > 0)
    .map((stage): PlanNode => {
      const [first] = stage;
      return first !== undefined && stage.length === 1 ? first : { kind: 'parallel', nodes: stage };
    });
  return { kind: 'sequence', nodes };
}

/** False where there is nothing later to join, or something needs the fetch before. */
function joinLater(fetch: EntityFetchNode, stage: number, stages: PlanNode[][]): boolean {
  const [lookup, ...others] = fetch.lookups;
  const asked = lookup && askedOf(fetch, lookup);
  if (lookup === undefined || asked === undefined || others.length > 0) {
    return false;
  }
  for (const later of stages.slice(stage + 1)) {
    if (later.some((node) => requiresOneOf(node, asked.keys))) {
      return false;
    }
    for (const [at, node] of later.entries()) {
      const joined = node.kind === 'entityFetch' ? joinInto(node, fetch, lookup, asked) : undefined;
      if (joined !== undefined) {
        later[at] = joined;
        return true;
      }
    }
  }
  return false;
}

function joinInto(
  node: EntityFetchNode,
  { subgraph }: EntityFetchNode,
  { paths }: EntityLookup,
  { text }: Asked,
): EntityFetchNode | undefined {
  const same =
    node.subgraph === subgraph
      ? node.lookups.find((lookup) => askedOf(node, lookup)?.text === text)
      : undefined;
  return (
    same && {
      ...node,
      lookups: node.lookups.map((lookup) =>
        lookup === same ? { ...lookup, paths: [...paths, ...lookup.paths] } : lookup,
      ),
    }
  );
}

interface Asked {
  /** The same for lookups that are represented by the same and ask for the same. */
  readonly text: string;
  /** The keys of what is fetched. */
  readonly keys: ReadonlySet<string>;
}

/** What a lookup asks for; undefined where that is more than fields without fields, or is renamed. */
function askedOf({ operation, aliases }: EntityFetchNode, lookup: EntityLookup): Asked | undefined {
  if (lookup.rewrites.length > 0 || lookup.renames.length > 0 || aliases.size > 0) {
    return undefined;
  }
  const keys = new Set<string>();
  const lines: string[] = [];
  const read = ({ selections }: SelectionSetNode, on: string): boolean =>
    selections.every((selection) => {
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        return read(selection.selectionSet, `${on} ${selection.typeCondition?.name.value}`);
      }
      if (selection.kind !== Kind.FIELD || selection.selectionSet !== undefined) {
        return false;
      }
      keys.add(selection.alias?.value ?? selection.name.value);
      lines.push(`${on} ${print(selection)}`);
      return true;
    });
  const entities = entitiesOf(operation, lookup.alias);
  return entities !== undefined && read(entities, '')
    ? { keys, text: JSON.stringify([lines.sort(), requiredLines(lookup.requires, '').sort()]) }
    : undefined;
}

function entitiesOf(operation: string, alias: string): SelectionSetNode | undefined {
  for (const definition of parse(operation, { noLocation: true }).definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION) {
      for (const field of definition.selectionSet.selections) {
        if (field.kind === Kind.FIELD && (field.alias ?? field.name).value === alias) {
          return field.selectionSet;
        }
      }
    }
  }
  return undefined;
}

function requiredLines(selections: readonly RequiredSelection[], on: string): string[] {
  return selections.flatMap((selection) =>
    selection.kind === 'fragment'
      ? requiredLines(selection.selections, `${on} ${selection.typeCondition}`)
      : [
          `${on} ${selection.key} as ${selection.name}`,
          ...requiredLines(selection.selections ?? [], `${on} ${selection.name}`),
        ],
  );
}

function requiresOneOf(node: PlanNode, keys: ReadonlySet<string>): boolean {
  switch (node.kind) {
    case 'sequence':
    case 'parallel':
      return node.nodes.some((child) => requiresOneOf(child, keys));
    case 'fetch':
      return false;
    case 'entityFetch':
      return node.lookups.some(({ requires }) => selectsOneOf(requires, keys));
    default: {
      const missed: never = node;
      return missed;
    }
  }
}

function selectsOneOf(selections: readonly RequiredSelection[], keys: ReadonlySet<string>): boolean {
  return selections.some(
    (selection) =>
      (selection.kind === 'field' && keys.has(selection.key)) ||
      selectsOneOf(selection.selections ?? [], keys),
  );
}
