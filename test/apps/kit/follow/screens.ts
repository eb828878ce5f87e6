/** Screens that show a reader's loans, each with another client of the graph and its cache. */

import { createGraph, type StreamTransport, type TypedDocumentNode } from '@patron-graph/kit';
import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { parse } from 'graphql';
import type { ConcreteRequest } from 'relay-runtime';
import { createApolloClient, keepApolloFresh, partial } from '../../../../apps/kit/recipes/apollo-client.ts';
import { createRelayEnvironment, keepRelayFresh, showQuery } from '../../../../apps/kit/recipes/relay.ts';
import { graphQuery, keepTanstackFresh } from '../../../../apps/kit/recipes/tanstack-query.ts';
import { createUrqlClient, keepUrqlFresh } from '../../../../apps/kit/recipes/urql.ts';

interface Loans {
  readonly me: {
    readonly id: string;
    readonly loans: {
      readonly edges: readonly { readonly node: { readonly id: string; readonly renewals: number } }[];
    } | null;
  } | null;
}

const text = `query Loans {
  me { __typename id loans(first: 20) { edges { node { __typename id renewals } } } }
}`;
const document = parse(text) as TypedDocumentNode<Loans, Record<string, never>>;

/** What a screen shows: `L00000011: 1, …`. */
const shown = (data: Loans | null | undefined): string | null =>
  data?.me?.loans?.edges.map(({ node }) => `${node.id}: ${node.renewals}`).join(', ') ?? null;

export interface Screen {
  /** Null while nothing is shown. */
  loans: string | null;
  /** Rejects if the following ended by itself. */
  readonly followed: Promise<void>;
}

interface Caller {
  readonly url: string;
  token(): string;
  readonly transport: StreamTransport;
  readonly signal: AbortSignal;
}

type OpenScreen = (caller: Caller) => Screen;

const apollo: OpenScreen = ({ url, token, transport, signal }) => {
  const client = createApolloClient(url, async () => token());
  const screen = { loans: null as string | null, followed: keepApolloFresh(client, transport, signal) };
  const shows = client.watchQuery({ query: document, ...partial }).subscribe(({ data, dataState }) => {
    if (dataState === 'complete') {
      screen.loans = shown(data) ?? screen.loans;
    }
  });
  signal.addEventListener('abort', () => shows.unsubscribe());
  return screen;
};

const urql: OpenScreen = ({ url, token, transport, signal }) => {
  const live = createUrqlClient(url, token);
  const screen = { loans: null as string | null, followed: keepUrqlFresh(live, transport, signal) };
  const shows = live.client.query(document, {}).subscribe(({ data }) => {
    screen.loans = shown(data) ?? screen.loans;
  });
  signal.addEventListener('abort', () => shows.unsubscribe());
  return screen;
};

const tanstack: OpenScreen = ({ url, token, transport, signal }) => {
  const client = new QueryClient();
  const graph = createGraph({ url, token });
  const screen = {
    loans: null as string | null,
    followed: keepTanstackFresh(client, graph, transport, signal),
  };
  const hide = new QueryObserver(client, graphQuery(graph, document)).subscribe(({ data }) => {
    screen.loans = shown(data?.data) ?? screen.loans;
  });
  signal.addEventListener('abort', () => {
    hide();
    client.clear();
  });
  return screen;
};

const relay: OpenScreen = ({ url, token, transport, signal }) => {
  const environment = createRelayEnvironment(url, token);
  const graph = createGraph({ url, token });
  const screen = {
    loans: null as string | null,
    followed: keepRelayFresh(environment, graph, transport, signal),
  };
  const hide = showQuery<{ variables: object; response: Loans }>(environment, loansRequest, {}, (data) => {
    screen.loans = shown(data) ?? screen.loans;
  });
  signal.addEventListener('abort', hide);
  return screen;
};

export const openScreen = { apollo, urql, tanstack, relay } as const;

const scalar = (name: string) =>
  ({ kind: 'ScalarField', alias: null, name, args: null, storageKey: null }) as const;

const node = {
  kind: 'LinkedField',
  alias: null,
  name: 'node',
  args: null,
  concreteType: 'Loan',
  plural: false,
  selections: [scalar('id'), scalar('renewals')],
  storageKey: null,
} as const;
const selections = [
  {
    kind: 'LinkedField',
    alias: null,
    name: 'me',
    args: null,
    concreteType: 'Patron',
    plural: false,
    storageKey: null,
    selections: [
      scalar('id'),
      {
        kind: 'LinkedField',
        alias: null,
        name: 'loans',
        args: [{ kind: 'Literal', name: 'first', value: 20 }],
        concreteType: 'LoanConnection',
        plural: false,
        storageKey: 'loans(first:20)',
        selections: [
          {
            kind: 'LinkedField',
            alias: null,
            name: 'edges',
            args: null,
            concreteType: 'LoanEdge',
            plural: true,
            storageKey: null,
            selections: [node],
          },
        ],
      },
    ],
  },
] as const;

/** What Relay's compiler makes of the query. */
const loansRequest: ConcreteRequest = {
  kind: 'Request',
  fragment: {
    kind: 'Fragment',
    name: 'Loans',
    type: 'Query',
    argumentDefinitions: [],
    metadata: null,
    selections,
  },
  operation: { kind: 'Operation', name: 'Loans', argumentDefinitions: [], selections },
  params: { id: null, cacheID: 'loans', metadata: {}, name: 'Loans', operationKind: 'query', text },
};
