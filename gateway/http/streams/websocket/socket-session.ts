import type { FastifyRequest } from 'fastify';
import { CloseCode, type SubscribePayload } from 'graphql-ws';
import { queueKeyOf } from '../../../../platform/priority/queue-key.ts';
import { traceIdOf } from '../../../../platform/telemetry/served-requests.ts';
import { Budgets } from '../../../access/rates/gcra.ts';
import { ClientGone, type GraphQLResult } from '../../../engine/request.ts';
import type { OpenHooks } from '../../../hooks/open-hooks.ts';
import type { GatewayObserver } from '../../../observer.ts';
import type { Admission as Slots } from '../../admission.ts';
import { errorBody, logDefect, shownErrorOf } from '../../answer-errors.ts';
import { type AnswerOperation, beginHooks, type Exchange } from '../../answer-operations.ts';
import { holdAnswer } from '../../connections.ts';
import { type Admission, type Identified, identify, requireBudget } from '../../identify.ts';
import { inLanguage, negotiateLanguage } from '../../language.ts';
import { addDetailsOfReport, endHooksOf, RequestReport } from '../../request-report.ts';
import type { OpenStreams } from '../open-streams.ts';
import { reconnectCodes, type StreamEnd, streamMoved } from '../stream-end.ts';
import type { Subscriptions } from '../subscribe.ts';
import { Departure } from './departure.ts';
import { type Socket, serviceRestart, tryAgainLater } from './socket.ts';
import { isOperation, messageIn, messageRate, unitsOfMessage } from './socket-messages.ts';
import { authorizationIn, parametersIn } from './socket-parameters.ts';
import type { SocketAnswer, SocketClient } from './socket-server.ts';
import { SocketStreams } from './socket-streams.ts';

export interface SessionOptions extends Admission {
  readonly streams: OpenStreams;
  readonly subscriptions: Subscriptions;
  readonly answerOperation: AnswerOperation;
  readonly slots: Pick<Slots, 'beginOperation'>;
  readonly requestTimeoutMs: number;
  readonly maxAnswerBytes: number;
  readonly hooks?: OpenHooks | undefined;
  readonly observer: GatewayObserver;
}

/**
 * Before a process stops, its clients over HTTP are told how long to wait before they reconnect. A WebSocket is closed
 * after this share of that wait. The share is small, because clients of graphql-ws wait another second or more before
 * they reconnect, and get no events until then.
 */
const shareOfStay = 1 / 5;
/** Time for sending the last answers before a socket is closed, in ms, in addition to the time of a request. */
const lastAnswersMs = 3_000;

/** One WebSocket: its client, and the operations in progress. It is already counted among the open sockets. */
export class SocketSession implements SocketClient {
  readonly #request: FastifyRequest;
  readonly #socket: Socket;
  readonly #options: SessionOptions;
  readonly #streams: SocketStreams;
  readonly #departure: Departure;
  /** Aborts when the socket is closed. */
  readonly #closing = new AbortController();
  /** Resolves when the socket is closed. */
  readonly #closed = Promise.withResolvers<void>();
  /** Null until the client has identified itself. */
  #identified: Identified | null = null;
  #unwatch: () => void = () => undefined;
  /** The key of the caller for whom the socket is counted. Null until the client is known. */
  #countedFor: string | null = null;
  /** The units of messages that the client may send. */
  readonly #messages = new Budgets(messageRate, () => performance.now());
  #hasStoppedReading = false;

  constructor(request: FastifyRequest, socket: Socket, options: SessionOptions) {
    this.#request = request;
    this.#socket = socket;
    this.#options = options;
    this.#streams = new SocketStreams(options.subscriptions);
    this.#departure = new Departure(options.requestTimeoutMs + lastAnswersMs);
  }

