import { Button, Notice, useLanguage, useTexts } from '@patron-graph/ui';
import { type ReactNode, useMemo, useRef, useState } from 'react';
import type { ShownCard } from '../graph/card.ts';
import { Countdown } from '../idle/countdown.tsx';
import { useIdleTimeout } from '../idle/use-idle-timeout.ts';
import { Receipt } from '../receipt/receipt.tsx';
import { Renewing } from '../renewals/renewing.tsx';
import { useRenewals } from '../renewals/use-renewals.ts';
import { AnnouncedScan } from '../scans/scan-list.tsx';
import { useScans } from '../scans/use-scans.ts';
import { stationGraph } from '../station/station-graph.ts';
import type { Enrolled } from '../station/use-station.ts';
import { stationTexts } from '../texts/station.ts';
import { visitTexts } from '../texts/visit.ts';
import { Lending } from './lending.tsx';
import { Returning } from './returning.tsx';
import { SmartIdForm } from './smart-id.tsx';
import { Welcome } from './welcome.tsx';

type Screen = 'welcome' | 'smartId' | 'lending' | 'returning' | 'renewing' | 'receipt';

export interface VisitProps {
  readonly enrolled: Enrolled;
  readonly isOnline: boolean;
  /** The card that the visit begins with; null while the station waits for one. */
  readonly card: ShownCard | null;
  /** Shown in place of the first screen while the library can't be reached. */
  readonly outOfService: ReactNode;
  /** Ends this visit, and drops its data. The next visit begins with the card, if there is one. */
  onNextVisit(card: ShownCard | null): void;
  onDoubt(): void;
}

/** One reader at the station, from the first touch until their data is dropped. */
export function Visit({
  enrolled,
  isOnline,
  card,
  outOfService,
  onNextVisit,
  onDoubt,
}: VisitProps): ReactNode {
  const texts = useTexts(visitTexts);
  const station = useTexts(stationTexts);
  const { language } = useLanguage();
  const { csrfToken } = enrolled;
  const doubt = useRef(onDoubt);
  doubt.current = onDoubt;
  const graph = useMemo(
    () => stationGraph(csrfToken, language, () => doubt.current()),
    [csrfToken, language],
  );
  const [shown, setShown] = useState(card);
  const [screen, setScreen] = useState<Screen>(card === null ? 'welcome' : 'lending');
  const [number, setNumber] = useState('');
  const [nextCard, setNextCard] = useState<ShownCard | null>(null);
  const { queue, scans, lastTold } = useScans();
  const renewals = useRenewals(graph);

  const isOpen =
    scans.some(({ state }) => state !== 'done' && state !== 'refused') ||
    renewals.busy ||
    renewals.runs.some(({ state }) => state === 'unknown');
  const hasReceipt = scans.length > 0 || renewals.runs.length > 0;
  /** Ends the visit. If something is still open, the receipt is shown first. It says that waiting items are not recorded. */
  const leave = (next: ShownCard | null) => {
    const isSeen = screen === 'receipt' && !scans.some(({ state }) => state === 'waiting');
    if (!isOpen || isSeen) {
      onNextVisit(next);
      return;
    }
    queue.cancelWaiting();
    setNextCard(next);
    setScreen('receipt');
  };
  // The reader is still there, so waiting items are sent while they look at the receipt.
  const finish = () => (isOpen ? setScreen('receipt') : onNextVisit(null));
  // The reader of the next card has left, too.
  const secondsLeft = useIdleTimeout(() => leave(null));

  const show = (next: ShownCard) => {
    setShown(next);
    setScreen('lending');
  };
  const otherCard = (cardNumber: string) => leave({ kind: 'library', number: cardNumber });
  const actions = (
    <>
      {screen !== 'lending' && shown !== null && (
        <Button onClick={() => setScreen('lending')}>{texts.back}</Button>
      )}
      {screen !== 'returning' && <Button onClick={() => setScreen('returning')}>{texts.returnItems}</Button>}
      {screen !== 'renewing' && <Button onClick={() => setScreen('renewing')}>{texts.renewLoans}</Button>}
      {hasReceipt && <Button onClick={() => setScreen('receipt')}>{texts.finishWithReceipt}</Button>}
      <Button kind="primary" onClick={finish}>
        {texts.finish}
      </Button>
    </>
  );
  const screens: Readonly<Record<Screen, () => ReactNode>> = {
    welcome: () =>
      isOnline ? (
        <Welcome
          onCard={(cardNumber) => show({ kind: 'library', number: cardNumber })}
          onSmartId={() => setScreen('smartId')}
          onReturn={() => setScreen('returning')}
          onRenew={() => setScreen('renewing')}
        />
      ) : (
        outOfService
      ),
    smartId: () => (
      <SmartIdForm onRead={(facts) => show({ kind: 'smart', facts })} onBack={() => onNextVisit(null)} />
    ),
    lending: () =>
      shown === null ? null : (
        <Lending
          {...{ graph, shown, queue, scans, isOnline, actions }}
          onOtherCard={otherCard}
          onNumber={setNumber}
        />
      ),
    returning: () => <Returning {...{ graph, queue, scans, isOnline, actions }} onCard={otherCard} />,
    renewing: () => <Renewing {...{ graph, number, renewals, isOnline, actions }} />,
    receipt: () => (
      <Receipt
        station={enrolled.name}
        scans={scans}
        renewals={renewals.runs}
        nextCardWaits={nextCard !== null}
        onFinish={() => leave(nextCard)}
      />
    ),
  };
  return (
    <>
      {!isOnline && screen !== 'welcome' && (
        <Notice tone="bad" title={station.offline}>
          <p>{station.offlineVisit}</p>
        </Notice>
      )}
      {screens[screen]()}
      <AnnouncedScan scan={lastTold} />
      <Countdown seconds={screen === 'welcome' ? null : secondsLeft} />
    </>
  );
}
