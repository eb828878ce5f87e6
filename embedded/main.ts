/**
 * `npm start`: runs everything in one process. It simulates each legacy system that the environment doesn't name.
 * `--library large` fills the simulators with a made-up library.
 */

import {
  defaultSignInPort,
  embeddedSignInVariables,
  readEmbeddedSignInConfig,
} from '../edge/sign-in/config.ts';
import { defaultSip2Port, embeddedSip2Variables, readEmbeddedSip2Config } from '../edge/sip2/config.ts';
import type { Sip2Server } from '../edge/sip2/server.ts';
import { gatewayVariables, readGatewayConfig } from '../gateway/config.ts';
import { beginLog } from '../platform/lifecycle/log.ts';
import { messageOf } from '../platform/lifecycle/message-of.ts';
import { stopOnSignal } from '../platform/lifecycle/stop-on-signal.ts';
import { choosePort } from '../platform/ports/choose-port.ts';
import { systems } from '../platform/systems.ts';
import { simulatorVariables } from '../simulators/config.ts';
import { parseLibraryOption } from '../simulators/library/option.ts';
import { readBehindConfig, subgraphVariables } from '../subgraphs/runtime/start.ts';
import { createEdgeMetrics } from '../telemetry/metrics/edge/index.ts';
import { createGatewayMetrics } from '../telemetry/metrics/gateway/index.ts';
import { openMetrics } from '../telemetry/metrics/open-metrics.ts';
import { createServiceMetrics } from '../telemetry/metrics/services/index.ts';
import { startTelemetry } from '../telemetry/start.ts';
import { createAnnouncement } from './announcement.ts';
import { originOf, startGatewayWithPages } from './gateway-with-pages.ts';
import { createOutbox } from './outbox.ts';
import { ownPortOf } from './own-port.ts';
import { defaultPartnerSamplePort } from './partner-sample.ts';
import { startEmbeddedSip2 } from './sip2.ts';
import { openSubgraphs } from './subgraphs.ts';

try {
  const librarySize = parseLibraryOption(process.argv.slice(2));
  const gatewayConfig = readGatewayConfig(process.env);
  // Mails and sign-in have links to this port, so it must be known before the server listens.
  const config = { ...gatewayConfig, port: await choosePort(gatewayConfig) };
  if (config.workers !== 1) {
    throw new Error('WORKERS must be 1 or not be set: `npm start` is one process, with simulators in it.');
  }
  const behind = readBehindConfig(process.env);
  const portBeside = (host: string, port: number) => ownPortOf({ host, port }, gatewayConfig.port);
  const sip2 = readEmbeddedSip2Config(process.env);
  const sip2Config = { ...sip2, port: await portBeside(sip2.host, defaultSip2Port) };
  const signIn = readEmbeddedSignInConfig(process.env);
  const signInConfig = { ...signIn, port: await portBeside(signIn.host, defaultSignInPort) };
  const partnerSamplePort = config.production
    ? null
    : await portBeside('127.0.0.1', defaultPartnerSamplePort);
  const { log, report } = beginLog(config.logLevel, process.env, [
    ...gatewayVariables,
    ...subgraphVariables,
    ...simulatorVariables,
    ...embeddedSip2Variables,
    ...embeddedSignInVariables,
  ]);
  await using resources = new AsyncDisposableStack();
  const { version } = report;
  resources.use(await startTelemetry(process.env, { service: 'patron-graph', version, log }));
  const metrics = resources.use(await openMetrics(config.metrics, report));
  const runsSubgraphs = systems.some(({ subgraph }) => !config.subgraphs.has(subgraph.name));
  const local = resources.use(
    await openSubgraphs(config, behind, process.env, log, {
      observer: runsSubgraphs
        ? { ...createServiceMetrics(metrics.registry), watchTable: metrics.servers.watchTable }
        : {},
      librarySize,
      outbox: config.issuers === null ? createOutbox(originOf(config)) : undefined,
    }),
  );
  // Only the gateway's server reports health and HTTP requests: a process has these metrics only once.
  const observers = {
    gateway: { ...createGatewayMetrics(metrics.registry), ...metrics.servers },
    edges: { ...createEdgeMetrics(metrics.registry), watchTable: metrics.servers.watchTable },
  };
  let stations: Sip2Server | null = null;
  const gateway = resources.use(
    await startGatewayWithPages(
      config,
      signInConfig,
      local,
      log,
      observers,
      partnerSamplePort,
      () => stations?.terminals() ?? [],
    ),
  );
  stations = await startEmbeddedSip2(sip2Config, config, gateway.address, log, observers.edges);
  if (stations !== null) {
    resources.use(stations);
  }
  const running = resources.move();
  stopOnSignal({
    delayMs: config.shutdownDelayMs,
    requestTimeoutMs: config.limits.requestTimeoutMs,
    announce: gateway.announceStop,
    close: () => running.disposeAsync(),
    log,
  });
  process.stdout.write(
    await createAnnouncement(config, gateway.address, local, {
      sip2: stations === null ? null : `${sip2Config.host}:${stations.port}`,
      signIn: gateway.signIn?.href ?? null,
      hasPartnerSample: gateway.partnerSample !== null,
      hasOutbox: local.outbox !== null,
    }),
  );
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
