import type { FastifyPluginAsync } from 'fastify';
import {
  partnerSampleAddresses,
  partnerSampleUrl,
  type RunningPartnerSample,
  startPartnerSample,
} from '../apps/partner/start.ts';
import { defineEnvironment, port } from '../platform/lifecycle/environment.ts';
import { choosePort, releasePort } from '../platform/ports/choose-port.ts';
import { choosePortOf } from './own-port.ts';
import type { PageClient } from './pages.ts';

export interface PartnerSampleConfig {
  /** The port of the e-book service. If it is 0, the system picks a free one. */
  readonly port: number;
}

const environment = defineEnvironment({ PARTNER_SAMPLE_PORT: port.default(4006) });

/** The names of the variables for the e-book service that `npm start` reads. */
export const partnerSampleVariables = environment.variables;

/** @throws Error whose message names the variable that is wrong, or whose port is in use. */
export async function readPartnerSampleConfig(env: NodeJS.ProcessEnv): Promise<PartnerSampleConfig> {
  const port = environment.read(env).PARTNER_SAMPLE_PORT;
  return { port: await choosePortOf('PARTNER_SAMPLE_PORT', { host: '127.0.0.1', port }, env) };
}

/** The e-book service of the demonstration before it listens, because sign-in must know it first. */
export interface PreparedPartnerSample {
  /** The entry of the service among the clients of sign-in. */
  readonly client: PageClient;
  /** Redirects `/partner-sample` to the service. */
  readonly plugin: FastifyPluginAsync;
  /** Starts the service. Rejects if the port is in use. */
  start(issuer: URL): Promise<RunningPartnerSample>;
}

export async function preparePartnerSample(config: PartnerSampleConfig): Promise<PreparedPartnerSample> {
  const chosen = await choosePort({ host: '127.0.0.1', port: config.port });
  const id = 'demonstration-ebook-sample';
  // This secret may be public, because authorization codes are sent only to this machine. The secret is the same in
  // `npm run start:partner-sample`.
  const secret = 'demonstration-demonstration-demonstration';
  return {
    client: {
      id,
      secret,
      audience: 'partner',
      ...partnerSampleAddresses(chosen),
      name: { en: 'Demonstration E-books', 'zh-Hant': '示範電子書' },
    },
    async plugin(app) {
      app.get('/partner-sample', (_request, reply) => reply.redirect(partnerSampleUrl(chosen).href));
    },
    async start(issuer) {
      await releasePort(chosen);
      return await startPartnerSample({ port: chosen, issuer, clientId: id, clientSecret: secret });
    },
  };
}
