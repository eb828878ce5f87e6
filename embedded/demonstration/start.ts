/**
 * If `npm start` issues its own tokens, it runs these services beside the graph: sign-in, the pages, SIP2, and outside
 * production an e-book service. With another issuer, each service is a process of its own.
 */
import type { FastifyBaseLogger } from 'fastify';
import {
  defaultSignInPort,
  embeddedSignInVariables,
  readEmbeddedSignInConfig,
} from '../../edge/sign-in/config.ts';
import { defaultSip2Port, embeddedSip2Variables, readEmbeddedSip2Config } from '../../edge/sip2/config.ts';
import type { Sip2Observer } from '../../edge/sip2/observer.ts';
import type { Sip2Server } from '../../edge/sip2/server.ts';
import type { GatewayConfig } from '../../gateway/config.ts';
import type { RunningGateway } from '../../gateway/http/running-gateway.ts';
import { choosePort } from '../../platform/ports/choose-port.ts';
import type { Edges } from '../announcement.ts';
import { createOutbox, type Outbox } from '../outbox.ts';
import type { EmbeddedSubgraphs } from '../subgraphs.ts';
import { type EmbeddedObservers, originOf, startGatewayWithPages } from './gateway-with-pages.ts';
import { ownPortOf } from './own-port.ts';
import { defaultPartnerSamplePort } from './partner-sample.ts';
import { startEmbeddedSip2 } from './sip2.ts';

/** The services that run beside the graph, before they start. */
export interface Demonstration {
  /**
   * The gateway's configuration, with the port on which it will listen. The links in mails and in sign-in need the port.
   */
  readonly config: GatewayConfig;
  /** The names of the variables that were read. */
  readonly variables: readonly string[];
  /** The origin of the pages. */
  readonly origin: string;
  readonly outbox: Outbox;
  /** Starts the gateway and the other services. Resolves when everything listens. */
  start(
    local: EmbeddedSubgraphs,
    log: FastifyBaseLogger,
    observers: EmbeddedObservers & { readonly edges: Sip2Observer },
  ): Promise<RunningGateway & { readonly edges: Edges }>;
}

/** @throws Error whose message names every variable that is wrong. */
export async function prepareDemonstration(
  gatewayConfig: GatewayConfig,
  env: NodeJS.ProcessEnv,
): Promise<Demonstration> {
  const config = { ...gatewayConfig, port: await choosePort(gatewayConfig) };
  const portBeside = (host: string, port: number) => ownPortOf({ host, port }, gatewayConfig.port);
  const sip2 = readEmbeddedSip2Config(env);
  const sip2Config = { ...sip2, port: await portBeside(sip2.host, defaultSip2Port) };
  const signIn = readEmbeddedSignInConfig(env);
  const signInConfig = { ...signIn, port: await portBeside(signIn.host, defaultSignInPort) };
  const partnerSamplePort = config.production
    ? null
    : await portBeside('127.0.0.1', defaultPartnerSamplePort);
  return {
    config,
    variables: [...embeddedSip2Variables, ...embeddedSignInVariables],
    origin: originOf(config).origin,
    outbox: createOutbox(originOf(config)),
    async start(local, log, observers) {
      await using resources = new AsyncDisposableStack();
      let stations: Sip2Server | null = null;
      const terminals = () => stations?.terminals() ?? [];
      const gateway = resources.use(
        await startGatewayWithPages(
          config,
          signInConfig,
          local,
          log,
          observers,
          partnerSamplePort,
          terminals,
        ),
      );
      stations = resources.use(
        await startEmbeddedSip2(sip2Config, config, gateway.address, log, observers.edges),
      );
      const edges = {
        sip2: `${sip2Config.host}:${stations.port}`,
        signIn: gateway.signIn.href,
        hasPartnerSample: gateway.partnerSample !== null,
        hasOutbox: local.outbox !== null,
      };
      const running = resources.move();
      return { ...gateway, edges, [Symbol.asyncDispose]: () => running.disposeAsync() };
    },
  };
}
