import { createTexts, DialogButton, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { Slip } from '../acts/slip.tsx';
import { type ReturnedTo, useReturnWords } from './return-words.ts';

const slipTexts = createTexts({
  slip: { en: 'Slip', 'zh-Hant': '字條' },
  slipFor: { en: (copy: string) => `Slip for ${copy}`, 'zh-Hant': (copy: string) => `字條：${copy}` },
});

/** A button that shows the slip for a returned copy. The slip is printed and put into the copy. */
export function ReturnSlip({
  title,
  itemNumber,
  to,
}: {
  /** The copy's title; null if it is not known. */
  readonly title: string | null;
  readonly itemNumber: string;
  readonly to: ReturnedTo;
}): ReactNode {
  const texts = useTexts(slipTexts);
  const whereTo = useReturnWords();
  return (
    <DialogButton label={texts.slip} title={texts.slipFor(title ?? itemNumber)} aria-keyshortcuts="F9">
      {() => (
        <Slip title={whereTo(to)} text={title ?? ''}>
          <p className="number">{itemNumber}</p>
        </Slip>
      )}
    </DialogButton>
  );
}
