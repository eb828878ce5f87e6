import { type Logger, pino } from 'pino';
import { LogOutput } from './log-output.ts';
import { type StartReport, startReport } from './start-report.ts';
import { warnAboutUnknownVariables } from './unknown-variables.ts';
import type { WorkerNumber } from './workers/worker.ts';

/**
 * Returns the file descriptor of standard error. If it is a pipe or a socket, the first use of `process.stderr` makes
 * it non-blocking. Workers inherit it in this state.
 */
const openStandardError = (): number => process.stderr.fd;

/**
 * Opens the log of this process: JSON lines on standard error. The first line has the version and the configuration. The
 * next lines warn of variables that no configuration reads. Workers don't log these warnings, and each of their lines
 * has the worker's number. A slow reader of standard error never makes the process wait ({@link LogOutput}). `variables`
 * are the names of the variables that this process reads.
 */
export function beginLog(
  level: string,
  env: NodeJS.ProcessEnv,
  variables: readonly string[],
  worker: WorkerNumber | null = null,
): { readonly log: Logger; readonly report: StartReport } {
  const processLog: Logger = pino({ level }, new LogOutput(openStandardError(), tellOfDrops));
  function tellOfDrops(lines: number): void {
    log.warn({ lines }, 'lines of the log were dropped, because nobody read the ones before in time');
  }
  const log = worker === null ? processLog : processLog.child({ worker: worker.index });
  const report = startReport(env, variables);
  log.info(report, 'starting');
  if (worker === null) {
    warnAboutUnknownVariables(log, env, variables);
  }
  return { log, report };
}
