import { hongKongDay, hongKongInstant } from '../../library/calendar.ts';
import { tellOfAccounts } from './accounts.ts';
import { tellOfDecisions } from './applications.ts';
import { tellOfIssuedCards, tellOfLosses } from './cards.ts';
import { tellOfChanges } from './changes.ts';
import { tellOfLapsingHolds, tellOfReadyHolds } from './holds.ts';
import { tellOfLoans } from './loans.ts';
import type { Making } from './services.ts';

/**
 * Notices about a day are made from this hour on, in Hong Kong. A receiver may pass them on at once, and they must not
 * wake readers.
 */
const dayBegins = '08:00:00';

/**
 * Makes each notice for readers once. Every run looks for events, such as a ready hold. Once a day, the run also looks
 * for dates: loans that are due soon or overdue, and holds that lapse. This needs an index that is complete enough to
 * answer lists (`IndexProgress.isOpen`).
 */
export async function makeNotices(making: Making): Promise<void> {
  const now = making.clock();
  const today = hongKongDay(now);
  await tellOfReadyHolds(making, today);
  await tellOfIssuedCards(making, today);
  await tellOfDecisions(making, today);
  await tellOfLosses(making, today);
  await tellOfChanges(making);
  await tellOfAccounts(making);
  const isDay = hongKongInstant(now).slice(11, 19) >= dayBegins;
  if (!isDay || making.lease.passedDay === today || !(await making.index.progress()).isOpen) {
    return;
  }
  await tellOfLoans(making, today);
  await tellOfLapsingHolds(making, today);
  // The day of an interrupted run is not saved, so the run is repeated. Notices that it made are not made again.
  if (!making.signal.aborted) {
    await making.notices.saveNoticeDay(making.holder, today);
  }
}
