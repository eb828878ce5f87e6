import type { GraphError } from '@patron-graph/kit';

/**
 * Whether the graph lacks a field that was asked for. A library without an optional system, such as a payment system, has
 * a graph without its fields.
 */
export const isNotInGraph = (error: GraphError | null): boolean =>
  error?.missing.some(({ code }) => code === 'GRAPHQL_VALIDATION_FAILED') ?? false;
