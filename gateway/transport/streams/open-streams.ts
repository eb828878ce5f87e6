import { Pool } from 'undici';
import { traceHeaders } from '../../../platform/telemetry/spans.ts';
import type { ClientTls } from '../../../platform/tls/client.ts';
import { createConnector } from '../../../platform/tls/connector.ts';
import { SubgraphFailure } from '../../executor/index.ts';
import type { StreamSettings } from '../foreign/stream-settings.ts';
import type { GraphqlTransportOptions } from '../graphql.ts';
import { openEventSource } from './event-source.ts';
import type { StreamTransport, UpstreamListener } from './stream-transport.ts';
import { openWebSocket } from './websocket.ts';

export interface StreamOptions extends Pick<GraphqlTransportOptions, 'identityHeaders'> {
  /** The subgraph's address. Used if the settings have no address for subscriptions. */
  readonly endpoint: URL;
  /** The largest event, in bytes. */
  readonly maxBytes: number;
  readonly tls: ClientTls | null;
  /** The longest time until a stream is open, in ms. */
  readonly openMs: number;
}

/** Streams of events from one subgraph. Disposing of the object closes the open streams. */
export interface SubgraphStreams extends AsyncDisposable {
  readonly open: StreamTransport;
}

/** Time limit for opening a connection, in ms. */
const connectTimeoutMs = 10_000;

export function openStreams(
  { protocol, url, silenceMs, connections }: Omit<StreamSettings, 'share'>,
  { endpoint, maxBytes, tls, openMs, identityHeaders }: StreamOptions,
): SubgraphStreams {
  const address = addressOf(url ?? endpoint, protocol);
  const times = { openMs, silenceMs };
  const pool = new Pool(httpOrigin(address), {
    connections,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: createConnector(tls, connectTimeoutMs),
  });
  let open = 0;
  return {
    async open(request, { caller, callClass, operation, traceContext }, listener, signal) {
      const { subgraph } = request;
      const body = JSON.stringify({ query: request.operation, variables: request.variables });
      const identity = withoutUndefinedIn({
        ...(await identityHeaders(caller, body, callClass, operation)),
        ...request.headers,
      });
      const headers = traceContext === null ? identity : { ...identity, ...traceHeaders(traceContext) };
      if (signal.aborted) {
        throw new SubgraphFailure(subgraph, 'SUBGRAPH_TIMEOUT', signal.reason);
      }
      if (open >= connections) {
        throw new SubgraphFailure(subgraph, 'SUBGRAPH_UNAVAILABLE', undefined, 'has too many open streams');
      }
      open++;
      const counted = leaving(listener, signal, () => open--);
      const post = { subgraph, headers, identity, body };
      try {
        await (protocol === 'sse'
          ? openEventSource({ ...times, url: address, pool, maxBytes }, post, counted.listener, signal)
          : openWebSocket({ ...times, url: address, tls, maxBytes }, post, counted.listener, signal));
      } catch (error) {
        counted.leave();
        throw error;
      }
    },
    [Symbol.asyncDispose]: () => pool.destroy(),
  };
}

/** Wraps a listener. Calls `onLeave` once: when the stream ends, when its signal aborts, or when `leave` is called. */
function leaving(
  listener: UpstreamListener,
  signal: AbortSignal,
  onLeave: () => void,
): { readonly listener: UpstreamListener; readonly leave: () => void } {
  let hasLeft = false;
  const leave = () => {
    if (!hasLeft) {
      hasLeft = true;
      signal.removeEventListener('abort', leave);
      onLeave();
    }
  };
  signal.addEventListener('abort', leave, { once: true });
  return {
    leave,
    listener: {
      next: (...event) => listener.next(...event),
      room: () => listener.room(),
      end(failure) {
        leave();
        listener.end(failure);
      },
    },
  };
}

/** Returns the address with the scheme of the protocol: http or https for `sse`, ws or wss for a WebSocket. */
function addressOf(url: URL, protocol: StreamSettings['protocol']): URL {
  const isTls = url.protocol === 'https:' || url.protocol === 'wss:';
  const address = new URL(url);
  address.protocol = protocol === 'sse' ? (isTls ? 'https:' : 'http:') : isTls ? 'wss:' : 'ws:';
  return address;
}

const httpOrigin = (url: URL): string => url.origin.replace(/^ws/, 'http');

const withoutUndefinedIn = (
  headers: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
