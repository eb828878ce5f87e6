import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a page of this origin sent the request. Browsers set `Sec-Fetch-Site` and `Origin`, and pages can't change
 * them. A client that sends neither is not a browser that we support, and it has nobody's cookies.
 */
export function isSameOrigin(headers: IncomingHttpHeaders, origin: string): boolean {
  const site = headers['sec-fetch-site'];
  return site === undefined ? headers.origin === origin : site === 'same-origin';
}
