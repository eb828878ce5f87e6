import type { EntityFetchNode, EntityLookup, FetchNode, PlanNode } from '../plan.ts';
import type { EntityFetchStep, FetchStep, LookupStep, PathField, PlanStep } from '../plan-steps.ts';
import { responseShape } from '../response-shape.ts';
import { bodyStart } from '../run/subgraph.ts';
import type { TypeConditions } from '../type-conditions.ts';
import { compilePath } from './compile-path.ts';
import { blockIdOf } from './defer/blocks.ts';
import { compileFlatKeys } from './flat-entity-key.ts';
import { reduceLookup } from './reduce-lookup.ts';
import { repeatLookups } from './repeat-lookups.ts';
import { type PlanPath, shareablePaths } from './shareable-paths.ts';

interface PlanContext {
  readonly types: TypeConditions;
  readonly mayShare: (path: readonly PathField[]) => boolean;
}

/**
 * Compiles a plan to steps, with the shapes of the expected answers. If `isDeliveredInParts`, equal entities stay
 * separate objects: joining them would replace an object that a delivered part may contain.
 * @throws Error if the plan contradicts itself
 */
export function compilePlan(plan: PlanNode, types: TypeConditions, isDeliveredInParts: boolean): PlanStep {
  const mayShare = isDeliveredInParts ? () => false : shareablePaths(pathsOf(plan), types);
  return compileNode(plan, { types, mayShare });
}

function pathsOf(node: PlanNode): readonly PlanPath[] {
  switch (node.kind) {
    case 'sequence':
    case 'parallel':
      return node.nodes.flatMap(pathsOf);
    case 'defer':
      return [node.primary, ...node.deferred.map((each) => each.node)].flatMap(pathsOf);
    case 'fetch':
      return [{ fields: compilePath(node.path), up: 0 }];
    case 'entityFetch':
      return node.lookups.flatMap(({ paths, contexts }) =>
        paths.map((path) => ({
          fields: compilePath(path),
          up: Math.max(0, ...contexts.map((context) => context.up)),
        })),
      );
    default: {
      const missed: never = node;
      return missed;
    }
  }
}

function compileNode(node: PlanNode, context: PlanContext): PlanStep {
  switch (node.kind) {
    case 'sequence':
    case 'parallel':
      return { kind: node.kind, steps: node.nodes.map((child) => compileNode(child, context)) };
    case 'defer':
      return {
        kind: 'defer',
        primary: compileNode(node.primary, context),
        deferred: node.deferred.map((each) => ({
          block: blockIdOf(each),
          step: compileNode(each.node, context),
        })),
      };
    case 'fetch':
      return compileFetch(node);
    case 'entityFetch':
      return compileEntityFetch(node, context);
    default: {
      const missed: never = node;
      return missed;
    }
  }
}

function compileFetch({ aliases, path, ...node }: FetchNode): FetchStep {
  const { operation } = node;
  return {
    ...node,
    bodyStart: bodyStart(operation),
    path: compilePath(path),
    shape: responseShape(operation, aliases),
  };
}

function compileEntityFetch(fetchNode: EntityFetchNode, context: PlanContext): EntityFetchStep {
  const { lookups, aliases, ...node } = fetchNode;
  const { types, mayShare } = context;
  const { fields } = responseShape(node.operation, aliases);
  const takesContexts = lookups.some(({ contexts }) => contexts.length > 0);
  return {
    ...node,
    bodyStart: bodyStart(node.operation),
    repeat: takesContexts ? repeatLookups(node.operation, lookups) : undefined,
    lookups: lookups.map((lookup) => {
      const shape = fields.find(({ responseKey }) => responseKey === lookup.alias)?.shape;
      if (shape === undefined) {
        throw new Error(`the plan has a lookup at ${lookup.alias}, which its operation does not fetch`);
      }
      const paths = lookup.paths.map((path) => {
        const pathFields = compilePath(path);
        return { fields: pathFields, mayShare: mayShare(pathFields) };
      });
      const flatKeyOf = compileFlatKeys(lookup.requires, types);
      return { ...lookup, paths, flatKeyOf, types, shape, without: reducer(fetchNode, lookup, context) };
    }),
  };
}

/**
 * The largest number of compiled steps that are kept for one lookup. Each step leaves out different fields. In
 * practice, a lookup has few such steps.
 */
const maxReducedLookups = 100;

/**
 * Returns a function that compiles a lookup again, without the given fields. It is used for entities that lack a value
 * which these fields require. Each set of fields is compiled when the first entity needs it.
 */
function reducer(node: EntityFetchNode, lookup: EntityLookup, context: PlanContext): LookupStep['without'] {
  const steps = new Map<string, EntityFetchStep | null>();
  return (fields) => {
    const id = [...fields].join();
    const existing = steps.get(id);
    if (existing !== undefined) {
      return existing;
    }
    const reduced = reduceLookup(node, lookup, fields);
    const step = reduced === null ? null : compileEntityFetch(reduced, context);
    if (steps.size === maxReducedLookups) {
      steps.clear();
    }
    steps.set(id, step);
    return step;
  };
}
