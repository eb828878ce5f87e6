import {
  type FetchNodePathSegment,
  type FetchRewrite,
  type FlattenNodePathSegment,
  type FetchNode as HiveFetchNode,
  type PlanNode as HivePlanNode,
  QueryPlanner,
  type RequiresSelection,
} from '@graphql-hive/router-query-planner';
import { type DocumentNode, Kind, parse, print, visit } from 'graphql';
import { contextArgumentsIn } from './context-arguments.ts';
import type {
  EntityLookup,
  PathSegment,
  PlanNode,
  Rename,
  RequiredSelection,
  Rewrite,
  RewriteSegment,
} from './executor/index.ts';

/** An operation can't be planned. `cause` is the planner's own error, for the log; it is never shown to a client. */
export class PlanningError extends Error {
  override readonly name = 'PlanningError';

  constructor(cause: unknown) {
    super("The operation can't be planned.", { cause });
  }
}

export interface Planner {
  /** What clients may see of the supergraph, as SDL. */
  readonly consumerSdl: string;
  /** The shares of requests, in per cent, for which fields are asked of the subgraph that takes them over: `percent(N)`. */
  readonly overridePercentages: readonly number[];
  /**
   * The plan of a document with one operation; off the event loop. The document must be valid and have neither
   * introspection nor conditions in it: the planner checks nothing. A field that is taken over by a share of requests is
   * asked of the new subgraph where `percentage`, from 0 to below 100, is below that share. Rejects only with
   * `PlanningError`.
   */
  plan(document: string, percentage: number): Promise<PlanNode>;
}

/** The only thing here that knows which query planner this is. */
export function createPlanner(supergraphSdl: string): Planner {
  const supergraph = parse(supergraphSdl, { noLocation: true });
  const planner = new QueryPlanner(interfaceObjectsLast(supergraph));
  const contextArgument = contextArgumentsIn(supergraph);
  // A label that is no percentage is switched on from outside, and here is nothing that would.
  const noLabels = new Set<string>();
  return {
    consumerSdl: withoutBuiltIns(planner.consumerSchema),
    overridePercentages: planner.overridePercentages,
    async plan(document, percentage) {
      try {
        const { node } = await planner.planAsync(document, null, noLabels, percentage);
        if (node == null) {
          throw new Error('the plan is empty');
        }
        const plan = planNode(node, []);
        const coordinate = contextArgument(plan);
        if (coordinate !== undefined) {
          throw new Error(`${coordinate} takes an argument from a context`);
        }
        return plan;
      } catch (error) {
        throw new PlanningError(error);
      }
    },
  };
}

/** Before a subgraph's name it makes that the last one in order; no subgraph is called so by itself. */
const lastMark = '~';

/**
 * The supergraph with the subgraphs that have an @interfaceObject named last. router-query-planner 0.0.38 goes by the order
 * of names: where the first subgraph of an interface has it as an @interfaceObject, it finds no way to what only an
 * implementing type has.
 */
function interfaceObjectsLast(supergraph: DocumentNode): string {
  const last = new Set<string>();
  visit(supergraph, {
    Directive: ({ name, arguments: given = [] }) => {
      const graph = given.find((argument) => argument.name.value === 'graph')?.value;
      if (
        name.value === 'join__type' &&
        graph?.kind === Kind.ENUM &&
        given.some((argument) => argument.name.value === 'isInterfaceObject')
      ) {
        last.add(graph.value);
      }
    },
  });
  const renamed = new Set<string>();
  const mark = (value: string) => ({ kind: Kind.STRING, value: lastMark + value }) as const;
  const named = visit(supergraph, {
    EnumValueDefinition: (node) =>
      last.has(node.name.value)
        ? visit(node, {
            Argument: (argument) => {
              if (argument.name.value === 'name' && argument.value.kind === Kind.STRING) {
                renamed.add(argument.value.value);
                return { ...argument, value: mark(argument.value.value) };
              }
              return undefined;
            },
          })
        : undefined,
  });
  return print(
    visit(named, {
      // @override speaks of a subgraph by its name.
      Argument: (argument) =>
        argument.name.value === 'override' &&
        argument.value.kind === Kind.STRING &&
        renamed.has(argument.value.value)
          ? { ...argument, value: mark(argument.value.value) }
          : undefined,
    }),
  );
}

function subgraphOf(serviceName: string): string {
  return serviceName.startsWith(lastMark) ? serviceName.slice(lastMark.length) : serviceName;
}

/**
 * The planner declares `__schema` and `__type` as if they were fields of the root type, and graphql-js' own directives,
 * with `@oneOf` on the wrong places and twice.
 */
function withoutBuiltIns(sdl: string): string {
  const document = visit(parse(sdl, { noLocation: true }), {
    DirectiveDefinition: () => null,
    FieldDefinition: ({ name }) => (name.value.startsWith('__') ? null : undefined),
  });
  return print(document);
}

/** `path` is that of the `Flatten` nodes above. */
function planNode(node: HivePlanNode, path: readonly PathSegment[]): PlanNode {
  switch (node.kind) {
    case 'Sequence':
      return { kind: 'sequence', nodes: node.nodes.map((child) => planNode(child, path)) };
    case 'Parallel':
      return { kind: 'parallel', nodes: node.nodes.map((child) => planNode(child, path)) };
    case 'Flatten':
      return planNode(node.node, [...path, ...node.path.map(pathSegment)]);
    case 'Fetch':
      return fetchNode(node, path);
    case 'BatchFetch':
      return {
        kind: 'entityFetch',
        subgraph: subgraphOf(node.serviceName),
        operation: node.operation,
        variables: node.variableUsages ?? [],
        lookups: node.entityBatch.aliases.map((lookup) => ({
          alias: lookup.alias,
          representations: lookup.representationsVariableName,
          paths: lookup.paths.map((segments) => [...path, ...segments.map(pathSegment)]),
          requires: lookup.requires.map(requiredSelection),
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

function fetchNode(node: HiveFetchNode, path: readonly PathSegment[]): PlanNode {
  const common = {
    subgraph: subgraphOf(node.serviceName),
    operation: node.operation,
    variables: node.variableUsages ?? [],
  };
  const renames = (node.outputRewrites ?? []).map(rename);
  if (node.requires == null) {
    if (path.length > 0 || node.operationKind === 'subscription') {
      throw new Error(`the plan fetches root fields of ${node.serviceName} where there can be none`);
    }
    return { kind: 'fetch', ...common, operationKind: node.operationKind ?? 'query', renames };
  }
  const lookup: EntityLookup = {
    alias: '_entities',
    representations: 'representations',
    paths: [path],
    requires: node.requires.map(requiredSelection),
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

function requiredSelection(selection: RequiresSelection): RequiredSelection {
  switch (selection.kind) {
    case 'Field':
      return {
        kind: 'field',
        key: selection.name,
        name: selection.alias ?? selection.name,
        // No sub-selection is said in three ways.
        selections: selection.selections?.length ? selection.selections.map(requiredSelection) : undefined,
      };
    case 'InlineFragment':
      if (selection.skipIf != null || selection.includeIf != null) {
        throw new Error('the plan has a condition on what it requires');
      }
      return {
        kind: 'fragment',
        typeCondition: selection.typeCondition,
        selections: selection.selections.map(requiredSelection),
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
