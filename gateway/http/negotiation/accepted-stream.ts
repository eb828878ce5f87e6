import type { StreamProtocol } from '../../observer.ts';
import type { MediaRange } from './media-ranges.ts';

/** A protocol for the events of a subscription that a client requests in `Accept`. */
export type HttpStreamProtocol = Exclude<StreamProtocol, 'websocket'>;

/**
 * Returns the protocol in which a client accepts the events of a subscription over HTTP, from the ranges of its
 * `Accept`. If there are several protocols, the first protocol of the highest weight counts. Null if the client accepts
 * none.
 */
export function acceptedStream(ranges: readonly MediaRange[]): HttpStreamProtocol | null {
  const [best] = ranges
    .flatMap((range) => {
      const protocol = protocolOf(range);
      return protocol !== null && range.q > 0 ? [{ protocol, q: range.q }] : [];
    })
    .sort((a, b) => b.q - a.q);
  return best?.protocol ?? null;
}

function protocolOf({ type, parameters }: MediaRange): HttpStreamProtocol | null {
  if (type === 'text/event-stream') {
    return 'sse';
  }
  const isMultipart = type === 'multipart/mixed' && parameters.get('subscriptionspec') === '1.0';
  return isMultipart ? 'multipart' : null;
}
