import type { FastifyRequest } from 'fastify';
import { queueKeyOf } from '../../../platform/priority/queue-key.ts';
import { traceContextOf, traceIdOf } from '../../../platform/telemetry/served-requests.ts';
import type { DocumentPolicy } from '../../access/documents/policy.ts';
import type { SubscribeRequest } from '../../engine/host.ts';
import { OperationReport } from '../../engine/operation-report.ts';
import {
  type GraphQLResult,
  HttpError,
  ownExcessMs,
  type SentParameters,
  unavailable,
} from '../../engine/request.ts';
import type { Subscribed } from '../../engine/streams/stream.ts';
import type { GatewayObserver, StreamBound, StreamProtocol } from '../../observer.ts';
import { answeredOperation, type Exchange } from '../answer-operations.ts';
import { didNotExecute } from '../identify.ts';
import { inLanguage } from '../language.ts';
import { addDetailsOfReport, type RequestReport } from '../request-report.ts';
import { requestedDocument } from '../requested-documents.ts';
import { createIsSubscription } from './is-subscription.ts';
import { maxStreamsOfConnection, type OpenStreams } from './open-streams.ts';
import { type StreamTotals, ToldEvents } from './tell-events.ts';

/** The connection by which a client gets a stream. */
export interface StreamPath {
  readonly protocol: StreamProtocol;
  /** The parameters that the client has sent. They are kept as long as the stream. */
  readonly sent: unknown;
  /** The number of the connection's other streams, open or being opened. 0 if a connection can have only one stream. */
  readonly openOnConnection: number;
  /** Called when the stream has ended, for whatever reason. */
  readonly onEnd?: () => void;
}

export type SubscriptionAnswer =
  | { readonly kind: 'refused'; readonly result: GraphQLResult }
  /** The receiver of the events must read them to the end, or call `return`. */
  | { readonly kind: 'stream'; readonly events: ToldEvents };

export interface SubscribeOptions {
  readonly subscribe: SubscribeRequest;
  readonly documents: DocumentPolicy;
  readonly streams: OpenStreams;
  readonly observer: GatewayObserver;
  readonly maxTokens: number;
}

export interface Subscriptions {
  /** Whether the request is for a subscription. */
  isSubscription(parameters: SentParameters): boolean;
  /**
   * Opens a stream for the client, within the bounds.
   * @throws HttpError 405 for a GET, 413 for a request that is too long to be kept
   */
  subscribe(parameters: SentParameters, exchange: Exchange, path: StreamPath): Promise<SubscriptionAnswer>;
}

/**
 * Creates the part of the gateway that opens streams. An open stream counts as a stream, and no longer as a request in
 * progress.
 */
export function createSubscriptions(options: SubscribeOptions): Subscriptions {
  const { documents, maxTokens } = options;
  const isSubscription = createIsSubscription(maxTokens);
  return {
    isSubscription: (parameters) => isSubscription(documents.textOf(parameters), parameters.operationName),
    subscribe: (parameters, exchange, path) => subscribe(parameters, exchange, path, options),
  };
}

async function subscribe(
  parameters: SentParameters,
  exchange: Exchange,
  path: StreamPath,
  { streams, ...options }: SubscribeOptions,
): Promise<SubscriptionAnswer> {
  if (exchange.method === 'GET') {
    throw new HttpError(405, 'METHOD_NOT_ALLOWED', 'GET serves only queries: use POST.');
  }
  if (streams.isStopping) {
    return { kind: 'refused', result: unavailable('The server is shutting down: try again.') };
  }
  if (JSON.stringify(path.sent).length > maxSubscriptionCharacters) {
    throw new HttpError(413, 'PAYLOAD_TOO_LARGE', tooLarge);
  }
  const { caller, allowance } = exchange;
  const key = allowance?.caller ?? queueKeyOf(caller);
  const bound =
    path.openOnConnection >= maxStreamsOfConnection
      ? streams.streams.refuse('connection')
      : streams.streams.take(key);
  if (bound !== null) {
    return { kind: 'refused', result: tooMany(bound) };
  }
  streams.byProtocol[path.protocol] += 1;
  const leave = () => {
    streams.byProtocol[path.protocol] -= 1;
    streams.streams.leave(key);
  };
  try {
    const opened = await open(parameters, exchange, path, { ...options, leave });
    if (opened.kind === 'refused') {
      leave();
    }
    return opened;
  } catch (error) {
    leave();
    throw error;
  }
}

async function open(
  parameters: SentParameters,
  exchange: Exchange,
  { protocol, onEnd: afterEnd }: StreamPath,
  {
    subscribe,
    documents,
    observer,
    leave,
  }: Omit<SubscribeOptions, 'streams' | 'maxTokens'> & { readonly leave: () => void },
): Promise<SubscriptionAnswer> {
  const { request, report, caller, language, allowance, countUsage, hooks, signal, method } = exchange;
  const operation = new OperationReport({ isExplained: false, traceContext: traceContextOf(request) });
  report.operations.push(operation);
  const asked = { parameters, method, caller, signal, allowance, operation, hooks, countUsage };
  const found = requestedDocument(asked, documents);
  const closing = new AbortController();
  const subscribed: Subscribed =
    found.kind === 'refused'
      ? found
      : await subscribe(found.request, AbortSignal.any([signal, closing.signal]));
  const errors = subscribed.kind === 'refused' ? (subscribed.result.errors ?? []) : [];
  observer.answered?.(answeredOperation(operation, errors, caller, signal));
  if (subscribed.kind === 'refused') {
    const result = inLanguage(subscribed.result, language);
    if (allowance !== null && didNotExecute(result)) {
      allowance.charge();
    }
    report.addErrorsOf(result);
    return { kind: 'refused', result: await (hooks?.showErrorsOf(result, operation) ?? result) };
  }
  if (found.kind === 'document') {
    found.register();
  }
  const { cost, events, rootField, subgraph } = subscribed;
  const onEnd = (totals: StreamTotals) => {
    leave();
    closing.abort();
    afterEnd?.();
    observer.streamEnded?.(protocol, totals.code);
    report.stream = { protocol, rootField, subgraph, ...totals };
    logStream(request, report);
  };
  const told = { protocol, language, cost, allowance, hooks, operation, observer, onEnd };
  return { kind: 'stream', events: new ToldEvents(events, told) };
}

/**
 * The longest request for a subscription, as JSON in characters. It is kept as long as the stream, and a caller may
 * have 200 streams.
 */
const maxSubscriptionCharacters = 64 * 1024;
const tooLarge = `A subscription's document and variables may have ${maxSubscriptionCharacters / 1024} KiB.`;

/** The answer if another stream would exceed a bound. `process`: all callers together have too many streams. */
const tooMany = (bound: StreamBound): GraphQLResult =>
  bound === 'process'
    ? unavailable('Too many streams are open: try again in a second.')
    : {
        errors: [
          { message: closeOne, extensions: { code: 'RATE_LIMITED', retryAfterSeconds: ownExcessMs / 1000 } },
        ],
      };
const closeOne = 'Too many streams are open: close one, and try again.';

/** Writes one line for a stream that has ended. The line of the HTTP request says little about a stream. */
function logStream(request: FastifyRequest, report: RequestReport): void {
  const { id: reqId, log } = request;
  const line = { reqId, traceId: traceIdOf(request) };
  addDetailsOfReport(line, report);
  log.info(line, 'a stream has ended');
}
