import {
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  isInterfaceType,
  isObjectType,
} from 'graphql';
import { Failures } from './failures.ts';
import type { Run } from './fetch.ts';
import type { QueryPlan } from './plan.ts';
import { project } from './project.ts';
import type { Shape } from './shape.ts';
import type { ExecutionAnswer, FetchSubgraph } from './types.ts';
import { walk } from './walk.ts';

export type { QueryPlan } from './plan.ts';
export { type Denial, isIntrospective, Shape } from './shape.ts';
export {
  type ExecutionAnswer,
  type FetchSubgraph,
  SubgraphFailure,
  type SubgraphRequest,
  type SubgraphResponse,
} from './types.ts';

/** A planned operation and what one request adds to it. */
export interface Execution {
  readonly schema: GraphQLSchema;
  readonly rootType: GraphQLObjectType;
  /** One after the other: root mutations come as a plan each. */
  readonly plans: readonly QueryPlan[];
  readonly shape: Shape;
  /** By the plan's names. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** What introspection answered, by response key. */
  readonly introspected: Readonly<Record<string, unknown>>;
  readonly fetch: FetchSubgraph;
}

/**
 * Runs the plans and projects what they fetched to what the client asked. Whatever a subgraph does ends as data and
 * errors; rejects only for a plan that can't be run.
 */
export async function executePlan(execution: Execution): Promise<ExecutionAnswer> {
  const { schema } = execution;
  const failures = new Failures();
  const run: Run = {
    root: {},
    failures,
    variables: execution.variables,
    fetch: execution.fetch,
    isSubtype: (condition, typename) => isSubtype(schema, condition, typename),
  };
  for (const { node } of execution.plans) {
    if (node !== undefined) {
      await walk(node, run);
    }
  }
  const { data, errors } = project(execution.shape, execution.rootType, run.root, {
    schema,
    failures,
    introspected: execution.introspected,
  });
  return errors.length === 0 ? { data } : { data, errors };
}

/** Types that clients know nothing of are only ever themselves. */
function isSubtype(schema: GraphQLSchema, condition: string, typename: string): boolean {
  if (condition === typename) {
    return true;
  }
  const abstract = schema.getType(condition);
  const type = schema.getType(typename);
  return (
    isAbstractType(abstract) &&
    (isObjectType(type) || isInterfaceType(type)) &&
    schema.isSubType(abstract, type)
  );
}
