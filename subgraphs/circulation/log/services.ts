import type { Circulation } from '../../../adapters/circulation/port.ts';
import type { IndexDatabase } from '../../../store/index/port.ts';
import type { ChangeLog } from '../../../store/journal/port.ts';
import type { LogTail } from '../../operations/log/log-tail.ts';
import type { ProcessLog } from '../../runtime/errors.ts';

/** What is needed to write the log of changes. The ports have the call class `background`. */
export interface LogServices {
  readonly changeLog: ChangeLog;
  /** `wake` is called after rows were numbered, so that the streams of this process get them at once. */
  readonly logTail: Pick<LogTail, 'wake'>;
  readonly circulation: Circulation;
  readonly index: IndexDatabase;
  /** A monotonic clock, in ms. */
  readonly monotonic: () => number;
  readonly log: ProcessLog;
}
