import { Button, Link, Notice, Section, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { ProgressOf } from '../progress/progress-of.tsx';
import { applyTexts } from './texts.ts';

/** The receipt, once; and how the application stands. */
export function Received({ receipt }: { readonly receipt: string | null }): ReactNode {
  const texts = useTexts(applyTexts);
  return (
    <>
      <Notice tone="good" title={texts.received} />
      {receipt !== null && (
        <>
          <Section
            title={texts.receipt}
            actions={<Button onClick={() => window.print()}>{texts.print}</Button>}
          >
            <p>
              <output className="receipt">{receipt}</output>
            </p>
            <p>{texts.receiptText}</p>
            <Link to="/progress">{texts.whereProgress}</Link>
          </Section>
          <ProgressOf receipt={receipt} />
        </>
      )}
    </>
  );
}