  async connect(parameters: Readonly<Record<string, unknown>>): Promise<boolean> {
    const { streams } = this.#options;
    const language = negotiateLanguage(this.#request);
    try {
      const identified = await identify(
        this.#request,
        language,
        this.#options,
        authorizationIn(parameters) ?? this.#request.headers.authorization,
      );
      const key = identified.allowance?.caller ?? queueKeyOf(identified.caller);
      if (this.#closing.signal.aborted) {
        return false;
      }
      if (streams.sockets.take(key) !== null) {
        return this.#refuse(tryAgainLater, 'Too many connections are open.');
      }
      streams.sockets.leave(this.#countedFor);
      this.#countedFor = key;
      this.#identified = identified;
      this.#socket.belongTo(key);
      this.#unwatch = streams.watch({ identity: identified.caller, end: (end) => this.#end(end) });
      return true;
    } catch (error) {
      const { status, message, code } = shownErrorOf(error);
      this.#options.observer.rejected?.(code);
      return this.#refuse(status === 401 ? CloseCode.Forbidden : tryAgainLater, message);
    }
  }

  /** Takes a message. `read` passes it to the library, and resolves when all answers to it were sent. */
  async receive(data: Buffer, read: (message: unknown) => Promise<void>): Promise<void> {
    const units = unitsOfMessage(data);
    if (this.#hasStoppedReading || this.#messages.wait('', units) > 0) {
      this.#stopReading();
      return;
    }
    this.#messages.take('', units);
    const message = messageIn(data, this.#identified !== null);
    if (!isOperation(message)) {
      // If the message is null, the library closes the socket.
      this.#identified?.allowance?.charge(message === null ? undefined : 1);
    } else if (this.#departure.hasBegun) {
      // The operation is not begun, so that the client can safely send it again over its next socket.
      return;
    }
    try {
      await read(message);
    } finally {
      this.#departure.done(message?.payload);
    }
  }

  async answer(payload: SubscribePayload): Promise<SocketAnswer> {
    const identified = this.#identified;
    if (identified === null) {
      throw new Error('an operation came before its client was known');
    }
    const { requestTimeoutMs, observer } = this.#options;
    const { language } = identified.caller;
    const report = new RequestReport();
    const startedAt = performance.now();
    const stopping = new AbortController();
    const timer = setTimeout(() => stopping.abort(), requestTimeoutMs);
    report.caller = identified.caller;
    this.#departure.begin(payload);
    try {
      const signal = AbortSignal.any([this.#closing.signal, stopping.signal]);
      const exchange = { ...identified, request: this.#request, method: 'POST', report, language, signal };
      const answer = await this.#answerWithin(exchange, payload);
      if (answer.kind === 'result') {
        this.#tellOfResult(report, performance.now() - startedAt);
      } else {
        this.#departure.done(payload);
      }
      return answer;
    } catch (error) {
      const shown = shownErrorOf(error);
      logDefect(error, shown, this.#request);
      observer.rejected?.(shown.code);
      report.addCode(shown.code);
      this.#tellOfResult(report, performance.now() - startedAt);
      return { kind: 'result', result: inLanguage(errorBody(shown), language) };
    } finally {
      clearTimeout(timer);
    }
  }

  leave(retryAfterMs: number | null): Promise<void> {
    setTimeout(() => this.#leave(...movedElsewhere), (retryAfterMs ?? 0) * shareOfStay).unref();
    return this.#closed.promise;
  }

  /** Called if the gateway has a defect. */
  failed(error: unknown): void {
    logDefect(error, shownErrorOf(error), this.#request);
    this.#refuse(CloseCode.InternalServerError, 'Something went wrong here.');
  }

  closed(): void {
    this.#closing.abort(new ClientGone());
    this.#closed.resolve();
    this.#unwatch();
    this.#options.streams.sockets.leave(this.#countedFor);
  }

  /** Answers an operation. It counts as a request in progress until it is answered or has become a stream. */
  async #answerWithin(
    common: Omit<Exchange, 'hooks' | 'isExplained' | 'format'>,
    payload: SubscribePayload,
  ): Promise<SocketAnswer> {
    const { slots, subscriptions, answerOperation, hooks: open } = this.#options;
    const { allowance, caller, report, signal } = common;
    requireBudget(allowance);
    const endExecution = slots.beginOperation(allowance?.caller ?? null);
    let result: GraphQLResult;
    try {
      const parameters = parametersIn(payload);
      const hooks = open === undefined ? undefined : await beginHooks(open, common);
      const exchange = { ...common, hooks, isExplained: false, format: null };
      if (subscriptions.isSubscription(parameters)) {
        const answer = await this.#streams.open(parameters, payload, exchange);
        return answer.kind === 'stream' ? answer : { kind: 'result', result: answer.result };
      }
      result = await answerOperation(parameters, exchange);
    } finally {
      endExecution();
    }
    await holdAnswer(this.#request, { caller, operations: report.operations }, signal);
    return { kind: 'result', result };
  }

  /** Logs an operation that has one result, and calls the hook `end`. A stream is logged when it has ended. */
  #tellOfResult(report: RequestReport, ms: number): void {
    const { id: reqId, log } = this.#request;
    endHooksOf(report, 200, ms);
    const line = { reqId, traceId: traceIdOf(this.#request), ms: Math.round(ms) };
    addDetailsOfReport(line, report);
    log.info(line, 'an operation over a WebSocket was answered');
  }

  /** Ends the connection. Clients of graphql-ws reconnect by themselves, with a new token from their application. */
  #end(end: StreamEnd): void {
    if (reconnectCodes.has(end.code)) {
      this.#leave(...movedElsewhere);
      return;
    }
    this.#streams.end(end);
    this.#leave(CloseCode.Forbidden, end.message ?? '', end.code);
  }

  /** Closes the socket before its streams end. If they ended first, the client would think that they are complete. */
  #leave(closeCode: number, reason: string, endCode: string | null): void {
    this.#departure.leave(() => {
      this.#socket.close(closeCode, reason);
      this.#streams.abandon(endCode);
    });
  }

  /** Reads no more messages of a client that sends too many, and closes the socket. */
  #stopReading(): void {
    if (!this.#hasStoppedReading) {
      this.#hasStoppedReading = true;
      this.#options.observer.rejected?.('RATE_LIMITED');
      this.#leave(tryAgainLater, 'Too many messages: send fewer.', 'RATE_LIMITED');
    }
  }

  #refuse(code: number, reason: string): false {
    this.#socket.close(code, reason);
    return false;
  }
}

/** The close code and the reason for a client that is to reconnect at once, and the code of its streams. */
const movedElsewhere = [serviceRestart, 'Connect again.', streamMoved] as const;
