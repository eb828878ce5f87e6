import type { PemFiles } from '../../../platform/tls/files.ts';
import type { StreamSettings } from './stream-settings.ts';

/** How a subgraph of another graph is called. docs/other-graphs.md has the table of the settings. */
export interface TransportSettings {
  /** The subgraph's address. Null: the address in the supergraph. */
  readonly url: URL | null;
  /** The time limit for a request, with its retries, in ms. Null: the limit of the client's whole request. */
  readonly timeoutMs: number | null;
  /** The maximum number of retries of a query. */
  readonly retries: number;
  readonly connections: number;
  readonly circuitBreaker: { readonly failures: number; readonly openMs: number } | null;
  /** Null: the settings that all subgraphs have. */
  readonly tls: PemFiles | null;
  /** If several rules have the same name, only the last one applies. */
  readonly requestHeaders: readonly RequestHeaderRule[];
  readonly responseHeaders: readonly ResponseHeaderRule[];
  readonly shareInFlight: boolean;
  readonly acceptCompressed: boolean;
  /** The settings of subscriptions. Null: the gateway requests no subscriptions from this subgraph. */
  readonly streams: StreamSettings | null;
}

/** A rule about the header `name` of requests to a subgraph. All names are in lower case. */
export type RequestHeaderRule =
  /** The header gets the value of the client's header that `of` names, or else `fallback`. */
  | {
      readonly kind: 'propagate';
      readonly name: string;
      readonly of: string;
      readonly fallback: string | null;
    }
  | { readonly kind: 'insert'; readonly name: string; readonly value: string }
  | { readonly kind: 'claim'; readonly name: string; readonly claim: string }
  | { readonly kind: 'remove'; readonly name: string };

/**
 * The client gets the header `name` with the value of the subgraph's header that `of` names. If several answers have the
 * header, `join` says which value the client gets.
 */
export interface ResponseHeaderRule {
  readonly name: string;
  readonly of: string;
  readonly join: 'first' | 'last' | 'append';
}

/** The settings of a subgraph about which nothing is configured. */
export const defaultTransportSettings: TransportSettings = {
  url: null,
  timeoutMs: null,
  retries: 0,
  connections: 64,
  circuitBreaker: null,
  tls: null,
  requestHeaders: [],
  responseHeaders: [],
  shareInFlight: false,
  acceptCompressed: false,
  streams: null,
};
