import { type Logger, pino } from 'pino';
import { type StartReport, startReport } from './start-report.ts';
import { warnAboutUnknownVariables } from './unknown-variables.ts';
import type { WorkerPlace } from './workers/worker.ts';

/**
 * Opens the log of this process: JSON lines on standard error. The first line has the version and the configuration.
 * The next ones warn of variables that no configuration reads. Each line of a worker has the worker's number. Only the
 * primary logs the warnings. `variables` are the names of the variables that this process reads.
 */
export function beginLog(
  level: string,
  env: NodeJS.ProcessEnv,
  variables: readonly string[],
  worker: WorkerPlace | null = null,
): { readonly log: Logger; readonly report: StartReport } {
  const processLog = pino({ level }, pino.destination(2));
  const log = worker === null ? processLog : processLog.child({ worker: worker.index });
  const report = startReport(env, variables);
  log.info(report, 'starting');
  if (worker === null) {
    warnAboutUnknownVariables(log, env, variables);
  }
  return { log, report };
}
