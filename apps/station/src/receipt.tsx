import { Button, formatTime, Page, useLanguage, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import type { Renewals } from './graph/loans.ts';
import { outcomeOf } from './scans/outcome.ts';
import type { Scan } from './scans/queue.ts';
import { itemTexts } from './texts/items.ts';
import { visitTexts } from './texts/visit.ts';
import { renewalText } from './visit/renewal-list.tsx';

/** What was done in this visit, to be read or printed. It names nobody. */
export function Receipt({
  station,
  scans,
  renewals,
  onFinish,
}: {
  readonly station: string;
  readonly scans: readonly Scan[];
  readonly renewals: readonly Renewals[];
  onFinish(): void;
}): ReactNode {
  const texts = useTexts(visitTexts);
  const { language } = useLanguage();
  const borrowed = scans.filter(({ act }) => act === 'checkOut');
  const returned = scans.filter(({ act }) => act === 'checkIn');
  return (
    <Page
      title={texts.receipt}
      actions={
        <>
          <Button onClick={() => window.print()}>{texts.print}</Button>
          <Button kind="primary" onClick={onFinish}>
            {texts.finish}
          </Button>
        </>
      }
    >
      <div className="receipt">
        <p>
          {station} · {formatTime(new Date().toISOString(), language)}
        </p>
        <ScanPart title={texts.borrowed} scans={borrowed} />
        <ScanPart title={texts.returned} scans={returned} />
        {renewals.map((run, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: runs are only ever added.
          <RenewalPart key={index} run={run} />
        ))}
        <p className="quiet">{texts.receiptText}</p>
      </div>
    </Page>
  );
}

function ScanPart({ title, scans }: { readonly title: string; readonly scans: readonly Scan[] }): ReactNode {
  const texts = useTexts(itemTexts);
  const { language } = useLanguage();
  if (scans.length === 0) {
    return null;
  }
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      <ul>
        {scans.map((scan) => {
          const outcome = outcomeOf(scan, language);
          return (
            <li key={scan.place} data-state={scan.state}>
              <strong>{outcome.title}</strong>
              <span>{outcome.text}</span>
              {outcome.reasons.map((reason) => (
                <span key={reason}>{reason}</span>
              ))}
              {outcome.code !== null && <span className="code">{texts.code(outcome.code)}</span>}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function RenewalPart({ run }: { readonly run: Renewals }): ReactNode {
  const texts = useTexts(visitTexts);
  const items = useTexts(itemTexts);
  const { language } = useLanguage();
  return (
    <section aria-label={texts.renewed}>
      <h2>{texts.renewed}</h2>
      {run.code !== null && <p className="code">{items.code(run.code)}</p>}
      <ul>
        {run.outcomes.map((outcome) => (
          <li key={outcome.loan.id} data-state={outcome.state.toLowerCase()}>
            <strong>{outcome.loan.item.title}</strong>
            <span>{renewalText(outcome, language)}</span>
            {outcome.problems.map(({ message }) => (
              <span key={message}>{message}</span>
            ))}
          </li>
        ))}
      </ul>
    </section>
  );
}
