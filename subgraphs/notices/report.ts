import { type ErrorLog, reportFailure } from '../runtime/errors.ts';

export function reportNotices(error: unknown, log: ErrorLog): void {
  reportFailure(log, error, 'notices could not be made or sent');
}
