/**
 * Subscriptions by GraphQL over Server-Sent Events, in its distinct connections mode: a POST, whose answer is the stream.
 *
 *     :                                                         a heartbeat
 *
 *     event: next
 *     data: {"data":{"bookAdded":{"id":"1"}}}
 *
 *     event: complete
 *     data:
 */
import type { IncomingHttpHeaders } from 'node:http';
import { StringDecoder } from 'node:string_decoder';
import { createParser, type EventSourceMessage, type EventSourceParser } from 'eventsource-parser';
import type { Dispatcher } from 'undici';
import { SubgraphFailure, type SubgraphFailureCode } from '../../executor/index.ts';
import { isResponse, jsonIn, parseResponse } from '../graphql.ts';
import type { UpstreamListener } from './stream-transport.ts';
import { Upstream, type UpstreamTimes } from './upstream.ts';
import type { StreamPost } from './websocket.ts';

export interface EventSourceOptions extends UpstreamTimes {
  readonly url: URL;
  readonly pool: Dispatcher;
  /** The largest event, in bytes. */
  readonly maxBytes: number;
}

export function openEventSource(
  source: EventSourceOptions,
  { subgraph, headers, body }: StreamPost,
  listener: UpstreamListener,
  signal: AbortSignal,
): Promise<void> {
  const handler = new AnswerHandler(() => upstream, source, subgraph);
  const upstream = new Upstream(subgraph, source, listener, signal, () => handler.close());
  const { url, pool } = source;
  pool.dispatch(
    {
      method: 'POST',
      path: url.pathname + url.search,
      headers: { ...headers, 'content-type': 'application/json', accept: 'text/event-stream' },
      body,
    },
    handler,
  );
  return upstream.opened;
}

/** Reads the answer to one POST. An answer that is not an event stream becomes one event or a failure. */
class AnswerHandler implements Dispatcher.DispatchHandler {
  readonly #upstream: () => Upstream;
  readonly #source: EventSourceOptions;
  readonly #subgraph: string;
  readonly #decoder = new StringDecoder('utf8');
  readonly #parser: EventSourceParser;
  #controller: Dispatcher.DispatchController | undefined;
  #isClosed = false;
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  /** The body of an answer that is not an event stream. Null for an event stream. */
  #chunks: Buffer[] | null = null;
  #bytes = 0;
  /** The last characters that have arrived. */
  #tail = '';
  /** Events that have arrived and are not passed on yet, because the listener has no room for them. */
  readonly #arrived: EventSourceMessage[] = [];
  /** Whether reading has stopped until the listener has room. */
  #isWaiting = false;
  /** Ends the stream after the last waiting event. Set if the answer has ended while events were still waiting. */
  #onceReceived: (() => void) | null = null;

  constructor(upstream: () => Upstream, source: EventSourceOptions, subgraph: string) {
    this.#upstream = upstream;
    this.#source = source;
    this.#subgraph = subgraph;
    this.#parser = createParser({
      maxBufferSize: source.maxBytes,
      onEvent: (event) => this.#arrived.push(event),
      onError: ({ type }) => {
        if (type === 'max-buffer-size-exceeded') {
          this.#fail('SUBGRAPH_INVALID_RESPONSE', tooLarge);
        }
      },
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#controller?.abort(new Error('the stream has ended'));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#isClosed) {
      this.close();
    }
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    this.#status = status;
    this.#headers = headers;
    // GraphQL Yoga sends even an error as an event stream, with the error's HTTP status. So only the media type says
    // whether the answer is an event stream.
    if (/^text\/event-stream\s*(?:;|$)/i.test(headers['content-type'] ?? '')) {
      this.#upstream().open();
    } else {
      this.#chunks = [];
    }
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#upstream().heard();
    if (this.#chunks === null) {
      const text = this.#decoder.write(chunk);
      this.#tail = (this.#tail + text).slice(-tailLength);
      this.#parser.feed(text);
      this.#receiveArrived();
      return;
    }
    this.#bytes += chunk.length;
    this.#chunks.push(chunk);
    if (this.#bytes > this.#source.maxBytes) {
      this.#fail('SUBGRAPH_INVALID_RESPONSE', tooLarge);
    }
  }

  onResponseEnd(): void {
    if (this.#chunks !== null) {
      this.#answerAtOnce(Buffer.concat(this.#chunks));
    } else if (this.#isWaiting) {
      this.#onceReceived = () => this.onResponseEnd();
    } else if (isCompleted.test(this.#tail)) {
      this.#upstream().end(null);
    } else {
      this.#fail('SUBGRAPH_UNAVAILABLE', 'ended the stream');
    }
  }

  onResponseError(controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#isWaiting) {
      this.#onceReceived = () => this.onResponseError(controller, error);
      return;
    }
    this.#fail('SUBGRAPH_UNAVAILABLE', this.#status === 0 ? undefined : 'broke off the stream', error);
  }

  /**
   * Passes on the events that have arrived. Stops while the listener has no room. Nothing more is then read from the
   * subgraph.
   */
  #receiveArrived(): void {
    while (!this.#isWaiting && this.#arrived.length > 0) {
      const room = this.#upstream().room();
      if (room === null) {
        const [event] = this.#arrived.splice(0, 1);
        if (event !== undefined) {
          this.#receive(event);
        }
      } else {
        this.#waitFor(room);
      }
    }
  }

  #waitFor(room: Promise<void>): void {
    this.#isWaiting = true;
    this.#controller?.pause();
    void room.then(() => {
      this.#isWaiting = false;
      this.#receiveArrived();
      if (!this.#isWaiting) {
        this.#controller?.resume();
        this.#onceReceived?.();
      }
    });
  }

  #receive({ event, data, id }: EventSourceMessage): void {
    if (event === 'complete') {
      this.#upstream().end(null);
    } else if (event === 'next') {
      const json = Buffer.from(data);
      // The parser bounds only the text that it keeps from one chunk to the next. So the size of an event is checked
      // here.
      const isTooLarge = json.length > this.#source.maxBytes;
      const response = isTooLarge ? undefined : jsonIn(json);
      if (isResponse(response)) {
        this.#upstream().next(response, json.length, id ?? null);
      } else {
        this.#fail('SUBGRAPH_INVALID_RESPONSE', isTooLarge ? tooLarge : notGraphql);
      }
    }
  }

  /** Passes on an answer that is not an event stream: the subgraph rejects the subscription, or ends it at once. */
  #answerAtOnce(body: Buffer): void {
    const upstream = this.#upstream();
    const answer = { status: this.#status, headers: this.#headers, bytes: body.length, body };
    try {
      const response = parseResponse(answer, { subgraph: this.#subgraph }, this.#source.url, undefined);
      upstream.next(response, body.length, null);
      upstream.end(null);
    } catch (error) {
      upstream.end(error instanceof SubgraphFailure ? error : invalidAnswer(this.#subgraph, error));
    }
  }

  #fail(code: SubgraphFailureCode, says?: string, cause?: unknown): void {
    this.#upstream().end(new SubgraphFailure(this.#subgraph, code, cause, says));
  }
}

const tooLarge = 'sent an event that is too large';
const notGraphql = 'sent an event that is not a GraphQL response';
const invalidAnswer = (subgraph: string, cause: unknown) =>
  new SubgraphFailure(subgraph, 'SUBGRAPH_INVALID_RESPONSE', cause);

/** Some servers send `complete` without data. The parser, like a browser, doesn't report such an event. */
const isCompleted = /(?:^|\n)event: ?complete\s*$/;
const tailLength = 64;
