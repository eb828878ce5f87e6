import type { Graph } from '@patron-graph/kit';
import { Button, Notice, useLanguage, useTexts } from '@patron-graph/ui';
import { type ReactNode, useMemo, useRef, useState } from 'react';
import type { ShownCard } from '../graph/card.ts';
import { Countdown } from '../idle/countdown.tsx';
import { useIdleTimeout } from '../idle/use-idle-timeout.ts';
import { Receipt } from '../receipt/receipt.tsx';
import { Renewing } from '../renewals/renewing.tsx';
import { type RenewalsOfVisit, useRenewals } from '../renewals/use-renewals.ts';
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
  /** The names of the branch and of the station, as the receipt shows them. */
  readonly place: string;
  readonly isOnline: boolean;
  /** The card with which the visit begins. Null while the station waits for a card. */
  readonly card: ShownCard | null;
  /** Shown instead of the first screen while the library can't be reached. */
  readonly outOfService: ReactNode;
  /** Ends this visit and drops its data. The next visit begins with `card`, if there is one. */
  onNextVisit(card: ShownCard | null): void;
  onDoubt(): void;
}

/**
 * The client of the graph for this visit. It always calls the latest `onDoubt`, but is not created again when `onDoubt`
 * changes.
 */
function useStationGraph(csrfToken: string, onDoubt: () => void): Graph {
  const { language } = useLanguage();
  const doubt = useRef(onDoubt);
  doubt.current = onDoubt;
  return useMemo(() => stationGraph(csrfToken, language, () => doubt.current()), [csrfToken, language]);
}

/** The current screen and card of the visit, and the functions that change them or end the visit. */
function useScreens(
  { card, onNextVisit }: Pick<VisitProps, 'card' | 'onNextVisit'>,
  { queue, scans }: ReturnType<typeof useScans>,
  renewals: RenewalsOfVisit,
) {
  const [shown, setShown] = useState(card);
  const [screen, setScreen] = useState<Screen>(card === null ? 'welcome' : 'lending');
  const [nextCard, setNextCard] = useState<ShownCard | null>(null);
  const isOpen =
    scans.some(({ state }) => state !== 'done' && state !== 'refused') ||
    renewals.busy ||
    renewals.runs.some(({ state }) => state === 'unknown');
  const show = (next: ShownCard) => {
    setShown(next);
    setScreen('lending');
  };
  /**
   * Ends the visit. If an outcome is still open, the receipt is shown first. The receipt lists waiting items as not
   * recorded.
   */
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
  // Ends the visit when the reader asks for it. Unlike `leave`, it doesn't cancel waiting items. They are sent while
  // the reader looks at the receipt.
  const finish = () => (isOpen ? setScreen('receipt') : onNextVisit(null));
  const hasReceipt = scans.length > 0 || renewals.runs.length > 0;
  return { screen, setScreen, shown, show, nextCard, hasReceipt, leave, finish };
}

/** One reader's visit at the station, from the first touch until the reader's data is dropped. */
export function Visit({
  enrolled,
  place,
  isOnline,
  card,
  outOfService,
  onNextVisit,
  onDoubt,
}: VisitProps): ReactNode {
  const station = useTexts(stationTexts);
  const graph = useStationGraph(enrolled.csrfToken, onDoubt);
  const [number, setNumber] = useState('');
  const items = useScans();
  const renewals = useRenewals(graph);
  const { queue, scans, lastTold } = items;
  const shownScreen = useScreens({ card, onNextVisit }, items, renewals);
  const { screen, setScreen, shown, show, nextCard, leave } = shownScreen;
  // After a minute without a touch, nobody is there any more. So a card that waits for its turn is dropped, too.
  const secondsLeft = useIdleTimeout(() => leave(null));
  const otherCard = (cardNumber: string) => leave({ kind: 'library', number: cardNumber });
  const actions = <VisitActions {...shownScreen} />;
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
        place={place}
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

function VisitActions({
  screen,
  setScreen,
  shown,
  hasReceipt,
  finish,
}: ReturnType<typeof useScreens>): ReactNode {
  const texts = useTexts(visitTexts);
  const leadTo = (other: Screen, text: string) =>
    screen !== other && <Button onClick={() => setScreen(other)}>{text}</Button>;
  return (
    <>
      {shown !== null && leadTo('lending', texts.back)}
      {leadTo('returning', texts.returnItems)}
      {leadTo('renewing', texts.renewLoans)}
      {hasReceipt && leadTo('receipt', texts.finishWithReceipt)}
      <Button kind="primary" onClick={finish}>
        {texts.finish}
      </Button>
    </>
  );
}
