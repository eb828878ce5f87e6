import { type ErrorLog, reportFailure } from '../runtime/errors.ts';

/** Logs a failure to make notices or to send them. */
export function reportNotices(error: unknown, log: ErrorLog): void {
  reportFailure(log, error, 'notices could not be made or sent');
}
