/** `npm start`: everything in one process, with simulators of the legacy systems that the environment doesn't name. */
import closeWithGrace from 'close-with-grace';
import { pino } from 'pino';
import { simulatorVariables } from '../../simulators/config.ts';
import { readBehindConfig, subgraphVariables } from '../../subgraphs/runtime/start.ts';
import { gatewayVariables, readGatewayConfig } from '../config.ts';
import { startGateway } from '../start.ts';
import { warnAboutUnknownVariables } from '../unknown-variables.ts';
import { createAnnouncement } from './announcement.ts';
import { openSubgraphs } from './subgraphs.ts';

try {
  const config = readGatewayConfig(process.env);
  const behind = readBehindConfig(process.env);
  const log = pino({ level: config.logLevel }, pino.destination(2));
  warnAboutUnknownVariables(log, process.env, [
    ...gatewayVariables,
    ...subgraphVariables,
    ...simulatorVariables,
  ]);
  await using resources = new AsyncDisposableStack();
  const local = resources.use(await openSubgraphs(config, behind, process.env, log));
  const gateway = resources.use(await startGateway(config, local, log));
  const running = resources.move();
  closeWithGrace({ delay: 4500, logger: log }, () => running.disposeAsync());
  process.stdout.write(await createAnnouncement(config, gateway.address, local.simulators));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
