import { Checkbox, useLanguage, useLibraryName, useTexts } from '@patron-graph/ui';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Barcode } from './barcode.tsx';
import { canKeepCards, dropCard, keepCard, keptNumber } from './kept-card.ts';
import { cardsTexts } from './texts.ts';

/**
 * A library card to hold in front of a scanner, with the choice to keep it on this device. Only for library cards in use,
 * because a smart identity card itself must be presented (R11).
 */
export function ShownCard({ number, kind }: { readonly number: string; readonly kind: string }): ReactNode {
  const texts = useTexts(cardsTexts);
  const { language } = useLanguage();
  const library = useLibraryName();
  const picture = useRef<HTMLDivElement>(null);
  const [isKept, setKept] = useState(false);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    keptNumber().then(
      (kept) => setKept(kept === number),
      () => setKept(false),
    );
  }, [number]);
  const choose = (keeps: boolean) => {
    const barcode = picture.current?.querySelector('svg');
    const done =
      keeps && barcode != null ? keepCard({ number, language, library, kind, barcode }) : dropCard();
    setKept(keeps);
    setFailed(false);
    done.catch(() => {
      setKept(!keeps);
      setFailed(true);
    });
  };
  return (
    <div className="shown-card">
      <div ref={picture}>
        <Barcode number={number} label={texts.barcode(number)} />
      </div>
      <p className="number">{number}</p>
      {canKeepCards() && (
        <>
          <Checkbox label={texts.keepCard} checked={isKept} onChange={choose} />
          <p className="hint">{texts.keepCardText}</p>
        </>
      )}
      {failed && <p className="error">{texts.keepFailed}</p>}
    </div>
  );
}
