import type { FastifyRequest } from 'fastify';
import { CloseCode, type SubscribePayload } from 'graphql-ws';
import { queueKeyOf } from '../../../platform/priority/queue-key.ts';
import { traceIdOf } from '../../../platform/telemetry/served-requests.ts';
import { ClientGone, type GraphQLResult, type SentParameters } from '../../engine/request.ts';
import type { OpenHooks } from '../../hooks/open-hooks.ts';
import type { GatewayObserver } from '../../observer.ts';
import type { Admission as Slots } from '../admission.ts';
import { errorBody, logDefect, shownErrorOf } from '../answer-errors.ts';
import { type AnswerOperation, beginHooks, type Exchange } from '../answer-operations.ts';
import { holdAnswer } from '../connections.ts';
import { type Admission, type Identified, identify, requireBudget } from '../identify.ts';
import { inLanguage, negotiateLanguage } from '../language.ts';
import { detailsOfReport, endHooksOf, RequestReport } from '../request-report.ts';
import type { OpenStreams } from './open-streams.ts';
import { type Socket, serviceRestart, tryAgainLater } from './socket.ts';
import { authorizationIn, parametersIn } from './socket-parameters.ts';
import type { SocketAnswer, SocketClient } from './socket-server.ts';
import { comesBack, type StreamEnd, streamMoved } from './stream-end.ts';
import type { Subscriptions } from './subscribe.ts';
import type { ToldEvents } from './tell-events.ts';

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

/** One WebSocket: who its client is, and what it has under way. Its place among the sockets is taken already. */
export class SocketSession implements SocketClient {
  readonly #request: FastifyRequest;
  readonly #socket: Socket;
  readonly #options: SessionOptions;
  readonly #streams = new Set<ToldEvents>();
  /** Aborts when the socket is closed. */
  readonly #closing = new AbortController();
  /** Null until the client has said who it is. */
  #identified: Identified | null = null;
  #unwatch: () => void = () => undefined;
  /** The key under which the socket is counted. Null until the client is known. */
  #place: string | null = null;
  /** The operations with one result that are under way. */
  #underWay = 0;
  #isMoving = false;

  constructor(request: FastifyRequest, socket: Socket, options: SessionOptions) {
    this.#request = request;
    this.#socket = socket;
    this.#options = options;
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
      streams.sockets.leave(this.#place);
      this.#place = key;
      this.#identified = identified;
      this.#unwatch = streams.watch({ identity: identified.caller, end: (end) => this.#end(end) });
      return true;
    } catch (error) {
      const { status, message, code } = shownErrorOf(error);
      this.#options.observer.rejected?.(code);
      return this.#refuse(status === 401 ? CloseCode.Forbidden : tryAgainLater, message);
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
    this.#underWay += 1;
    try {
      const signal = AbortSignal.any([this.#closing.signal, stopping.signal]);
      const exchange = { ...identified, request: this.#request, method: 'POST', report, language, signal };
      const answer = await this.#answerWithin(exchange, payload);
      if (answer.kind === 'result') {
        this.#tellOfResult(report, performance.now() - startedAt);
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
      this.#underWay -= 1;
      this.#moveIfIdle();
    }
  }

  move(afterMs: number): Promise<void> {
    setTimeout(() => {
      this.#isMoving = true;
      this.#moveIfIdle();
    }, afterMs).unref();
    const { promise, resolve } = Promise.withResolvers<void>();
    const { signal } = this.#closing;
    if (signal.aborted) {
      resolve();
    } else {
      signal.addEventListener('abort', () => resolve(), { once: true });
    }
    return promise;
  }

  /** Called if the gateway has a defect. */
  failed(error: unknown): void {
    logDefect(error, shownErrorOf(error), this.#request);
    this.#refuse(CloseCode.InternalServerError, 'Something went wrong here.');
  }

  /** Called when the socket is closed. */
  closed(): void {
    this.#closing.abort(new ClientGone());
    this.#unwatch();
    this.#options.streams.sockets.leave(this.#place);
  }

  /** Answers an operation in a slot of its own. */
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
        return await this.#subscribe(parameters, exchange);
      }
      result = await answerOperation(parameters, exchange);
    } finally {
      endExecution();
    }
    await holdAnswer(this.#request, { caller, operations: report.operations }, signal);
    return { kind: 'result', result };
  }

  async #subscribe(parameters: SentParameters, exchange: Exchange): Promise<SocketAnswer> {
    let events: ToldEvents | null = null;
    const startedAt = performance.now();
    const answer = await this.#options.subscriptions.subscribe(parameters, exchange, {
      protocol: 'websocket',
      openOnConnection: this.#streams.size,
      onEnd: () => {
        if (events !== null) {
          this.#streams.delete(events);
        }
        endHooksOf(exchange.report, 200, performance.now() - startedAt);
      },
    });
    if (answer.kind === 'stream') {
      events = answer.events;
      this.#streams.add(events);
      return answer;
    }
    return { kind: 'result', result: answer.result };
  }

  /** Notes an operation with one result. A stream is noted when it has ended. */
  #tellOfResult(report: RequestReport, ms: number): void {
    const { id: reqId, log } = this.#request;
    endHooksOf(report, 200, ms);
    const line = { reqId, traceId: traceIdOf(this.#request), ms: Math.round(ms), ...detailsOfReport(report) };
    log.info(line, 'an operation over a WebSocket was answered');
  }

  /** Ends the connection. Clients of graphql-ws come back by themselves, with a token that they ask their application for. */
  #end({ code, message }: StreamEnd): void {
    if (comesBack.has(code)) {
      void this.move(0);
    } else {
      this.#close(CloseCode.Forbidden, message ?? '', code);
    }
  }

  /** The socket is closed first: otherwise the client would be told that its streams are complete, and not come back. */
  #close(closeCode: number, reason: string, endCode: string | null): void {
    this.#socket.close(closeCode, reason);
    for (const events of this.#streams) {
      events.abandon(endCode);
    }
  }

  /** Closes the socket of a client that is to come back, when no answer is on its way to it. */
  #moveIfIdle(): void {
    if (this.#isMoving && this.#underWay === 0) {
      this.#close(serviceRestart, 'Connect again.', streamMoved);
    }
  }

  #refuse(code: number, reason: string): false {
    this.#socket.close(code, reason);
    return false;
  }
}
