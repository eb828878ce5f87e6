/** The texts that tell staff where a returned copy must go. */
import { createTexts, formatDay, useLanguage, useTexts } from '@patron-graph/ui';
import type { DeskCheckInMutation } from '../operations.generated.ts';
import { shortName } from './short-name.ts';

type CheckedIn = NonNullable<DeskCheckInMutation['checkIn']>;

export type ReturnedTo = NonNullable<CheckedIn['destination']>;
export type EndedLoan = NonNullable<CheckedIn['endedLoan']>;

const returnTexts = createTexts({
  keepHere: { en: 'Keep here for a reader', 'zh-Hant': '為讀者保留在此' },
  keepHereFor: {
    en: (name: string) => `Keep here for ${name}`,
    'zh-Hant': (name: string) => `為${name}保留在此`,
  },
  sendToHold: {
    en: (branch: string) => `Send to ${branch}, for its hold shelf`,
    'zh-Hant': (branch: string) => `送往${branch}預約架`,
  },
  onHoldAt: {
    en: (branch: string) => `On hold at ${branch}`,
    'zh-Hant': (branch: string) => `${branch}預約`,
  },
  onHold: { en: 'On hold: see the hold shelf', 'zh-Hant': '已有預約：請查看預約架' },
  sendTo: { en: (branch: string) => `Send to ${branch}`, 'zh-Hant': (branch: string) => `送往${branch}` },
  toShelf: { en: 'To the shelf', 'zh-Hant': '放回書架' },
  toShelfAt: {
    en: (branch: string) => `To the shelf at ${branch}`,
    'zh-Hant': (branch: string) => `放回${branch}書架`,
  },
  until: {
    en: (where: string, day: string) => `${where}, until ${day}`,
    'zh-Hant': (where: string, day: string) => `${where}，至 ${day}`,
  },
});

/**
 * Returns the sentence that tells where a copy must go. If the branch's name is missing, the sentence contains the
 * branch's code.
 */
export function useReturnWords(): (to: ReturnedTo) => string {
  const texts = useTexts(returnTexts);
  const { language } = useLanguage();
  const whereOf = ({ shelf, branch, location, isHere, hold }: ReturnedTo): string => {
    const name = location?.name ?? branch;
    if (shelf === 'OPEN_SHELVES') {
      return name === null || isHere === true
        ? texts.toShelf
        : (isHere === false ? texts.sendTo : texts.toShelfAt)(name);
    }
    if (name === null) {
      return texts.onHold;
    }
    if (isHere === true) {
      const reader = hold?.patron?.name == null ? null : shortName(hold.patron.name);
      return reader === null ? texts.keepHere : texts.keepHereFor(reader);
    }
    return (isHere === false ? texts.sendToHold : texts.onHoldAt)(name);
  };
  return (to) =>
    to.readyUntil === null ? whereOf(to) : texts.until(whereOf(to), formatDay(to.readyUntil, language));
}

/** Whether the copy needs a slip, because it must go to a hold shelf or to another branch. */
export const needsSlip = ({ shelf, isHere }: ReturnedTo): boolean =>
  shelf === 'HOLD_SHELF' || isHere === false;
