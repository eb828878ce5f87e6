import type { CustomFetch } from 'openid-client';
import { Library } from './library.ts';
import { createServer } from './server.ts';
import type { GraphAccess } from './standings.ts';

export interface PartnerSampleOptions {
  readonly port: number;
  /** The address of the library's sign-in service. */
  readonly issuer: URL;
  readonly clientId: string;
  readonly clientSecret: string;
  /**
   * The library's graph, in which the standing of readers is followed. If null, readers press a button to update their
   * standing.
   */
  readonly graph: GraphAccess | null;
  /** Calls the library. The default is the platform's `fetch`. */
  readonly fetch?: CustomFetch;
}

/**
 * The service's credentials at the demonstration's sign-in service. The secret can be public, because that service
 * sends authorization codes only to this machine.
 */
export const demonstrationClient = {
  clientId: 'demonstration-ebook-sample',
  clientSecret: 'demonstration-demonstration-demonstration',
} as const;

export interface RunningPartnerSample extends AsyncDisposable {
  readonly url: URL;
}

/**
 * The service's address in browsers. It has the host `localhost`, because the library's own pages are at 127.0.0.1.
 * Browsers send a cookie to every port of its host, so two services need two hosts.
 */
export const partnerSampleUrl = (port: number): URL => new URL(`http://localhost:${port}/`);

/** The addresses that the library must register for this service. */
export const partnerSampleAddresses = (port: number) => ({
  redirectUris: [new URL('/callback', partnerSampleUrl(port)).href],
  postLogoutRedirectUris: [new URL('/signed-out', partnerSampleUrl(port)).href],
  backchannelLogoutUri: new URL('/back-channel-logout', partnerSampleUrl(port)).href,
});

/** Resolves when the service listens. Rejects if the port is in use. */
export async function startPartnerSample({
  port,
  graph,
  ...options
}: PartnerSampleOptions): Promise<RunningPartnerSample> {
  const url = partnerSampleUrl(port);
  const library = new Library({
    ...options,
    redirectUri: new URL('/callback', url),
    signedOutUri: new URL('/signed-out', url),
  });
  const app = createServer({ library, issuer: options.issuer, graph, now: () => new Date() });
  await app.listen({ host: '127.0.0.1', port });
  return { url, [Symbol.asyncDispose]: () => app.close() };
}
