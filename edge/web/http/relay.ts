import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CallClass } from '../../../platform/priority/call-classes.ts';
import { nameOfError } from '../../../platform/telemetry/describe-error.ts';
import type { GraphRelay } from '../../graph/client.ts';
import { GraphBusy } from '../../graph/graph-busy.ts';
import type { EdgeLog } from '../../server/create-server.ts';
import { answerError } from './answers.ts';

/**
 * Time for a relayed request, in ms. It is longer than the gateway's limit of 12 s (`REQUEST_TIMEOUT_MS`), and shorter
 * than the 15 s that pages wait.
 */
export const relayTimeoutMs = 14_000;

export interface RelayOptions {
  readonly graph: GraphRelay;
  readonly log: EdgeLog;
}

export interface RelayCaller {
  /** Null for an anonymous caller. */
  readonly token: string | null;
  readonly callClass: CallClass;
  /** The caller's key in the queue for the graph, in which callers take turns. */
  readonly caller: string;
}

/**
 * Sends the body to the graph with the caller's token, and then the graph's answer to the client. Without an answer,
 * sends an error. Resolves to the HTTP status that the client gets.
 */
export async function relay(
  { graph, log }: RelayOptions,
  request: FastifyRequest,
  reply: FastifyReply,
  { token, callClass, caller }: RelayCaller,
  body: unknown = request.body,
): Promise<number> {
  if (!Buffer.isBuffer(body)) {
    await answerError(reply, 'BAD_REQUEST');
    return 400;
  }
  const gone = new AbortController();
  reply.raw.on('close', () => gone.abort());
  try {
    const answer = await graph.relay({
      body,
      token,
      callClass,
      caller,
      language: request.headers['accept-language'] ?? null,
      accessReason: accessReasonOf(request),
      address: request.ip,
      requestId: request.id,
      signal: AbortSignal.any([gone.signal, AbortSignal.timeout(relayTimeoutMs)]),
    });
    await reply.code(answer.status).headers(answer.headers).send(answer.body);
    return answer.status;
  } catch (error) {
    if (error instanceof GraphBusy && error.lack === 'caller') {
      await answerError(reply, 'RATE_LIMITED');
      return 429;
    }
    if (!gone.signal.aborted) {
      log.warn({ reqId: request.id, reason: nameOfError(error) }, 'the graph did not answer');
    }
    await answerError(reply, 'UNAVAILABLE');
    return 503;
  }
}

/** The page's `Access-Reason`; null if the page sent none. */
export function accessReasonOf({ headers }: FastifyRequest): string | null {
  const { 'access-reason': reason } = headers;
  return typeof reason === 'string' ? reason : null;
}
