import { Button, Link, Notice, Section, useTexts } from '@patron-graph/ui';
import { type ReactNode, useEffect, useRef } from 'react';
import { ProgressOf } from '../progress/progress-of.tsx';
import { applyTexts } from './texts.ts';

/** Shown after an application was received: its receipt, which is a secret code, and its state. */
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

/** The receipt: a secret code, with which anybody can read the state of the application. No other page shows it. */
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
