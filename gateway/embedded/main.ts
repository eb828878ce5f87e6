/**
 * `npm start`: everything in one process, with simulators of the legacy systems that the environment doesn't name.
 * `--library large` fills them with a made-up library.
 */
import { beginLog } from '../../adapters/lifecycle/log.ts';
import { stopOnSignal } from '../../adapters/lifecycle/stop-on-signal.ts';
import { embeddedSignInVariables, readEmbeddedSignInConfig } from '../../edge/sign-in/config.ts';
import { embeddedSip2Variables, readEmbeddedSip2Config } from '../../edge/sip2/config.ts';
import { simulatorVariables } from '../../simulators/config.ts';
import { parseLibraryOption } from '../../simulators/library/option.ts';
import { readBehindConfig, subgraphVariables } from '../../subgraphs/runtime/start.ts';
import { openMetrics } from '../../telemetry/metrics/open-metrics.ts';
import { startTelemetry } from '../../telemetry/start.ts';
import { gatewayVariables, readGatewayConfig } from '../config.ts';
import { startGateway } from '../start.ts';
import { createAnnouncement } from './announcement.ts';
import { startEmbeddedSignIn } from './sign-in.ts';
import { startEmbeddedSip2 } from './sip2.ts';
import { openSubgraphs } from './subgraphs.ts';

try {
  const librarySize = parseLibraryOption(process.argv.slice(2));
  const config = readGatewayConfig(process.env);
  if (config.workers !== 1) {
    throw new Error('WORKERS must be 1 or not be set: `npm start` is one process, with simulators in it.');
  }
  const behind = readBehindConfig(process.env);
  const sip2Config = readEmbeddedSip2Config(process.env);
  const signInConfig = readEmbeddedSignInConfig(process.env);
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
  const local = resources.use(
    await openSubgraphs(config, behind, process.env, log, { metrics, librarySize }),
  );
  // Before the gateway, which accepts its tokens.
  const signIn = await startEmbeddedSignIn(signInConfig, config, log);
  if (signIn !== null) {
    resources.use(signIn);
  }
  const localIssuers = signIn === null ? [] : [signIn.issuer];
  const gateway = resources.use(await startGateway(config, local, log, { metrics, localIssuers }));
  signIn?.connect(gateway.address);
  const sip2 = await startEmbeddedSip2(sip2Config, config, gateway.address, log);
  if (sip2 !== null) {
    resources.use(sip2);
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
    await createAnnouncement(config, gateway.address, local.simulators, {
      sip2: sip2 === null ? null : `${sip2Config.host}:${sip2.port}`,
      signIn: signIn?.url.href ?? null,
    }),
  );
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
