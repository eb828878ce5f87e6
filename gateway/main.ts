/** The gateway alone: its three subgraphs run in other processes. */
import closeWithGrace from 'close-with-grace';
import { pino } from 'pino';
import { readGatewayConfig, subgraphNames } from './config.ts';
import { startGateway } from './start.ts';

try {
  const config = readGatewayConfig(process.env);
  const missing = subgraphNames.filter((name) => !config.subgraphs.has(name));
  if (missing.length > 0) {
    const variables = missing.map((name) => `${name.toUpperCase()}_URL`).join(', ');
    throw new Error(`The gateway alone needs its subgraphs: set ${variables}.`);
  }
  const log = pino({ level: config.logLevel }, pino.destination(2));
  const gateway = await startGateway(config, { transports: new Map(), parts: [] }, log);
  closeWithGrace({ delay: 4500, logger: log }, () => gateway[Symbol.asyncDispose]());
  process.stdout.write(`GraphQL at ${gateway.address}/graphql\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
