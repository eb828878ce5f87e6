import { type GatewayConfig, gatewayVariables } from '../gateway/config.ts';
import { beginLog } from '../platform/lifecycle/log.ts';
import { superviseWorkers } from '../platform/lifecycle/supervise-workers.ts';
import { coreSystems } from '../platform/systems.ts';
import { maxWorkers } from '../subgraphs/open-services.ts';
import { settingsIn, urlVariable } from '../subgraphs/runtime/environment/legacy-systems.ts';
import { type BehindConfig, countOfWorkers, subgraphVariables } from '../subgraphs/runtime/start.ts';

/**
 * If `WORKERS` asks for several processes, runs them until a signal ends them, and resolves to true. Otherwise resolves
 * to false at once. Must be called in the primary process.
 * @throws Error if several processes can't share what the environment configures. The message names the missing
 * variables.
 */
export async function superviseIfSeveral(
  config: GatewayConfig,
  behind: BehindConfig,
  env: NodeJS.ProcessEnv,
): Promise<boolean> {
  const count = countOfWorkers(config.workers, maxWorkers(behind));
  if (count === 1) {
    return false;
  }
  refuseUnshared(config, behind);
  const { log } = beginLog(config.logLevel, env, [...gatewayVariables, ...subgraphVariables]);
  const { shutdownDelayMs, limits } = config;
  await superviseWorkers(count, { shutdownDelayMs, requestTimeoutMs: limits.requestTimeoutMs }, log);
  return true;
}

/**
 * Refuses several workers if the configuration needs simulators, or files in DATA_DIR (the journal, the state of
 * sign-in). One process alone can use these. Each worker would have its own patrons, or would find the files in use.
 */
function refuseUnshared({ workers, issuers }: GatewayConfig, behind: BehindConfig): void {
  const missing = [
    ...coreSystems.filter((entry) => settingsIn(behind, entry) === null).map(urlVariable),
    ...(behind.databaseUrl === null ? ['DATABASE_URL'] : []),
    ...(issuers === null ? ['ISSUERS_FILE (or JWKS_URL, JWT_ISSUER and JWT_AUDIENCE)'] : []),
  ];
  if (missing.length > 0) {
    throw new Error(
      `WORKERS is ${workers}, and several processes can share neither simulators nor files in DATA_DIR: ` +
        `set ${missing.join(', ')}, or leave WORKERS out.`,
    );
  }
}
