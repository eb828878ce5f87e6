import { Announce, Button, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { stationTexts } from '../texts/station.ts';

/**
 * Says that the visit ends soon. It takes no focus: the key that a reader or a scanner presses next goes where it would have gone.
 */
export function Countdown({ seconds }: { readonly seconds: number | null }): ReactNode {
  const texts = useTexts(stationTexts);
  return (
    <>
      <Announce>{seconds === null ? '' : texts.endsSoon}</Announce>
      {seconds !== null && (
        <section className="countdown" aria-label={texts.stillThere}>
          <strong>{texts.stillThere}</strong> <span>{texts.endsIn(seconds)}</span>
          {/* Whatever is touched goes on: it needs no handler of its own. */}
          <Button kind="primary">{texts.goOn}</Button>
        </section>
      )}
    </>
  );
}
