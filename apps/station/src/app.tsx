import {
  LanguageProvider,
  LanguageSwitch,
  LibraryBrand,
  LiveRegion,
  Loading,
  Page,
  useTexts,
} from '@patron-graph/ui';
import { type ReactNode, useCallback, useState } from 'react';
import type { ShownCard } from './graph/card.ts';
import { EnrolPage } from './station/enrol-page.tsx';
import { type Station, useStation } from './station/use-station.ts';
import { stationTexts } from './texts/station.ts';
import { Visit } from './visit/visit.tsx';

/**
 * The station's page. A reader's data is only in the state of components whose key is the visit, so React drops it when
 * the next visit begins. The page has only one address, so the browser's history contains no data of readers either.
 */
export function App(): ReactNode {
  const station = useStation();
  const [visit, setVisit] = useState<{ readonly id: number; readonly card: ShownCard | null }>({
    id: 0,
    card: null,
  });
  const begin = useCallback((card: ShownCard | null) => setVisit(({ id }) => ({ id: id + 1, card })), []);
  return (
    <LanguageProvider key={visit.id} remembers={false}>
      <div className="frame">
        <StationHeader station={station} />
        <LiveRegion>
          <StationScreen station={station} card={visit.card} onNextVisit={begin} />
        </LiveRegion>
      </div>
    </LanguageProvider>
  );
}

function StationHeader({ station: { enrolment } }: { readonly station: Station }): ReactNode {
  const { title } = useTexts(stationTexts);
  return (
    <header className="top">
      <span className="brand">
        <LibraryBrand place={enrolment.state === 'enrolled' ? enrolment.name : title} />
      </span>
      <LanguageSwitch />
    </header>
  );
}

function StationScreen({
  station,
  card,
  onNextVisit,
}: {
  readonly station: Station;
  readonly card: ShownCard | null;
  onNextVisit(card: ShownCard | null): void;
}): ReactNode {
  const texts = useTexts(stationTexts);
  const { enrolment, isOnline, check } = station;
  switch (enrolment.state) {
    case 'loading':
      return isOnline ? <Loading>{texts.loading}</Loading> : <OutOfService />;
    case 'notEnrolled':
      return <EnrolPage wasEnrolled={enrolment.wasEnrolled} onEnrolled={check} />;
    case 'enrolled':
      return (
        <Visit
          {...{ enrolled: enrolment, isOnline, card, onNextVisit }}
          onDoubt={() => void check()}
          outOfService={<OutOfService />}
        />
      );
  }
}

function OutOfService(): ReactNode {
  const texts = useTexts(stationTexts);
  return (
    <Page title={texts.offline}>
      <p role="alert">{texts.offlineText}</p>
    </Page>
  );
}
