import { Announce, Button, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { stationTexts } from '../texts/station.ts';

/** When this number of seconds is left, the station asks whether the reader is still there. */
const lastSeconds = 10;

/**
 * Shows how long the visit still lasts if nobody touches the machine. In the last seconds, shows a message instead. The
 * message does not take the focus, so keys still go to the field in use. `seconds` is null while no visit is under way.
 */
export function Countdown({ seconds }: { readonly seconds: number | null }): ReactNode {
  const texts = useTexts(stationTexts);
  const isLast = seconds !== null && seconds <= lastSeconds;
  return (
    <>
      <Announce>{isLast ? texts.endsSoon : ''}</Announce>
      {seconds !== null && !isLast && <aside className="time-left quiet">{texts.timeLeft(seconds)}</aside>}
      {isLast && (
        <section className="countdown" aria-label={texts.stillThere}>
          <strong>{texts.stillThere}</strong> <span>{texts.endsIn(seconds)}</span>
          {/* The button needs no handler, because any touch continues the visit. */}
          <Button kind="primary">{texts.goOn}</Button>
        </section>
      )}
    </>
  );
}
