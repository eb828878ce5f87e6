import { Button, formatTime, Letterhead, Notice, Page, useLanguage, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import type { Renewals } from '../graph/loans.ts';
import type { Scan } from '../scans/queue.ts';
import { itemTexts } from '../texts/items.ts';
import { visitTexts } from '../texts/visit.ts';
import { type ReceiptEntry, receiptOf } from './entries.ts';

/** A receipt of this visit, to be read or printed. It lists what was done and what was not, and contains no name. */
export function Receipt({
  place,
  scans,
  renewals,
  nextCardWaits,
  onFinish,
}: {
  /** The names of the branch and of the station. */
  readonly place: string;
  readonly scans: readonly Scan[];
  readonly renewals: readonly Renewals[];
  /** Whether another card was shown. That card's visit begins after this one. */
  readonly nextCardWaits: boolean;
  onFinish(): void;
}): ReactNode {
  const texts = useTexts(visitTexts);
  const { language } = useLanguage();
  const { notDone, borrowed, returned, renewed } = receiptOf(scans, renewals, language);
  return (
    <Page
      title={texts.receipt}
      actions={
        <>
          <Button onClick={() => window.print()}>{texts.print}</Button>
          <Button kind="primary" onClick={onFinish}>
            {nextCardWaits ? texts.goOnWithCard : texts.finish}
          </Button>
        </>
      }
    >
      {nextCardWaits && <Notice tone="warning">{texts.beforeNextCard}</Notice>}
      <div className="receipt card narrow">
        <Letterhead />
        <p>
          {place}
          <br />
          {formatTime(new Date().toISOString(), language)}
        </p>
        <ReceiptSection title={texts.notDone} entries={notDone} />
        <ReceiptSection title={texts.borrowed} entries={borrowed} />
        <ReceiptSection title={texts.returned} entries={returned} />
        <ReceiptSection title={texts.renewed} entries={renewed} />
        <p className="quiet">{texts.receiptText}</p>
      </div>
    </Page>
  );
}

function ReceiptSection({
  title,
  entries,
}: {
  readonly title: string;
  readonly entries: readonly ReceiptEntry[];
}): ReactNode {
  const texts = useTexts(itemTexts);
  if (entries.length === 0) {
    return null;
  }
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      <ul>
        {entries.map((entry) => (
          <li key={entry.key} data-state={entry.state}>
            <strong>{entry.title}</strong>
            {entry.itemNumber !== null && <span className="number">{entry.itemNumber}</span>}
            <span>{entry.text}</span>
            {entry.reasons.map((reason) => (
              <span key={reason}>{reason}</span>
            ))}
            {entry.code !== null && <span className="code">{texts.code(entry.code)}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}
