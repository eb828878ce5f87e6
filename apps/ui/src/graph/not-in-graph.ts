import type { GraphError } from '@patron-graph/kit';

/**
 * Whether the graph lacks a requested field. If a library lacks an optional system, such as a payment system, its graph
 * lacks the system's fields.
 */
export const isNotInGraph = (error: GraphError | null): boolean =>
  error?.missing.some(({ code }) => code === 'GRAPHQL_VALIDATION_FAILED') ?? false;
