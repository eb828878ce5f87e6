/**
 * The package's main entry, for every program that calls the graph, with any GraphQL client. The typed operations have
 * an entry for each audience, such as `@patron-graph/kit/reader`.
 */
export type { TypedDocumentNode } from '@graphql-typed-document-node/core';
export {
  type KeepFreshOptions,
  keepFresh,
  type LiveCache,
  type RefreshOptions,
  refreshing,
} from './caches/refresh.ts';
export type { Entity, Stale, ThinEvent } from './caches/stale.ts';
export { follow } from './follow/follow.ts';
export type { FollowedEvent, FollowOptions, FollowStatus, ReadAnewReason } from './follow/options.ts';
export { type OverFetchOptions, overFetch } from './follow/over-fetch.ts';
export { type OverWebSocketOptions, overWebSocket } from './follow/over-web-socket.ts';
export {
  endedBy,
  type OpenOptions,
  type StreamReader,
  type StreamRequest,
  type StreamResult,
  type StreamTransport,
  silent,
} from './follow/transport.ts';
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
