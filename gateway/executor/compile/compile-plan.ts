import type {
  EntityFetchNode,
  EntityLookup,
  FetchNode,
  PlanNode,
  RequiredSelection,
  Rewrite,
} from '../plan.ts';
import { draftShape, type Shape, shapeOf } from '../shape.ts';
import type { TypeConditions } from '../type-conditions.ts';
import { compilePath, type PathStep } from './entity-paths.ts';
import { compileFlatKeys, type FlatKeyOf } from './flat-key.ts';
import { shareablePaths } from './shareable-paths.ts';

/** A plan that knows what each of its fetches will be answered. */
export type PlanStep =
  | { readonly kind: 'sequence' | 'parallel'; readonly steps: readonly PlanStep[] }
  | FetchStep
  | EntityFetchStep;

export interface FetchStep {
  readonly kind: 'fetch';
  readonly subgraph: string;
  readonly operation: string;
  /** To the objects that get them; empty for the root. */
  readonly path: readonly PathStep[];
  readonly operationKind: 'query' | 'mutation';
  readonly variables: readonly string[];
  readonly shape: Shape;
}

export interface EntityFetchStep {
  readonly kind: 'entityFetch';
  readonly subgraph: string;
  readonly operation: string;
  readonly variables: readonly string[];
  readonly lookups: readonly LookupStep[];
}

export interface LookupPath {
  readonly steps: readonly PathStep[];
  /** Whether equal targets along it may become one object. */
  readonly mayShare: boolean;
}

export interface LookupStep {
  readonly alias: string;
  readonly representations: string;
  readonly paths: readonly LookupPath[];
  readonly requires: readonly RequiredSelection[];
  readonly flatKeyOf: FlatKeyOf;
  readonly rewrites: readonly Rewrite[];
  readonly types: TypeConditions;
  /** Of one entity. */
  readonly shape: Shape;
}

/** What the steps of one plan share. */
interface Compiling {
  readonly types: TypeConditions;
  readonly mayShare: (path: readonly PathStep[]) => boolean;
}

/** Throws where the plan is at odds with itself. */
export function compilePlan(plan: PlanNode, types: TypeConditions): PlanStep {
  return planStep(plan, { types, mayShare: shareablePaths(pathsOf(plan), types) });
}

function pathsOf(node: PlanNode): readonly (readonly PathStep[])[] {
  switch (node.kind) {
    case 'sequence':
    case 'parallel':
      return node.nodes.flatMap(pathsOf);
    case 'fetch':
      return [compilePath(node.path)];
    case 'entityFetch':
      return node.lookups.flatMap(({ paths }) => paths.map(compilePath));
    default: {
      const missed: never = node;
      return missed;
    }
  }
}

function planStep(node: PlanNode, compiling: Compiling): PlanStep {
  switch (node.kind) {
    case 'sequence':
    case 'parallel':
      return { kind: node.kind, steps: node.nodes.map((child) => planStep(child, compiling)) };
    case 'fetch':
      return fetchStep(node, compiling);
    case 'entityFetch':
      return entityFetchStep(node, compiling);
    default: {
      const missed: never = node;
      return missed;
    }
  }
}

function fetchStep({ renames, aliases, path, ...node }: FetchNode, { types }: Compiling): FetchStep {
  return {
    ...node,
    path: compilePath(path),
    shape: shapeOf(draftShape(node.operation, aliases), renames, types),
  };
}

function entityFetchStep(
  { lookups, aliases, ...node }: EntityFetchNode,
  { types, mayShare }: Compiling,
): EntityFetchStep {
  const drafts = new Map(draftShape(node.operation, aliases).map((field) => [field.answered, field.fields]));
  return {
    ...node,
    lookups: lookups.map(({ renames, ...lookup }) => {
      const fields = drafts.get(lookup.alias);
      if (fields === undefined) {
        throw new Error(`the plan looks up entities at ${lookup.alias}, which it does not fetch`);
      }
      const requires = forEveryType(lookup, types);
      return {
        ...lookup,
        paths: lookup.paths.map((path) => {
          const steps = compilePath(path);
          return { steps, mayShare: mayShare(steps) };
        }),
        requires,
        flatKeyOf: compileFlatKeys(requires, types),
        types,
        shape: shapeOf(fields, renames, types),
      };
    }),
  };
}

/**
 * An @interfaceObject is looked up for fragments on several types at once, but of their conditions the planner keeps
 * only one. Where the path does not tell types apart, every object of the interface is meant.
 */
function forEveryType(
  { requires, rewrites, paths }: Omit<EntityLookup, 'renames'>,
  types: TypeConditions,
): readonly RequiredSelection[] {
  if (paths.some((path) => path.at(-1)?.kind === 'types')) {
    return requires;
  }
  const interfaces = rewrites.flatMap((each) => (each.kind === 'set' ? [each.value] : []));
  return requires.map((selection) => {
    const typeCondition =
      selection.kind === 'fragment' &&
      interfaces.find((name) => types.matches(name, selection.typeCondition));
    return typeCondition ? { ...selection, typeCondition } : selection;
  });
}
