import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a request was sent by a page of that origin. Browsers say where a request comes from, and no page can make them lie. What says
 * nothing is no browser that is served here, and has no cookies of anybody's.
 */
export function isSameOrigin(headers: IncomingHttpHeaders, origin: string): boolean {
  const site = headers['sec-fetch-site'];
  return site === undefined ? headers.origin === origin : site === 'same-origin';
}
