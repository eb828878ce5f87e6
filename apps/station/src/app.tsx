import {
  LanguageProvider,
  LanguageSwitch,
  LibraryBrand,
  LiveRegion,
  Loading,
  Page,
  useLanguage,
  useTexts,
} from '@patron-graph/ui';
import { type ReactNode, useCallback, useState } from 'react';
import type { ShownCard } from './graph/card.ts';
import { EnrolPage } from './station/enrol-page.tsx';
import { type Branches, placeOf, useBranches } from './station/use-branches.ts';
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
  const branches = useBranches(station, visit.id);
  const begin = useCallback((card: ShownCard | null) => setVisit(({ id }) => ({ id: id + 1, card })), []);
  return (
    <LanguageProvider key={visit.id} remembers={false}>
      <StationFrame station={station} branches={branches} card={visit.card} onNextVisit={begin} />
    </LanguageProvider>
  );
}

interface FrameProps {
  readonly station: Station;
  readonly card: ShownCard | null;
  onNextVisit(card: ShownCard | null): void;
}

/** The header with the names of the library, the branch and the station, and the current screen. */
function StationFrame({ branches, ...screen }: FrameProps & { readonly branches: Branches }): ReactNode {
  const { title } = useTexts(stationTexts);
  const { language } = useLanguage();
  const { enrolment } = screen.station;
  const place = enrolment.state === 'enrolled' ? placeOf(enrolment, branches, language) : title;
  return (
    <div className="frame">
      <header className="top">
        <span className="brand">
          <LibraryBrand place={place} />
        </span>
        <LanguageSwitch />
      </header>
      <LiveRegion>
        <StationScreen {...screen} place={place} />
      </LiveRegion>
    </div>
  );
}

function StationScreen({
  station,
  place,
  card,
  onNextVisit,
}: FrameProps & { readonly place: string }): ReactNode {
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
          {...{ enrolled: enrolment, place, isOnline, card, onNextVisit }}
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
