import { QueryPlanner } from '@graphql-hive/router-query-planner';
import { type DocumentNode, print } from 'graphql';
import type { QueryPlan } from './executor/index.ts';

/** Plans operations over a supergraph. The one place that knows the package. */
export interface Planner {
  /** What clients may see of the supergraph, as SDL. */
  readonly consumerSdl: string;
  /**
   * The plan of a document with one operation, valid against the consumer schema: the planner checks nothing itself.
   * Rejects with what the planner says, which is not for clients.
   */
  plan(document: DocumentNode, signal?: AbortSignal): Promise<QueryPlan>;
}

/** Throws where the SDL is no supergraph. */
export function createPlanner(supergraphSdl: string): Planner {
  const planner = new QueryPlanner(supergraphSdl);
  const noLabels = new Set<string>();
  return {
    consumerSdl: planner.consumerSchema,
    plan: (document, signal) => planner.planAsync(print(document), null, noLabels, 0, signal ?? null),
  };
}
