/** What the edges measure: sign-in, SIP2 and the pages, in processes of their own or inside `npm start`. */
import type { Registry } from 'prom-client';
import type { GraphClient, GraphRelay } from '../../../edge/graph/client.ts';
import type { SignInObserver } from '../../../edge/sign-in/observer.ts';
import type { ConnectionCounts, ObserveMessage } from '../../../edge/sip2/observer.ts';
import { observeGraphCalls, observeRelayedCalls } from './graph-calls.ts';
import { observeSignIn } from './sign-in.ts';
import { observeMessages, watchConnections } from './sip2.ts';

export interface EdgeMetrics {
  /** The same graph, whose answers are measured. */
  readonly observeGraph: (graph: GraphClient) => GraphClient;
  /** The same relay, for pages. */
  readonly observeRelay: (graph: GraphRelay) => GraphRelay;
  readonly observeMessage: ObserveMessage;
  /** Counts connections at each scrape from now on. */
  readonly watchConnections: (connections: () => ConnectionCounts) => void;
  /** `clients`: the ids of all that there are. */
  readonly observeSignIn: (clients: readonly string[]) => SignInObserver;
}

export const createEdgeMetrics = (registry: Registry): EdgeMetrics => ({
  observeGraph: observeGraphCalls(registry),
  observeRelay: observeRelayedCalls(registry),
  observeMessage: observeMessages(registry),
  watchConnections: watchConnections(registry),
  observeSignIn: observeSignIn(registry),
});
