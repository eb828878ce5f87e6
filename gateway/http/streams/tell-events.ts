import type { GraphQLFormattedError } from 'graphql';
import type { Language } from '../../access/caller.ts';
import type { Allowance } from '../../access/rates/rate-limiter.ts';
import type { GraphQLResult } from '../../engine/request.ts';
import type { HookOperation } from '../../hooks/hooks.ts';
import type { RequestHooks } from '../../hooks/request-hooks.ts';
import type { GatewayObserver, StreamProtocol } from '../../observer.ts';
import { inLanguage } from '../language.ts';
import { EndableStream } from './endable-stream.ts';
import { clientGone, type StreamEnd, type StreamEvent } from './stream-end.ts';

/** An event in the form that is written to the client, in any protocol. Nothing follows an `end`. */
export type ToldEvent =
  | { readonly kind: 'next'; readonly result: GraphQLResult }
  /** `errors` is null if the stream was completed. */
  | {
      readonly kind: 'end';
      readonly end: StreamEnd;
      readonly errors: readonly GraphQLFormattedError[] | null;
    };

export interface StreamTotals {
  readonly events: number;
  /** How many times events were dropped. */
  readonly lagged: number;
  /** How the stream ended: `complete`, the code of an end, or `CLIENT_GONE`. */
  readonly code: string;
}

export interface TellOptions {
  readonly protocol: StreamProtocol;
  readonly language: Language;
  readonly cost: number;
  /** Null if there are no rate limits. */
  readonly allowance: Allowance | null;
  readonly hooks: RequestHooks | undefined;
  readonly operation: HookOperation;
  readonly observer: GatewayObserver;
  /** Called once, when the stream has ended, for whatever reason. */
  readonly onEnd: (totals: StreamTotals) => void;
}

/**
 * Prepares the events of a stream for its client: translates the messages, and lets hooks change the errors. The client
 * gets the events no faster than its rate limit allows. Each event is charged before it is requested, because the
 * request makes the gateway compute the answer. The first event was charged when the stream was opened. While the next
 * event waits for the rate limit, the queue of events may become full. Then the client gets the notice that events were
 * dropped.
 *
 * This is a class and not a generator function, because `return` must end a stream at once. A generator's `return`
 * waits for the next event, and does nothing for a stream that was never read.
 */
export class ToldEvents implements AsyncGenerator<ToldEvent, void, void> {
  readonly #stream: EndableStream;
  readonly #options: TellOptions;
  #events = 0;
  #lagged = 0;
  #hasEnded = false;

  constructor(events: AsyncIterable<StreamEvent>, options: TellOptions) {
    this.#stream = new EndableStream(events);
    this.#options = options;
  }

  /** Ends the stream early. The client gets `end` as the reason. */
  end(end: StreamEnd): void {
    this.#stream.end(end);
  }

  async next(): Promise<IteratorResult<ToldEvent, void>> {
    if (this.#hasEnded) {
      return finished;
    }
    try {
      return await this.#next();
    } catch (error) {
      this.#finish('INTERNAL_SERVER_ERROR');
      throw error;
    }
  }

  /** Ends the stream without an event for the client, because the client has gone or is informed in another way. */
  abandon(code: string | null): void {
    this.#stream.end(clientGone);
    this.#finish(code ?? clientGone.code);
  }

  async return(): Promise<IteratorResult<ToldEvent, void>> {
    this.abandon(null);
    return finished;
  }

  async throw(error: unknown): Promise<never> {
    await this.return();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  async #next(): Promise<IteratorResult<ToldEvent, void>> {
    const { protocol, language, hooks, operation, observer } = this.#options;
    if (this.#events + this.#lagged > 0) {
      await this.#payForEvent();
    }
    const event = await this.#stream.next();
    if (event === clientGone) {
      this.#finish(clientGone.code);
      return finished;
    }
    if (event.kind === 'end') {
      this.#finish(event.code ?? 'complete');
      return { done: false, value: { kind: 'end', end: event, errors: errorsOf(event, language) } };
    }
    this.#events += event.kind === 'next' ? 1 : 0;
    this.#lagged += event.kind === 'lagged' ? 1 : 0;
    observer.streamEvent?.(protocol, event.kind);
    const result = inLanguage(resultOf(event), language);
    const shown = hooks === undefined ? result : await hooks.showErrorsOf(result, operation);
    return { done: false, value: { kind: 'next', result: shown } };
  }

  /**
   * Takes the cost of an event from the caller's budgets. If the budgets have too few units, waits until they have
   * enough, or until the stream has ended.
   */
  async #payForEvent(): Promise<void> {
    const { allowance, cost, protocol, observer } = this.#options;
    const paid = { kind: 'query', callClass: 'live', cost, isNew: false } as const;
    let waitMs = allowance?.admit(paid) ?? 0;
    if (waitMs > 0) {
      observer.streamEvent?.(protocol, 'delayed');
    }
    while (waitMs > 0 && !this.#stream.isEnded) {
      await this.#stream.pause(waitMs);
      waitMs = allowance?.admit(paid) ?? 0;
    }
  }

  #finish(code: string): void {
    if (!this.#hasEnded) {
      this.#hasEnded = true;
      this.#stream.close();
      this.#options.onEnd({ events: this.#events, lagged: this.#lagged, code });
    }
  }
}

const finished = { done: true, value: undefined } as const;

/** The code of an event that reports dropped events. */
const laggedCode = 'EVENTS_DROPPED';

function resultOf(event: Exclude<StreamEvent, StreamEnd>): GraphQLResult {
  if (event.kind === 'next') {
    return event.result;
  }
  const { message, cursor } = event;
  return { data: null, errors: [{ message, extensions: { code: laggedCode, cursor } }] };
}

function errorsOf(
  { code, message, retryAfterMs }: StreamEnd,
  language: Language,
): readonly GraphQLFormattedError[] | null {
  if (code === null) {
    return null;
  }
  const error = { message: message ?? 'The stream has ended.', extensions: { code, retryAfterMs } };
  return inLanguage({ errors: [error] }, language).errors ?? null;
}
