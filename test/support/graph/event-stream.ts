import { createParser } from 'eventsource-parser';
import type { AnswerBody } from './ask-graph.ts';

/** One event of a subscription, as a client gets it. */
export interface StreamedEvent {
  readonly body: AnswerBody;
  /** Null if the event has none. */
  readonly id: string | null;
}

/** A subscription by Server-Sent Events, as a browser's `fetch` reads it. */
export interface EventStream extends AsyncDisposable {
  /** The next event. Rejects if the stream ends before, or if none comes in time. */
  next(): Promise<StreamedEvent>;
  /** All events until one fits, which is the last. */
  until(fits: (body: AnswerBody) => boolean): Promise<readonly StreamedEvent[]>;
  /** Resolves when the stream has ended, in whatever way. */
  readonly ended: Promise<void>;
}

interface FollowOptions {
  readonly token?: string | null;
  readonly variables?: object;
}

/** Long enough for a machine that is several times slower. */
const patienceMs = 45_000;

/** Subscribes. Resolves when the server has answered. */
export async function openEventStream(
  origin: string,
  query: string,
  { token = null, variables = {} }: FollowOptions = {},
): Promise<EventStream> {
  const controller = new AbortController();
  const response = await fetch(new URL('/graphql', origin), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query, variables }),
    signal: controller.signal,
  });
  if (!response.headers.get('content-type')?.startsWith('text/event-stream') || response.body === null) {
    throw new Error(`no stream: ${response.status} ${await response.text()}`);
  }
  const arrived: StreamedEvent[] = [];
  let wake = () => {};
  const parser = createParser({
    onEvent({ event, data, id }) {
      if (event === 'next') {
        arrived.push({ body: JSON.parse(data) as AnswerBody, id: id ?? null });
        wake();
      }
    },
  });
  let hasEnded = false;
  const ended = (async (body: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder();
    try {
      for await (const chunk of body) {
        parser.feed(decoder.decode(chunk, { stream: true }));
      }
    } catch {
      // Whoever waits is told below.
    }
    hasEnded = true;
    wake();
  })(response.body as unknown as ReadableStream<Uint8Array>);
  const next = async (): Promise<StreamedEvent> => {
    const lateAt = performance.now() + patienceMs;
    for (;;) {
      const event = arrived.shift();
      if (event !== undefined) {
        return event;
      }
      if (hasEnded || performance.now() > lateAt) {
        throw new Error(hasEnded ? 'the stream has ended' : 'no event in time');
      }
      const { promise, resolve } = Promise.withResolvers<void>();
      wake = resolve;
      const timer = setTimeout(resolve, lateAt - performance.now());
      await promise;
      clearTimeout(timer);
    }
  };
  return {
    next,
    async until(fits) {
      const events = [await next()];
      for (let last = events.at(-1); last !== undefined && !fits(last.body); last = events.at(-1)) {
        events.push(await next());
      }
      return events;
    },
    ended,
    async [Symbol.asyncDispose]() {
      controller.abort();
      await ended;
    },
  };
}
