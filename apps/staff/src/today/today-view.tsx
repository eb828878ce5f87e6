import './today.css';
import { type MissingValue, missingAt } from '@patron-graph/kit';
import {
  Button,
  formatDay,
  formatTime,
  Loaded,
  Missing,
  Page,
  Section,
  useLanguage,
  useLive,
  useQuery,
  useTexts,
} from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { everything } from '../lists/address.ts';
import { LibraryChangesDocument, TodayDocument, type TodayQuery } from '../operations.generated.ts';
import { AgeChart } from './age-chart.tsx';
import { BranchTable } from './branch-table.tsx';
import { DaysChart } from './days-chart.tsx';
import { overdueAges } from './figures.ts';
import { todayTexts } from './texts.ts';
import { type Tile, Tiles } from './tiles.tsx';

/**
 * Search parameters of a link to the overdue loans of the whole library. Without them, the view would show only the
 * branch of the member of staff.
 */
const everywhere = { branch: everything };

/**
 * The minimum time between two readings of the figures, in ms. The figures change every second, but nobody reads them
 * that fast.
 */
const figuresEveryMs = 10_000;

export function TodayView(): ReactNode {
  const texts = useTexts(todayTexts);
  const answer = useQuery(TodayDocument);
  useLive(answer, LibraryChangesDocument, {
    after: answer.data?.loans?.changesCursor,
    asOf: answer.data?.libraryCounts?.asOf ?? undefined,
    isAbout: ({ kind }) => !/^(NOTICE|STATION)_/.test(kind),
    everyMs: figuresEveryMs,
  });
  return (
    <Page
      title={texts.title}
      actions={
        <Button busy={answer.state === 'loading'} onClick={answer.reload}>
          {texts.refresh}
        </Button>
      }
    >
      <Loaded answer={answer}>{(data, missing) => <Glance data={data} missing={missing} />}</Loaded>
    </Page>
  );
}

function Glance({
  data,
  missing,
}: {
  readonly data: TodayQuery;
  readonly missing: readonly MissingValue[];
}): ReactNode {
  const texts = useTexts(todayTexts);
  const { language } = useLanguage();
  const { branches, libraryCounts, lendingDays } = data;
  const asOf = libraryCounts?.asOf;
  const ages = overdueAges(libraryCounts);
  return (
    <>
      <h2 className="hidden">{texts.glance}</h2>
      <Tiles tiles={useTiles(data)} />
      <div className="grid">
        <Section title={texts.ages}>
          {ages === null ? (
            <Missing at={missing.find(({ path }) => path[0] === 'libraryCounts')} />
          ) : (
            <AgeChart ages={ages} />
          )}
        </Section>
        <Section title={texts.days}>
          {lendingDays == null ? (
            <Missing at={missingAt(missing, ['lendingDays'])} />
          ) : (
            <DaysChart days={lendingDays} />
          )}
        </Section>
      </div>
      <Section title={texts.branches}>
        {branches == null ? (
          <Missing at={missingAt(missing, ['branches'])} />
        ) : (
          <BranchTable branches={branches} counts={libraryCounts} />
        )}
        {asOf != null && <p className="quiet">{texts.asOf(formatTime(asOf, language))}</p>}
      </Section>
    </>
  );
}

function useTiles({ libraryCounts, lendingDays, applications, lossReports }: TodayQuery): readonly Tile[] {
  const texts = useTexts(todayTexts);
  const { language } = useLanguage();
  const today = lendingDays?.at(-1);
  const latestLoss = lossReports?.edges[0]?.node.reportedAt;
  return [
    { label: texts.loansOut, value: libraryCounts?.loansOut ?? null },
    {
      label: texts.overdue,
      value: libraryCounts?.overdue ?? null,
      to: '/overdue',
      search: everywhere,
      isAlarming: true,
    },
    { label: texts.holdsReady, value: libraryCounts?.holdsReady ?? null, to: '/hold-shelf' },
    {
      label: texts.holdsQueued,
      value: libraryCounts?.holdsQueued ?? null,
      to: '/hold-shelf',
      search: { state: 'TO_FETCH' },
    },
    { label: texts.applications, value: applications?.totalCount ?? null, to: '/applications' },
    {
      label: texts.losses,
      value: lossReports?.totalCount ?? null,
      to: '/losses',
      note:
        latestLoss === undefined ? undefined : texts.latestLoss(formatDay(latestLoss.slice(0, 10), language)),
    },
    { label: texts.lentToday, value: today?.lent ?? null },
    { label: texts.returnedToday, value: today?.returned ?? null },
  ];
}
