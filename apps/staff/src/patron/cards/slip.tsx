import './slip.css';
import { Button, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { cardTexts } from './card-texts.ts';

/** A slip for the reader, printed without the rest of the page. */
export function Slip({
  title,
  text,
  children,
}: {
  readonly title: string;
  readonly text: string;
  readonly children: ReactNode;
}): ReactNode {
  const texts = useTexts(cardTexts);
  return (
    <>
      <div className="slip">
        <h3>{title}</h3>
        {children}
        <p>{text}</p>
      </div>
      <Button onClick={() => window.print()}>{texts.print}</Button>
    </>
  );
}
