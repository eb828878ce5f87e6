/** The protocols in which the gateway can request subscriptions from a subgraph. */
export const streamProtocols = ['sse', 'graphql-transport-ws'] as const;

export type StreamProtocol = (typeof streamProtocols)[number];

/** The settings of subscriptions at one subgraph. docs/other-graphs.md has the table of the settings. */
export interface StreamSettings {
  /**
   * `sse`: GraphQL over Server-Sent Events, in its distinct connections mode. `graphql-transport-ws`: GraphQL over
   * WebSocket.
   */
  readonly protocol: StreamProtocol;
  /** The address for subscriptions. Null: the address of the subgraph. */
  readonly url: URL | null;
  /** The longest time without an event or a heartbeat, in ms. After this time the stream counts as lost. */
  readonly silenceMs: number;
  /** The largest number of open streams. Each stream has a connection of its own. */
  readonly connections: number;
  /** Whether equal subscriptions of clients with equal rights share one stream. */
  readonly share: boolean;
}

/** The values of the settings that are not configured. */
export const defaultStreamSettings: Omit<StreamSettings, 'protocol'> = {
  url: null,
  // Servers send a heartbeat every 12 seconds (graphql-sse, Yoga). One heartbeat may be lost.
  silenceMs: 30_000,
  connections: 1000,
  share: true,
};
