/** The entries of a visit's receipt, grouped by outcome. */
import { type Language, reasonIn } from '@patron-graph/ui';
import type { LoanRenewal, Renewals } from '../graph/loans.ts';
import { renewalText } from '../renewals/renewal-text.ts';
import { outcomeOf } from '../scans/outcome.ts';
import type { Scan } from '../scans/queue.ts';
import { itemTexts } from '../texts/items.ts';
import { visitTexts } from '../texts/visit.ts';

export interface ReceiptEntry {
  readonly key: string;
  /** The state of the scan, of the renewal as a whole, or of the renewal of one loan. */
  readonly state: string;
  readonly title: string;
  /** The number of the item. Null for a renewal as a whole, and if the title contains the number. */
  readonly itemNumber: string | null;
  readonly text: string;
  readonly reasons: readonly string[];
  readonly code: string | null;
}

export interface ReceiptSections {
  /** Entries for scanned items and renewals that were not done, or whose outcome is uncertain. */
  readonly notDone: readonly ReceiptEntry[];
  readonly borrowed: readonly ReceiptEntry[];
  readonly returned: readonly ReceiptEntry[];
  readonly renewed: readonly ReceiptEntry[];
}

export function receiptOf(
  scans: readonly Scan[],
  renewals: readonly Renewals[],
  language: Language,
): ReceiptSections {
  const entryOf = (scan: Scan): ReceiptEntry => {
    const { title, text, reasons, code } = outcomeOf(scan, language);
    const itemNumber = scan.answer?.title == null ? null : scan.itemNumber;
    return { key: `scan ${scan.position}`, state: scan.state, title, itemNumber, text, reasons, code };
  };
  const isGood = (scan: Scan) => outcomeOf(scan, language).tone === 'good';
  const done = scans.filter(isGood);
  const outcomes = renewals.flatMap((run, index) =>
    run.outcomes.map((outcome) => ({ run, index, outcome, isRenewed: outcome.state === 'DONE' })),
  );
  const outcomeEntry = ({ run, index, outcome }: (typeof outcomes)[number]): ReceiptEntry => ({
    key: `run ${index} loan ${outcome.loan.id}`,
    state: outcome.state.toLowerCase(),
    title: outcome.loan.item.title,
    itemNumber: outcome.loan.item.itemNumber,
    text: renewalText(outcome, language),
    reasons: messagesOf(outcome),
    code: run.code,
  });
  return {
    notDone: [
      ...scans.filter((scan) => !isGood(scan)).map(entryOf),
      ...renewals.flatMap((run, index) => openRun(run, index, language)),
      ...outcomes.filter(({ isRenewed }) => !isRenewed).map(outcomeEntry),
    ],
    borrowed: done.filter(({ act }) => act === 'checkOut').map(entryOf),
    returned: done.filter(({ act }) => act === 'checkIn').map(entryOf),
    renewed: outcomes.filter(({ isRenewed }) => isRenewed).map(outcomeEntry),
  };
}

const messagesOf = ({ problems }: LoanRenewal): readonly string[] => problems.map(({ message }) => message);

const runTexts = {
  sent: 'renewing',
  unsettled: 'renewUnsettled',
  refused: 'notRenewed',
  unknown: 'renewUnknown',
} as const;

/** The entry for an unfinished renewal of several loans. After a finished renewal, each loan has its own entry. */
function openRun(run: Renewals, index: number, language: Language): readonly ReceiptEntry[] {
  if (run.state === 'done') {
    return [];
  }
  return [
    {
      key: `run ${index}`,
      state: run.state,
      title: visitTexts.renewLoans[language],
      itemNumber: null,
      text: itemTexts[runTexts[run.state]][language],
      reasons: [...run.messages, ...run.missing.map((missing) => reasonIn(language, missing))],
      code: run.code,
    },
  ];
}
