import type {
  FetchNodePathSegment,
  FetchRewrite,
  FlattenNodePathSegment,
  FetchNode as HiveFetchNode,
  PlanNode as HivePlanNode,
  RequiresSelection,
} from '@graphql-hive/router-query-planner';
import type {
  EntityLookup,
  PathSegment,
  PlanNode,
  Rename,
  RequiredSelection,
  Rewrite,
  RewriteSegment,
} from '../executor/index.ts';
import type { PlanReading } from './around.ts';

/** The plan would be answered wrongly. By another supergraph there may be a right one. */
export class UnusablePlan extends Error {
  override readonly name = 'UnusablePlan';
}

/** A plan as the executor takes it. Throws `UnusablePlan`, and where the planner says what the executor does not know. */
export function readPlan(node: HivePlanNode, reading: PlanReading): PlanNode {
  return planNode(node, [], reading);
}

/** `path` is that of the `Flatten` nodes above. */
function planNode(node: HivePlanNode, path: readonly PathSegment[], reading: PlanReading): PlanNode {
  switch (node.kind) {
    case 'Sequence':
      return { kind: 'sequence', nodes: node.nodes.map((child) => planNode(child, path, reading)) };
    case 'Parallel':
      return { kind: 'parallel', nodes: node.nodes.map((child) => planNode(child, path, reading)) };
    case 'Flatten':
      return planNode(node.node, [...path, ...node.path.map(pathSegment)], reading);
    case 'Fetch':
      return fetchNode(node, path, reading);
    case 'BatchFetch':
      return {
        kind: 'entityFetch',
        subgraph: reading.subgraph(node.serviceName),
        ...reading.operation(node.serviceName, node.operation),
        variables: node.variableUsages ?? [],
        lookups: node.entityBatch.aliases.map((lookup) => ({
          alias: lookup.alias,
          representations: lookup.representationsVariableName,
          paths: lookup.paths.map((segments) => [...path, ...segments.map(pathSegment)]),
          requires: knownRepresentationOf(node.serviceName, lookup, reading),
          rewrites: (lookup.inputRewrites ?? []).map(rewrite),
          renames: (lookup.outputRewrites ?? []).map(rename),
        })),
      };
    case 'Condition':
      // The engine resolves @skip and @include before it plans.
      throw new Error(`the plan has a condition on $${node.condition}`);
    case 'Subscription':
    case 'Defer':
      throw new Error(`the plan has a ${node.kind} node`);
    default: {
      const missed: never = node;
      throw new Error(`the plan has an unknown node: ${JSON.stringify(missed)}`);
    }
  }
}

function fetchNode(node: HiveFetchNode, path: readonly PathSegment[], reading: PlanReading): PlanNode {
  const common = {
    subgraph: reading.subgraph(node.serviceName),
    ...reading.operation(node.serviceName, node.operation),
    variables: node.variableUsages ?? [],
  };
  const renames = (node.outputRewrites ?? []).map(rename);
  if (node.requires == null) {
    const { operationKind } = node;
    // Below the root, a payload may have the root of queries again.
    if (operationKind === 'subscription' || (operationKind === 'mutation' && path.length > 0)) {
      throw new Error(`the plan fetches root fields of ${node.serviceName} where there can be none`);
    }
    return { kind: 'fetch', ...common, path, operationKind: operationKind ?? 'query', renames };
  }
  const lookup: EntityLookup = {
    alias: '_entities',
    representations: 'representations',
    paths: [path],
    requires: knownRepresentationOf(node.serviceName, { ...node, requires: node.requires }, reading),
    rewrites: (node.inputRewrites ?? []).map(rewrite),
    renames,
  };
  return { kind: 'entityFetch', ...common, lookups: [lookup] };
}

function pathSegment(segment: FlattenNodePathSegment): PathSegment {
  if (segment === '@') {
    return { kind: 'items' };
  }
  return 'Field' in segment
    ? { kind: 'field', key: segment.Field }
    : { kind: 'types', names: segment.TypeCondition };
}

