import { Announce, Badge, useLanguage, useTexts } from '@patron-graph/ui';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { itemTexts } from '../texts/items.ts';
import { outcomeOf } from './outcome.ts';
import { isOpen, type Scan } from './queue.ts';

/** The borrowed or returned items, each with its outcome. The newest is first. */
export function ScanList({ scans }: { readonly scans: readonly Scan[] }): ReactNode {
  const texts = useTexts(itemTexts);
  const latestFirst = scans.toReversed();
  const open = scans.filter(isOpen).length;
  const done = scans.filter(({ state }) => state === 'done').length;
  return (
    <section className="items" aria-label={texts.items}>
      <h2>{texts.items}</h2>
      <p className="counts">{scans.length === 0 ? texts.nothingYet : texts.counts(done, open)}</p>
      <ol>
        {latestFirst.map((scan) => (
          <ScanRow key={scan.position} scan={scan} />
        ))}
      </ol>
      <EndOfList />
    </section>
  );
}

/** A hint that the list is longer than the screen, until its end can be seen. */
function EndOfList(): ReactNode {
  const texts = useTexts(itemTexts);
  const end = useRef<HTMLDivElement>(null);
  const [isBelow, setBelow] = useState(false);
  useEffect(() => {
    const observer = new IntersectionObserver(([entry]) => {
      if (entry !== undefined) {
        setBelow(!entry.isIntersecting && entry.boundingClientRect.top > 0);
      }
    });
    if (end.current !== null) {
      observer.observe(end.current);
    }
    return () => observer.disconnect();
  }, []);
  return (
    <>
      <div ref={end} />
      {isBelow && (
        <p className="more-below" aria-hidden="true">
          {texts.moreBelow} ↓
        </p>
      )}
    </>
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

/**
 * Announces the last outcome to people who don't see the list. This component is rendered beside the screens of a visit,
 * because an outcome may come while another screen is shown.
 */
export function AnnouncedScan({ scan }: { readonly scan: Scan | null }): ReactNode {
  const { language } = useLanguage();
  if (scan === null) {
    return <Announce>{''}</Announce>;
  }
  const { title, text, reasons } = outcomeOf(scan, language);
  return <Announce>{[title, text, ...reasons].join(': ')}</Announce>;
}
