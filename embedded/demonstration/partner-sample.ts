import type { FastifyPluginAsync } from 'fastify';
import {
  demonstrationClient,
  partnerSampleAddresses,
  partnerSampleUrl,
  type RunningPartnerSample,
  startPartnerSample,
} from '../../apps/partner/start.ts';
import type { TokenSource } from '../../edge/graph/tokens.ts';
import { choosePort, releasePort } from '../../platform/ports/choose-port.ts';
import type { PageClient } from './pages.ts';

/** The port of the e-book service, unless it is in use. */
export const defaultPartnerSamplePort = 4006;

/** The demonstration's e-book service before it starts. Sign-in starts earlier, and needs the service's `client`. */
export interface PreparedPartnerSample {
  /** The entry of the service among the clients of sign-in. */
  readonly client: PageClient;
  /** Redirects `/partner-sample` to the service. */
  readonly plugin: FastifyPluginAsync;
  /**
   * Starts the service, which follows its readers' standing in the graph (`graphUrl`). Rejects if the port is in use.
   */
  start(issuer: URL, graphUrl: URL): Promise<RunningPartnerSample>;
}

/** Prepares the e-book service. `tokens` signs the service's tokens for the graph. */
export async function preparePartnerSample(
  port: number,
  tokens: TokenSource,
): Promise<PreparedPartnerSample> {
  const chosen = await choosePort({ host: '127.0.0.1', port });
  const { clientId, clientSecret } = demonstrationClient;
  return {
    client: {
      id: clientId,
      secret: clientSecret,
      audience: 'partner',
      ...partnerSampleAddresses(chosen),
      name: { en: 'Demonstration E-books', 'zh-Hant': '示範電子書' },
    },
    async plugin(app) {
      app.get('/partner-sample', (_request, reply) => reply.redirect(partnerSampleUrl(chosen).href));
    },
    async start(issuer, graphUrl) {
      await releasePort(chosen);
      const token = () => tokens({ clientId, scope: 'partner:verify', branch: null });
      const graph = { url: graphUrl.href, token };
      return await startPartnerSample({ port: chosen, issuer, ...demonstrationClient, graph });
    },
  };
}