interface Lookup {
  readonly requires: readonly RequiresSelection[];
  readonly inputRewrites?: readonly FetchRewrite[] | null;
}

/** What an entity is represented by. Throws where the subgraph can't look it up by that. */
function knownRepresentationOf(
  serviceName: string,
  { requires, inputRewrites }: Lookup,
  reading: PlanReading,
): readonly RequiredSelection[] {
  const representation = representationOf(serviceName, requires, reading);
  const subgraph = reading.subgraph(serviceName);
  // To a subgraph with an @interfaceObject it is of the interface.
  const interfaces = (inputRewrites ?? [])
    .map(rewrite)
    .flatMap((each) => (each.kind === 'set' ? [each.value] : []));
  return representation.map((selection) => {
    if (selection.kind === 'field') {
      return selection;
    }
    const types = [selection.typeCondition, ...interfaces];
    const keys = types
      .map((type) => reading.keysIn(subgraph, type, selection.selections))
      .filter((keysOfType) => keysOfType !== undefined);
    if (keys.length === 0) {
      throw new UnusablePlan(
        `the plan looks ${selection.typeCondition} up in ${subgraph} by none of its keys`,
      );
    }
    return { ...selection, keys: keys.flat() };
  });
}

/** At the top there are fragments, one for each type. */
function representationOf(
  serviceName: string,
  selections: readonly RequiresSelection[],
  reading: PlanReading,
): readonly RequiredSelection[] {
  return selections.map((selection) =>
    requiredSelection(
      selection.kind === 'InlineFragment'
        ? {
            ...selection,
            selections: selection.selections.filter(
              (each) =>
                each.kind !== 'Field' ||
                reading.isSent(serviceName, selection.typeCondition, each.alias ?? each.name),
            ),
          }
        : selection,
      reading,
    ),
  );
}

function requiredSelections(
  selections: readonly RequiresSelection[],
  reading: PlanReading,
): readonly RequiredSelection[] {
  return selections.map((selection) => requiredSelection(selection, reading));
}

function requiredSelection(selection: RequiresSelection, reading: PlanReading): RequiredSelection {
  switch (selection.kind) {
    case 'Field':
      return {
        kind: 'field',
        key: selection.name,
        name: reading.field(selection.alias ?? selection.name),
        // No sub-selection is said in three ways.
        selections: selection.selections?.length
          ? requiredSelections(selection.selections, reading)
          : undefined,
      };
    case 'InlineFragment':
      if (selection.skipIf != null || selection.includeIf != null) {
        throw new Error('the plan has a condition on what it requires');
      }
      return {
        kind: 'fragment',
        typeCondition: selection.typeCondition,
        selections: requiredSelections(selection.selections, reading),
      };
    case 'FragmentSpread':
      throw new Error(`the plan requires a fragment by name: ${selection.value}`);
    default: {
      const missed: never = selection;
      throw new Error(`the plan requires something unknown: ${JSON.stringify(missed)}`);
    }
  }
}

function rewrite(wrapped: FetchRewrite): Rewrite {
  if ('KeyRenamer' in wrapped) {
    const { path, renameKeyTo } = wrapped.KeyRenamer;
    return { kind: 'rename', path: path.map(rewriteSegment), to: renameKeyTo };
  }
  const { path, setValueTo } = 'ValueSetter' in wrapped ? wrapped.ValueSetter : wrapped;
  return { kind: 'set', path: path.map(rewriteSegment), value: setValueTo };
}

function rename(wrapped: FetchRewrite): Rename {
  const output = rewrite(wrapped);
  if (output.kind !== 'rename') {
    throw new Error('the plan sets a value in an answer');
  }
  return output;
}

function rewriteSegment(segment: FetchNodePathSegment): RewriteSegment {
  return 'Key' in segment
    ? { kind: 'field', key: segment.Key }
    : { kind: 'types', names: segment.TypenameEquals };
}
