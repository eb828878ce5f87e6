/**
 * The exports for every program that calls the graph, with any GraphQL client. The typed operations are in
 * `@patron-graph/kit/reader` and the modules of the other audiences.
 */
export type { TypedDocumentNode } from '@graphql-typed-document-node/core';
export {
  type AskOptions,
  createGraph,
  type Graph,
  type GraphAnswer,
  GraphError,
  type GraphOptions,
} from './graph.ts';
export { type MissingValue, missingAt, missingValues, type Remedy, remedyFor } from './missing.ts';
export {
  newReference,
  OutcomeUnknown,
  type SettledPayload,
  type SettleOptions,
  settle,
  wait,
} from './settle.ts';
