import { type ErrorLog, reportFailure } from '../runtime/errors.ts';

/** The one line for what makes notices and for what sends them. */
export function reportNotices(error: unknown, log: ErrorLog): void {
  reportFailure(log, error, 'notices could not be made or sent');
}
