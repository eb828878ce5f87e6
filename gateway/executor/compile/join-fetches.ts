import { Kind, parse, print, type SelectionSetNode } from 'graphql';
import type { EntityFetchNode, EntityLookup, PlanNode, RequiredSelection } from '../plan.ts';

/**
 * Joins entity fetches of the same fields: if a plan asks a subgraph for fields of some entities, and later for the
 * same fields of other entities, the first fetch waits for the second, unless a fetch in between requires its fields.
 * This saves a request, does not delay the answer, and an entity of both is asked for once.
 *
 * ```
 * before   parallel { entityFetch inventory { stock } of `top`;  entityFetch reviews { reviews { product } } of `top` }
 *          entityFetch inventory { stock } of `top.reviews.product`
 *
 * after    entityFetch reviews { reviews { product } } of `top`
 *          entityFetch inventory { stock } of `top` and `top.reviews.product`
 * ```
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

/**
 * Joins the fetch into a later one. False if there is none, or if a stage up to that one requires the fetched fields.
 */
function joinLater(fetch: EntityFetchNode, stage: number, stages: PlanNode[][]): boolean {
  const [lookup, ...otherLookups] = fetch.lookups;
  const request = lookup && lookupRequest(fetch, lookup);
  if (lookup === undefined || request === undefined || otherLookups.length > 0) {
    return false;
  }
  for (const later of stages.slice(stage + 1)) {
    if (later.some((node) => requiresOneOf(node, request.keys))) {
      return false;
    }
    for (const [index, node] of later.entries()) {
      const joined = node.kind === 'entityFetch' ? joinInto(node, fetch, lookup, request) : undefined;
      if (joined !== undefined) {
        later[index] = joined;
        return true;
      }
    }
  }
  return false;
}

/** `node` with the paths of the lookup added. Undefined if `node` does not request the same. */
function joinInto(
  node: EntityFetchNode,
  { subgraph }: EntityFetchNode,
  { paths }: EntityLookup,
  { text }: LookupRequest,
): EntityFetchNode | undefined {
  const sameRequest =
    node.subgraph === subgraph
      ? node.lookups.find((lookup) => lookupRequest(node, lookup)?.text === text)
      : undefined;
  return (
    sameRequest && {
      ...node,
      lookups: node.lookups.map((lookup) =>
        lookup === sameRequest ? { ...lookup, paths: [...paths, ...lookup.paths] } : lookup,
      ),
    }
  );
}

interface LookupRequest {
  /** Equal for lookups that have the same representations and request the same fields. */
  readonly text: string;
  /** The keys of the fields that are fetched. */
  readonly keys: ReadonlySet<string>;
}

/** What a lookup requests. Undefined if it requests more than leaves, or if keys are renamed. */
function lookupRequest(
  { operation, aliases }: EntityFetchNode,
  lookup: EntityLookup,
): LookupRequest | undefined {
  if (lookup.rewrites.length > 0 || lookup.renames.length > 0 || aliases.size > 0) {
    return undefined;
  }
  const keys = new Set<string>();
  const lines: string[] = [];
  const readLeaves = ({ selections }: SelectionSetNode, conditions: string): boolean =>
    selections.every((selection) => {
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        return readLeaves(selection.selectionSet, `${conditions} ${selection.typeCondition?.name.value}`);
      }
      if (selection.kind !== Kind.FIELD || selection.selectionSet !== undefined) {
        return false;
      }
      keys.add(selection.alias?.value ?? selection.name.value);
      lines.push(`${conditions} ${print(selection)}`);
      return true;
    });
  const entities = entitiesOf(operation, lookup.alias);
  return entities !== undefined && readLeaves(entities, '')
    ? { keys, text: JSON.stringify([lines.sort(), requiredLines(lookup.requires, '').sort()]) }
    : undefined;
}

/** The selection set of the `_entities` field with this alias. */
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

function requiredLines(selections: readonly RequiredSelection[], parents: string): string[] {
  return selections.flatMap((selection) =>
    selection.kind === 'fragment'
      ? requiredLines(selection.selections, `${parents} ${selection.typeCondition}`)
      : [
          `${parents} ${selection.key} as ${selection.name}`,
          ...requiredLines(selection.selections ?? [], `${parents} ${selection.name}`),
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
