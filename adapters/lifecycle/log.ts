import { type Logger, pino } from 'pino';
import type { WorkerPlace } from './workers/worker.ts';

/** The log of this process: JSON lines on standard error. Those of a worker say which it is. */
export function openLog(level: string, worker: WorkerPlace | null): Logger {
  const log = pino({ level }, pino.destination(2));
  return worker === null ? log : log.child({ worker: worker.index });
}
