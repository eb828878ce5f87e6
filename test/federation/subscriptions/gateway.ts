/** A gateway without an HTTP server, over *books*, which sends events, and *prices*, which has the rest of each book. */
import { pino } from 'pino';
import { anonymous, type Caller } from '../../../gateway/access/caller.ts';
import { forAllAudiences } from '../../../gateway/audiences.ts';
import { noConfiguration, parseConfiguration } from '../../../gateway/configuration/read-configuration.ts';
import type {
  GatewayConfiguration,
  SharedSettings,
  SubscriptionSettings,
} from '../../../gateway/configuration/types.ts';
import type { GraphQLRequest } from '../../../gateway/engine/host.ts';
import type { Subscribed } from '../../../gateway/engine/streams/stream.ts';
import { type OpenSupergraph, openSupergraph } from '../../../gateway/from-file/open-supergraph.ts';
import { type Limits, limitsOfOtherGraphs } from '../../../gateway/limits.ts';
import type { GatewayObserver } from '../../../gateway/observer.ts';
import { type RawSubgraph, startRawSubgraph } from '../raw-answers/raw-subgraph.ts';
import { compose, link } from '../support/subgraphs.ts';
import { booksSdl } from './servers.ts';

const pricesSdl = `type Book @key(fields: "id") { id: ID! price: Int }`;

/** The price of a book has one digit more than its id. */
const priceOf = (id: string): number => Number(`${id}0`);

export interface StreamingGateway extends AsyncDisposable {
  readonly supergraph: OpenSupergraph;
  readonly prices: RawSubgraph;
  readonly log: string[];
  /** What the observer was told, such as `opened books null`. */
  readonly observed: string[];
  subscribe(
    query: string,
    more?: { readonly caller?: Partial<Caller>; readonly signal?: AbortSignal },
  ): Promise<Subscribed>;
}

export interface StreamingOptions {
  readonly subscriptions: SubscriptionSettings;
  readonly limits?: Partial<Limits>;
  readonly all?: SharedSettings;
  readonly tlsDir?: string;
}

export async function startStreaming(
  books: URL,
  { subscriptions, limits = {}, all = {}, tlsDir }: StreamingOptions,
): Promise<StreamingGateway> {
  await using resources = new AsyncDisposableStack();
  const prices = resources.use(
    await startRawSubgraph(({ text }) => {
      const { variables } = JSON.parse(text) as {
        variables?: { representations?: { id: string }[] };
      };
      const entities = (variables?.representations ?? []).map(({ id }) => ({ price: priceOf(id) }));
      return JSON.stringify({ data: { _entities: entities } });
    }),
  );
  const log: string[] = [];
  const observed: string[] = [];
  const observer: GatewayObserver = {
    upstreamOpened: (subgraph, failure) => observed.push(`opened ${subgraph} ${failure}`),
    upstreamEnded: (subgraph, failure) => observed.push(`ended ${subgraph} ${failure}`),
  };
  const configuration: GatewayConfiguration = {
    all,
    subgraphs: {
      books: { url: books.href, subscriptions, ...(tlsDir && { tlsDir }) },
      prices: { url: prices.url.href },
    },
  };
  const supergraph = resources.use(
    await openSupergraph(compose({ books: { sdl: link + booksSdl }, prices: { sdl: link + pricesSdl } }), {
      limits: { ...limitsOfOtherGraphs, ...limits },
      introspection: forAllAudiences(true),
      configuration: parseConfiguration(configuration, '', noConfiguration.locationOf),
      subgraphsTls: null,
      observer,
      log: pino({ level: 'info' }, { write: (line: string) => log.push(line) }),
    }),
  );
  const running = resources.move();
  return {
    supergraph,
    prices,
    log,
    observed,
    subscribe: (query, { caller = {}, signal = neverAborted } = {}) =>
      supergraph.subscribe(requestOf(query, caller), signal),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

export const requestOf = (query: string, caller: Partial<Caller> = {}): GraphQLRequest => ({
  parameters: { query },
  method: 'POST',
  caller: { ...anonymous, ...caller },
  signal: AbortSignal.timeout(30_000),
  allowance: null,
});

const neverAborted = new AbortController().signal;
