import './slip.css';
import { Button, Letterhead, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { actTexts } from './act-texts.ts';

/** A slip for a reader or a copy, which is printed without the rest of the page. It fits paper of 58 mm and wider. */
export function Slip({
  title,
  text,
  children,
}: {
  readonly title: string;
  readonly text: string;
  readonly children: ReactNode;
}): ReactNode {
  const texts = useTexts(actTexts);
  return (
    <>
      <div className="slip">
        <Letterhead />
        <h3>{title}</h3>
        {children}
        {text !== '' && <p>{text}</p>}
      </div>
      <Button onClick={() => window.print()}>{texts.print}</Button>
    </>
  );
}
