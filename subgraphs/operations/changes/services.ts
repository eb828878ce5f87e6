import type { ChangeLog } from '../../../store/journal/port.ts';
import type { ServiceObserver } from '../../observer.ts';
import type { ProcessLog } from '../../runtime/errors.ts';
import { type LogTail, startLogTail } from '../log/log-tail.ts';
import { PastPositions } from './past-positions.ts';

export interface LiveServices {
  readonly changeLog: ChangeLog;
  /** Shared by all streams of this process. */
  readonly logTail: LogTail;
  readonly pastPositions: PastPositions;
  /** The key for cursors and for the ids of changes. */
  readonly fingerprintKey: Uint8Array;
  readonly observer: ServiceObserver;
}

/** Opens the services that all streams of a process share. Disposing of `resources` closes them. */
export function openLive(
  changeLog: ChangeLog,
  { log, observer }: { readonly log: ProcessLog; readonly observer: ServiceObserver },
  resources: AsyncDisposableStack,
) {
  observer.watchLog?.(changeLog);
  const monotonic = () => performance.now();
  return {
    monotonic,
    logTail: resources.use(startLogTail(changeLog, { monotonic })),
    pastPositions: new PastPositions({ changeLog, monotonic, log }),
  };
}
