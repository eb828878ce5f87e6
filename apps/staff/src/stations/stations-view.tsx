import {
  Badge,
  Button,
  Dialog,
  formatTime,
  Loading,
  Notice,
  Page,
  Pager,
  Section,
  Table,
  useLanguage,
  usePages,
  useSessionFetch,
  useTexts,
} from '@patron-graph/ui';
import { type ReactNode, useMemo, useState } from 'react';
import { actTexts } from '../acts/act-texts.ts';
import './stations.css';
import { type ListedStation, type Refusal, stationEnrolments } from './enrolments.ts';
import { ListFailed } from './list-failed.tsx';
import { NewStation } from './new-station.tsx';
import { Terminals } from './terminals.tsx';
import { stationTexts } from './texts.ts';
import { useStationChanges } from './use-station-changes.ts';
import { useStationPage } from './use-station-page.ts';

/** Lists the enrolled stations, enrols new ones, and revokes old ones. */
export function StationsView(): ReactNode {
  const texts = useTexts(stationTexts);
  const send = useSessionFetch();
  const enrolments = useMemo(() => stationEnrolments(send), [send]);
  const pages = usePages();
  const { page, refusal, busy, reload } = useStationPage(enrolments, pages.after);
  const [revoking, setRevoking] = useState<ListedStation | null>(null);
  useStationChanges(reload);
  const revoke = async ({ id }: ListedStation): Promise<Refusal | null> => {
    const outcome = await enrolments.revoke(id);
    await reload();
    return 'refusal' in outcome ? outcome.refusal : null;
  };
  const failed = refusal !== null && <ListFailed refusal={refusal} onRetry={() => void reload()} />;
  if (page === null && (refusal === 'notAllowed' || refusal === 'notServed')) {
    return (
      <Page title={texts.title}>
        {failed}
        {refusal === 'notServed' && <Terminals enrolments={enrolments} />}
      </Page>
    );
  }
  return (
    <Page title={texts.title}>
      <p>{texts.intro}</p>
      <NewStation enrolments={enrolments} onMade={() => void reload()} />
      <Section title={texts.list}>
        {failed}
        {page === null && busy && <Loading />}
        {page !== null && (
          // The last page stays visible while another one is read, and after a failure. So the pager keeps the focus.
          <div aria-busy={busy}>
            <StationTable stations={page.stations} onRevoke={setRevoking} />
            <Pager pages={pages} connection={page} />
          </div>
        )}
      </Section>
      <Terminals enrolments={enrolments} />
      {revoking !== null && (
        <RevokeDialog
          station={revoking}
          revoke={revoke}
          onClose={() => setRevoking((shown) => (shown === revoking ? null : shown))}
        />
      )}
    </Page>
  );
}

function StationTable({
  stations,
  onRevoke,
}: {
  readonly stations: readonly ListedStation[];
  onRevoke(station: ListedStation): void;
}): ReactNode {
  const texts = useTexts(stationTexts);
  const { language } = useLanguage();
  const time = (ms: number) => formatTime(new Date(ms).toISOString(), language);
  return (
    <Table
      caption={texts.list}
      hidesCaption
      empty={texts.none}
      keyOf={({ id }) => id}
      rows={stations}
      columns={[
        { heading: texts.name, cell: ({ name }) => name },
        { heading: texts.branch, cell: ({ branch }) => branch },
        { heading: texts.id, cell: ({ id }) => <code>station-{id}</code> },
        {
          heading: texts.enrolled,
          cell: ({ enrolledAt, enrolledBy }) => (
            <>
              {time(enrolledAt)} {enrolledBy !== '' && texts.by(enrolledBy)}
            </>
          ),
        },
        {
          heading: texts.lastSeen,
          cell: ({ lastSeenAt }) => (lastSeenAt === null ? texts.never : time(lastSeenAt)),
        },
        {
          heading: texts.state,
          cell: (station) =>
            station.revoked ? (
              <Badge tone="bad">{texts.revoked}</Badge>
            ) : (
              <Button
                kind="danger"
                aria-label={texts.revokeNamed(station.name)}
                onClick={() => onRevoke(station)}
              >
                {texts.revoke}
              </Button>
            ),
        },
      ]}
    />
  );
}

function RevokeDialog({
  station,
  revoke,
  onClose,
}: {
  readonly station: ListedStation;
  revoke(station: ListedStation): Promise<Refusal | null>;
  onClose(): void;
}): ReactNode {
  const texts = useTexts(stationTexts);
  const { close } = useTexts(actTexts);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const confirm = async () => {
    setBusy(true);
    const refused = await revoke(station);
    setBusy(false);
    if (refused === null) {
      onClose();
    } else {
      setRefusal(refused);
    }
  };
  return (
    <Dialog open title={texts.revokeTitle(station.name)} onClose={onClose}>
      <p>{texts.revokeText}</p>
      {refusal !== null && <Notice tone="bad">{texts[refusal]}</Notice>}
      <div className="actions">
        <Button onClick={onClose}>{busy ? close : texts.keep}</Button>
        <Button kind="sure" busy={busy} onClick={() => void confirm()}>
          {texts.revoke}
        </Button>
      </div>
    </Dialog>
  );
}
