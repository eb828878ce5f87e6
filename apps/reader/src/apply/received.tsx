import { Button, Link, Notice, Section, useTexts } from '@patron-graph/ui';
import { type ReactNode, useEffect, useRef } from 'react';
import { ProgressOf } from '../progress/progress-of.tsx';
import { applyTexts } from './texts.ts';

/** The receipt and the state of an application that was received. */
export function Received({ receipt }: { readonly receipt: string | null }): ReactNode {
  const texts = useTexts(applyTexts);
  const element = useRef<HTMLDivElement>(null);
  // The pressed button has disappeared with the form, so the focus moves here.
  useEffect(() => element.current?.focus(), []);
  return (
    <>
      <div ref={element} className="outcome" tabIndex={-1}>
        <Notice tone="good" title={texts.received} />
      </div>
      {receipt !== null && (
        <>
          <Receipt receipt={receipt} />
          <ProgressOf receipt={receipt} />
        </>
      )}
    </>
  );
}

/** The receipt, which is the key to the application. No other page shows it. */
export function Receipt({ receipt }: { readonly receipt: string }): ReactNode {
  const texts = useTexts(applyTexts);
  return (
    <Section title={texts.receipt} actions={<Button onClick={() => window.print()}>{texts.print}</Button>}>
      <p>
        <output className="receipt">{receipt}</output>
      </p>
      <p>{texts.receiptText}</p>
      <Link to="/progress">{texts.whereProgress}</Link>
    </Section>
  );
}
