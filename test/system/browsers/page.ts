/**
 * The script of the page. It has Apollo Client and urql from npm, and `fetch`. Each function is a global of the page,
 * takes and returns JSON, and never rejects: a failure that a program in the page would see is part of the result.
 */
import { ApolloClient, CombinedGraphQLErrors, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { Client, cacheExchange, fetchExchange } from '@urql/core';
import { persistedExchange } from '@urql/exchange-persisted';

export interface Operation {
  /** The URL of the gateway's GraphQL endpoint. */
  readonly url: string;
  readonly document: string;
  readonly variables?: Record<string, unknown>;
  readonly token?: string;
}

export interface Outcome {
  readonly data: unknown;
  /** The errors of the answer, each as `code: message`. */
  readonly errors: readonly string[];
  /** The network error, or the reason why the client couldn't use the answer. */
  readonly failure: string | null;
}

const authorization = (token: string | undefined): Record<string, string> =>
  token === undefined ? {} : { authorization: `Bearer ${token}` };

interface GraphQLErrorLike {
  readonly message: string;
  readonly extensions?: Readonly<Record<string, unknown>>;
}
const describe = ({ message, extensions }: GraphQLErrorLike) => `${extensions?.code}: ${message}`;

/** Asks with Apollo Client. `get` sends queries by GET, as the guide for front ends recommends. */
async function apollo({ url, document, variables, token }: Operation, get = false): Promise<Outcome> {
  const client = new ApolloClient({
    link: new HttpLink({ uri: url, headers: authorization(token) }),
    cache: new InMemoryCache(),
  });
  const operation = gql(document);
  const options = { variables: variables ?? {}, errorPolicy: 'all', context: get ? byGet : {} } as const;
  const { data, error } = document.startsWith('mutation')
    ? await client.mutate({ mutation: operation, ...options })
    : await client.query({ query: operation, ...options });
  return CombinedGraphQLErrors.is(error)
    ? { data, errors: error.errors.map(describe), failure: null }
    : { data, errors: [], failure: error === undefined ? null : String(error) };
}
const byGet = { fetchOptions: { method: 'GET' } };

/** Asks with urql, which sends queries by GET unless `preferGetMethod` is false. */
async function urql(
  { url, document, variables, token }: Operation,
  options: { readonly preferGetMethod?: boolean } = {},
): Promise<Outcome> {
  const client = new Client({
    url,
    exchanges: [cacheExchange, fetchExchange],
    fetchOptions: { headers: authorization(token) },
    ...options,
  });
  const { data, error } = document.startsWith('mutation')
    ? await client.mutation(document, variables ?? {}).toPromise()
    : await client.query(document, variables ?? {}).toPromise();
  return {
    data: data ?? null,
    errors: (error?.graphQLErrors ?? []).map(describe),
    failure: error?.networkError === undefined ? null : String(error.networkError),
  };
}

async function sha256(text: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Asks twice with a new Apollo Client that uses persisted queries. Its cache is never used. */
async function apolloPersisted({ url, document, variables, token }: Operation): Promise<readonly Outcome[]> {
  const http = new HttpLink({ uri: url, headers: authorization(token) });
  const client = new ApolloClient({
    link: new PersistedQueryLink({ sha256 }).concat(http),
    cache: new InMemoryCache(),
  });
  const outcomes: Outcome[] = [];
  for (let i = 0; i < 2; i++) {
    const { data = null, error } = await client.query({
      query: gql(document),
      variables: variables ?? {},
      errorPolicy: 'all',
      fetchPolicy: 'network-only',
    });
    outcomes.push({ data, errors: [], failure: error === undefined ? null : String(error) });
  }
  return outcomes;
}

/** Asks twice with a new urql client that uses persisted queries. Its cache is never used. */
async function urqlPersisted({ url, document, variables, token }: Operation): Promise<readonly Outcome[]> {
  const client = new Client({
    url,
    preferGetMethod: false,
    exchanges: [persistedExchange({ preferGetForPersistedQueries: false }), fetchExchange],
    fetchOptions: { headers: authorization(token) },
  });
  const outcomes: Outcome[] = [];
  for (let i = 0; i < 2; i++) {
    const { data = null, error } = await client.query(document, variables ?? {}).toPromise();
    outcomes.push({ data, errors: [], failure: error === undefined ? null : String(error) });
  }
  return outcomes;
}

/**
 * Calls `fetch`. Returns the status, the text and the headers that the page may read. The status is 0 if the browser
 * blocks the request.
 */
async function plainFetch(
  url: string,
  init?: RequestInit,
): Promise<{ readonly status: number; readonly text: string; readonly headers: Record<string, string> }> {
  try {
    const response = await fetch(url, init);
    return {
      status: response.status,
      text: await response.text(),
      headers: Object.fromEntries(response.headers.entries()),
    };
  } catch (error) {
    return { status: 0, text: String(error), headers: {} };
  }
}

const functions = { apollo, apolloPersisted, urql, urqlPersisted, plainFetch };
export type PageFunctions = typeof functions;
Object.assign(globalThis, functions);
