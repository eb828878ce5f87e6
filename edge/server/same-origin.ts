import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a page of this origin sent the request. Browsers set `Sec-Fetch-Site` and `Origin`, and pages can't change
 * them. Every supported browser sends at least one of these headers, so a request with neither header is refused.
 */
export function isSameOrigin(headers: IncomingHttpHeaders, origin: string): boolean {
  const site = headers['sec-fetch-site'];
  return site === undefined ? headers.origin === origin : site === 'same-origin';
}
