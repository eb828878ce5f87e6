import { JournalUnavailable } from '../../adapters/journal/port.ts';
import { UpstreamError } from '../../adapters/soap/port.ts';
import type { ErrorLog } from '../runtime/errors.ts';

/** An unreachable system is a warning. The message of an unforeseen error could hold a person's data, so it is left out (R30). */
export function reportNotices(error: unknown, log: ErrorLog): void {
  if (error instanceof UpstreamError || error instanceof JournalUnavailable) {
    log.warn({}, error.message);
  } else {
    log.error(
      { name: error instanceof Error ? error.name : typeof error },
      'notices could not be made or sent',
    );
  }
}
