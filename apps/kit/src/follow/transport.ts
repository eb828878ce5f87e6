/** The interface between `follow` and a protocol: how a stream of events is opened. */
import { GraphError } from '../graph.ts';
import { type AnsweredError, missingValues } from '../missing.ts';

export interface StreamRequest {
  readonly query: string;
  /** Read this property each time that the subscription is sent, because `after` changes to the newest cursor. */
  readonly variables: object;
}

export interface StreamResult {
  readonly data?: unknown;
  readonly errors?: readonly AnsweredError[] | undefined;
}

/** The receiver of a stream's events. */
export interface StreamReader {
  /**
   * Must be called for each sign of life: an event or a heartbeat. The first call means that the stream, or the socket
   * that it shares with other streams, is open.
   */
  heard(): void;
  /**
   * Resolves when the event is handled. Read the next event only after that, so that no queue grows while the screen is
   * slow.
   */
  next(result: StreamResult): Promise<void>;
}

export interface OpenOptions {
  /** Whether the graph has just refused the token. If so, a newer token is needed. */
  readonly isTokenRefused: boolean;
  /**
   * When the signal aborts, the stream must be closed. The reason is `silent` if there was no sign of life for too long.
   */
  readonly signal: AbortSignal;
}

export interface StreamTransport {
  /**
   * Opens a stream once. Resolves when the graph has completed the stream.
   *
   * @throws GraphError if the graph ended or refused the stream with a reason. Any other error, and a GraphError
   * without a status, means that the connection is lost.
   */
  open(request: StreamRequest, reader: StreamReader, options: OpenOptions): Promise<void>;
}

/** The reason of an abort: there was no sign of life, so the connection is probably dead. No other stream may use it. */
export const silent: unique symbol = Symbol('silent');

/** The error for a stream that the graph ended with errors. */
export function endedBy(errors: readonly AnsweredError[], status = 200): GraphError {
  const missing = missingValues(errors);
  return new GraphError(missing[0]?.message ?? 'the stream has ended', { missing, status });
}
