/** How a stream of events is opened: the interface between `follow` and a protocol. */
import { GraphError } from '../graph.ts';
import { type AnsweredError, missingValues } from '../missing.ts';

export interface StreamRequest {
  readonly query: string;
  /** Read them whenever the subscription is sent: `after` is then the newest cursor. */
  readonly variables: object;
}

/** The result of one event. */
export interface StreamResult {
  readonly data?: unknown;
  readonly errors?: readonly AnsweredError[] | undefined;
}

/** Who reads a stream. */
export interface StreamReader {
  /** Call it for each sign of life: an event or a heartbeat. The first says that the stream is open. */
  heard(): void;
  /**
   * Resolves when the event is handled. Read the next one only then, so that no queue grows while the screen is slow.
   */
  next(result: StreamResult): Promise<void>;
}

export interface OpenOptions {
  /** Whether the graph has just refused the token: then a newer one is needed. */
  readonly isTokenRefused: boolean;
  /** When it aborts, the stream must be closed. Its reason is `silent` if nothing was heard for too long. */
  readonly signal: AbortSignal;
}

export interface StreamTransport {
  /**
   * Opens a stream, once. Resolves when the graph has completed it.
   *
   * @throws GraphError if the graph ended or refused the stream and said why; any other error means that the connection
   * is lost
   */
  open(request: StreamRequest, reader: StreamReader, options: OpenOptions): Promise<void>;
}

/** The reason of an abort: the connection is probably dead, and another stream must not use it. */
export const silent: unique symbol = Symbol('silent');

/** The error for a stream that the graph ended with errors. */
export function endedBy(errors: readonly AnsweredError[], status = 200): GraphError {
  const missing = missingValues(errors);
  const retryAfterMs = missing.find((value) => value.retryAfterMs !== null)?.retryAfterMs ?? undefined;
  return new GraphError(missing[0]?.message ?? 'the stream has ended', { missing, status, retryAfterMs });
}
