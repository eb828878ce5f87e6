import { Announce, Button, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { stationTexts } from '../texts/station.ts';

/** Says that the visit ends soon. It does not take the focus, so the next key goes where it would have gone without it. */
export function Countdown({ seconds }: { readonly seconds: number | null }): ReactNode {
  const texts = useTexts(stationTexts);
  return (
    <>
      <Announce>{seconds === null ? '' : texts.endsSoon}</Announce>
      {seconds !== null && (
        <section className="countdown" aria-label={texts.stillThere}>
          <strong>{texts.stillThere}</strong> <span>{texts.endsIn(seconds)}</span>
          {/* It needs no handler: any touch continues the visit. */}
          <Button kind="primary">{texts.goOn}</Button>
        </section>
      )}
    </>
  );
}
