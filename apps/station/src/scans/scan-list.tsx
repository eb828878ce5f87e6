import { Announce, Badge, type Language, useLanguage, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { itemTexts } from '../texts/items.ts';
import { outcomeOf } from './outcome.ts';
import { isOpen, type Scan } from './queue.ts';

/** The items of an act, the latest first, each with what became of it. */
export function ScanList({ scans }: { readonly scans: readonly Scan[] }): ReactNode {
  const texts = useTexts(itemTexts);
  const { language } = useLanguage();
  const latestFirst = scans.toReversed();
  const open = scans.filter(isOpen).length;
  const done = scans.filter(({ state }) => state === 'done').length;
  return (
    <section className="items" aria-label={texts.items}>
      <h2>{texts.items}</h2>
      <p className="counts">{scans.length === 0 ? texts.nothingYet : texts.counts(done, open)}</p>
      <Announce>{announced(scans, language)}</Announce>
      <ol>
        {latestFirst.map((scan) => (
          <ScanRow key={scan.place} scan={scan} />
        ))}
      </ol>
    </section>
  );
}

function ScanRow({ scan }: { readonly scan: Scan }): ReactNode {
  const texts = useTexts(itemTexts);
  const { language } = useLanguage();
  const { title, text, reasons, code, tone } = outcomeOf(scan, language);
  return (
    <li className={`item ${tone}`} data-state={scan.state}>
      <strong className="item-title">{title}</strong>
      <span className="item-outcome">{text}</span>
      {reasons.map((reason) => (
        <span key={reason} className="item-reason">
          {reason}
        </span>
      ))}
      {code !== null && scan.state !== 'done' && <Badge tone={tone}>{texts.code(code)}</Badge>}
    </li>
  );
}

/** What became of the item that changed last, for whoever doesn't see the list. */
function announced(scans: readonly Scan[], language: Language): string {
  const told = scans.findLast(({ state }) => state !== 'waiting' && state !== 'sent');
  if (told === undefined) {
    return '';
  }
  const { title, text, reasons } = outcomeOf(told, language);
  return [title, text, ...reasons].join(': ');
}
