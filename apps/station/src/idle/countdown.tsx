import { Announce, Button, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { stationTexts } from '../texts/station.ts';

/** A message that the visit ends soon. It does not take the focus, so keys still go to the field in use. */
export function Countdown({ seconds }: { readonly seconds: number | null }): ReactNode {
  const texts = useTexts(stationTexts);
  return (
    <>
      <Announce>{seconds === null ? '' : texts.endsSoon}</Announce>
      {seconds !== null && (
        <section className="countdown" aria-label={texts.stillThere}>
          <strong>{texts.stillThere}</strong> <span>{texts.endsIn(seconds)}</span>
          {/* The button needs no handler, because any touch continues the visit. */}
          <Button kind="primary">{texts.goOn}</Button>
        </section>
      )}
    </>
  );
}
