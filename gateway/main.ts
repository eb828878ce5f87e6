/**
 * `npm run gateway`: starts only the gateway. It serves our own subgraphs in other processes, or another graph.
 */

import { systems } from '../platform/systems.ts';
import { gatewayVariables, readGatewayConfig, subgraphVariable } from './config.ts';
import { runCommand } from './from-file/command.ts';
import { runGateway } from './run-gateway.ts';

function startOwnGraph(env: NodeJS.ProcessEnv): Promise<void> {
  const config = readGatewayConfig(env);
  const missing = systems.filter(
    ({ isOptional, subgraph }) => !isOptional && !config.subgraphs.has(subgraph.name),
  );
  if (missing.length > 0) {
    const variables = missing.map(subgraphVariable).join(', ');
    throw new Error(
      `The gateway alone needs its subgraphs: set ${variables}, or serve another graph with --config FILE.`,
    );
  }
  const local = {
    transports: new Map(),
    streams: new Map(),
    dependencies: [],
    journal: null,
    onlySimulators: false,
  };
  return runGateway(config, env, gatewayVariables, async (log, observer) => {
    const { startGateway } = await import('./start.ts');
    return startGateway(config, local, log, { observer });
  });
}

await runCommand({ command: 'npm run gateway --', startOwnGraph }, process.argv.slice(2), process.env);
