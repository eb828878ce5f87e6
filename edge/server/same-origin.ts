import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a page of that origin has sent the request. Browsers set these headers, and no page can change them. A client that sends
 * neither is no browser that we serve, and has nobody's cookies.
 */
export function isSameOrigin(headers: IncomingHttpHeaders, origin: string): boolean {
  const site = headers['sec-fetch-site'];
  return site === undefined ? headers.origin === origin : site === 'same-origin';
}
