import { parse, validate } from 'graphql';
import type { EngineRequest } from '../../../gateway/engine/asked-operation.ts';
import type { Engine } from '../../../gateway/engine/engine.ts';
import type { StreamEvent, Subscribed } from '../../../gateway/engine/streams/stream.ts';
import type { StreamRequest } from '../../../gateway/engine/streams/subscribe.ts';
import type { FetchSubgraph, SubgraphRequest, SubgraphResponse } from '../../../gateway/executor/index.ts';
import type { UpstreamListener } from '../../../gateway/transport/streams/stream-transport.ts';

/** A subgraph's streams in this process. The test makes their events. */
export class FakeUpstream {
  /** The requests for streams, in the order in which they came. */
  readonly requests: SubgraphRequest[] = [];
  readonly signals: AbortSignal[] = [];
  readonly #listeners: UpstreamListener[] = [];
  /** Why no stream can be opened. Null if it can. */
  failure: Error | null = null;
  /** A stream is open when this has resolved. */
  until: Promise<void> = Promise.resolve();

  readonly open = async (
    request: SubgraphRequest,
    listener: UpstreamListener,
    signal: AbortSignal,
  ): Promise<void> => {
    if (this.failure !== null) {
      throw this.failure;
    }
    this.requests.push(request);
    this.signals.push(signal);
    this.#listeners.push(listener);
    await this.until;
  };

  /** The listener of the stream that was opened last. */
  get listener(): UpstreamListener {
    const last = this.#listeners.at(-1);
    if (last === undefined) {
      throw new Error('no stream was opened');
    }
    return last;
  }

  next(response: SubgraphResponse, cursor: string | null = null): void {
    this.listener.next(structuredClone(response), JSON.stringify(response).length, cursor);
  }
}

export interface Subscription {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
  readonly fetch?: FetchSubgraph;
  readonly identity?: string | null;
  readonly signal?: AbortSignal;
  readonly denied?: EngineRequest['denied'];
  readonly decide?: EngineRequest['decide'];
  readonly fetchForEvent?: StreamRequest['fetchForEvent'];
  readonly onDefect?: (error: unknown) => void;
}

/** Subscribes to a valid document. */
export function subscribeTo(
  engine: Engine,
  upstream: FakeUpstream,
  {
    query,
    variables = {},
    fetch = notExpected,
    identity = null,
    signal = neverAborted,
    denied = new Map(),
    decide,
    fetchForEvent = () => fetch,
    onDefect = (error) => {
      throw error;
    },
  }: Subscription,
): Promise<Subscribed> {
  const document = parse(query);
  const [invalid] = validate(engine.schema, document);
  if (invalid !== undefined) {
    throw invalid;
  }
  return engine.subscribe(
    {
      document,
      variables,
      denied,
      ...(decide && { decide }),
      allowance: null,
      identity,
      open: upstream.open,
      fetchForEvent,
      onDefect,
    },
    signal,
  );
}

/** The reader of a stream that was opened. */
export function readerOf(subscribed: Subscribed): AsyncIterator<StreamEvent> {
  if (subscribed.kind === 'refused') {
    throw new Error(`refused: ${JSON.stringify(subscribed.result)}`);
  }
  return subscribed.events[Symbol.asyncIterator]();
}

export async function nextOf(reader: AsyncIterator<StreamEvent>): Promise<StreamEvent> {
  const { done, value } = await reader.next();
  if (done === true) {
    throw new Error('the stream has no more events');
  }
  return value;
}

const neverAborted = new AbortController().signal;
const notExpected: FetchSubgraph = ({ subgraph }) => Promise.reject(new Error(`${subgraph} was asked`));
