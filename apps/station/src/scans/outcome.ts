/** The outcome of one item, as the list, screen readers and the receipt present it. */
import { formatDay, type Language, reasonIn, type Tone } from '@patron-graph/ui';
import { itemTexts } from '../texts/items.ts';
import type { Scan } from './queue.ts';

export interface ItemOutcome {
  readonly title: string;
  readonly text: string;
  /** The library's messages: the reasons, and what the reader can do. */
  readonly reasons: readonly string[];
  /** The code by which staff find the operation; null if nothing was recorded. */
  readonly code: string | null;
  readonly tone: Tone;
}

type TextName = keyof typeof itemTexts;

/**
 * The problems after which the copy must go to staff and not back to a shelf. The messages of these problems don't
 * mention this.
 */
const forStaff: ReadonlySet<string> = new Set([
  'HOLD_ON_CLOSED_CARD',
  'HOLD_ON_LOST_CARD',
  'WANTED_BY_ANOTHER',
]);

export function outcomeOf(scan: Scan, language: Language): ItemOutcome {
  const say = (name: Exclude<TextName, TextWithValues>): string => itemTexts[name][language];
  const { act, answer, itemNumber } = scan;
  const title = answer?.title ?? itemTexts.item[language](itemNumber);
  const told = (name: Exclude<TextName, TextWithValues>, tone: Tone): ItemOutcome => ({
    title,
    text: say(name),
    tone,
    reasons: [],
    code: answer?.code ?? null,
  });
  switch (scan.state) {
    case 'waiting':
      return told('waiting', 'neutral');
    case 'sent':
      return scan.overdue
        ? told(act === 'checkOut' ? 'takesLong' : 'sent', 'warning')
        : told('sent', 'neutral');
    case 'unsettled':
      if (act === 'checkIn') {
        return told('returnUnsettled', 'warning');
      }
      return told(scan.overdue ? 'borrowToStaff' : 'borrowUnsettled', 'warning');
    case 'unknown':
      return told(act === 'checkOut' ? 'borrowUnknown' : 'returnUnknown', 'bad');
    case 'notSent':
      return told(act === 'checkOut' ? 'borrowNotSent' : 'returnNotSent', 'bad');
    case 'done':
      return act === 'checkOut' ? borrowed(scan, title, language) : returned(scan, title, language);
    case 'refused':
      return refused(scan, title, language);
  }
}

function returned({ answer }: Scan, title: string, language: Language): ItemOutcome {
  const sentTo = answer?.sentTo ?? null;
  const name = answer?.itemState === 'ON_HOLD_SHELF' ? 'returnedToShelf' : 'returned';
  const text = sentTo === null ? itemTexts[name][language] : itemTexts.returnedToBranch[language](sentTo);
  return { title, text, reasons: [], code: answer?.code ?? null, tone: 'good' };
}

function borrowed({ answer }: Scan, title: string, language: Language): ItemOutcome {
  const dueOn = answer?.dueOn ?? null;
  const text =
    dueOn === null
      ? itemTexts.borrowed[language]
      : itemTexts.borrowedUntil[language](formatDay(dueOn, language));
  return { title, text, reasons: [], code: answer?.code ?? null, tone: 'good' };
}

function refused({ act, answer }: Scan, title: string, language: Language): ItemOutcome {
  const problems = answer?.problems ?? [];
  const dueOn = answer?.dueOn ?? null;
  if (dueOn !== null && problems.some(({ code }) => code === 'ALREADY_LENT')) {
    const text = itemTexts.hadAlready[language](formatDay(dueOn, language));
    return { title, text, reasons: [], code: null, tone: 'good' };
  }
  const rejections = (answer?.missing ?? []).map((missing) => reasonIn(language, missing));
  const messages = [...problems.map(({ message }) => message), ...rejections];
  const isForStaff = problems.some(({ code }) => forStaff.has(code));
  return {
    title,
    text: itemTexts[act === 'checkOut' ? 'notBorrowed' : 'notReturned'][language],
    reasons: isForStaff ? [...messages, itemTexts.toStaff[language]] : messages,
    code: null,
    tone: 'bad',
  };
}

/** The names of texts that are functions. */
type TextWithValues = {
  [Name in TextName]: (typeof itemTexts)[Name]['en'] extends string ? never : Name;
}[TextName];
