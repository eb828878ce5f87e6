import {
  Button,
  formatMoney,
  formatTime,
  isNotInGraph,
  Missing,
  Notice,
  Page,
  useLanguage,
  useQuery,
  useTexts,
} from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { dayAgo } from '../circulation/days-between.ts';
import { useNotesColumn } from '../lists/notes/notes-column.tsx';
import type { ListColumn } from '../lists/work/columns.tsx';
import { Filter, useAddressChoice } from '../lists/work/filter.tsx';
import { listTexts } from '../lists/work/texts.ts';
import { useList, WorkList } from '../lists/work/work-list.tsx';
import {
  type OwingOrder,
  OwingPatronsDocument,
  type OwingPatronsQuery,
  OwingTotalDocument,
  type OwingTotalQueryVariables,
} from '../operations.generated.ts';
import { ageWords, chargesTexts, leastWords, owingTexts } from './texts.ts';

type Owing = NonNullable<OwingPatronsQuery['owingPatrons']>;

const orders = ['MOST_FIRST', 'LONGEST_FIRST'] as const satisfies readonly OwingOrder[];
const leasts = ['any', '5000', '10000', '50000'] as const satisfies readonly (keyof typeof leastWords)[];
const ages = ['any', '30', '90', '365'] as const satisfies readonly (keyof typeof ageWords)[];

const numberOf = (value: string): number | null => (value === 'any' ? null : Number(value));

/** The patrons of the whole library who owe money. */
export function OwingView(): ReactNode {
  const texts = useTexts(owingTexts);
  const words = useTexts(listTexts);
  const leastTexts = useTexts(leastWords);
  const ageTexts = useTexts(ageWords);
  const { noPaymentSystem } = useTexts(chargesTexts);
  const least = useAddressChoice('least', leasts);
  const age = useAddressChoice('days', ages);
  const order = useAddressChoice('order', orders);
  const days = numberOf(age.value);
  const list = useList(
    OwingPatronsDocument,
    (page) => ({
      minCents: numberOf(least.value),
      since: days === null ? null : dayAgo(days),
      orderBy: order.value,
      ...page,
    }),
    ({ owingPatrons }) => owingPatrons,
  );
  const columns = useColumns();
  if (isNotInGraph(list.answer.error)) {
    return (
      <Page title={texts.title}>
        <Notice>{noPaymentSystem}</Notice>
      </Page>
    );
  }
  return (
    <Page title={texts.title} actions={<Button onClick={list.answer.reload}>{texts.readAgain}</Button>}>
      <WorkList
        list={list}
        title={texts.title}
        name="owing"
        hint={texts.hint}
        filters={
          <>
            <Filter label={texts.least} choice={least} words={leastTexts} />
            <Filter label={texts.age} choice={age} words={ageTexts} />
            <Filter label={words.order} choice={order} words={texts} />
          </>
        }
        // If two records were merged, the payment system keeps the accounts of both. So one patron may be listed twice.
        keyOf={({ node }) => `${node.patron.id} ${node.since}`}
        empty={texts.none}
        columns={columns}
        below={(owing) => <Bounds owing={owing} />}
        unread={(at) => (
          <>
            <Missing at={at} />
            {at?.code !== 'INDEX_NOT_READY' && (
              <Total minCents={numberOf(least.value)} since={days === null ? null : dayAgo(days)} />
            )}
          </>
        )}
      />
    </Page>
  );
}

function useColumns(): readonly ListColumn<Owing['edges'][number]>[] {
  const texts = useTexts(owingTexts);
  const { language } = useLanguage();
  const notes = useNotesColumn<Owing['edges'][number]>(
    ({ node }) => node.patron.id,
    ({ node }) => node.patron,
  );
  return [
    { heading: texts.patron, patron: ({ node }) => node.patron },
    {
      heading: texts.outstanding,
      align: 'end',
      only: 'page',
      text: ({ node }) => formatMoney(node.outstanding, language),
    },
    // The amount for the file is a plain number, because a spreadsheet can't add up values such as `HK$12.50`.
    {
      heading: texts.cents,
      only: 'file',
      text: ({ node }) => (node.outstanding.cents / 100).toFixed(2),
    },
    { heading: texts.charges, align: 'end', text: ({ node }) => String(node.chargeCount) },
    { heading: texts.since, as: 'time', text: ({ node }) => node.since },
    notes,
  ];
}

/** The total of the list. The graph can report it even at night, while the payment system is closed. */
function Total(variables: OwingTotalQueryVariables): ReactNode {
  const texts = useTexts(owingTexts);
  const { language } = useLanguage();
  const total = useQuery(OwingTotalDocument, variables).data?.owingPatrons ?? null;
  return (
    total !== null && (
      <p>{texts.totalAtNight(total.totalCount.toLocaleString('en'), formatTime(total.asOf, language))}</p>
    )
  );
}

/** Tells how old the list is, and which patrons or changes it may lack. */
function Bounds({ owing: { asOf, unreadCount, changesSince } }: { readonly owing: Owing }): ReactNode {
  const texts = useTexts(owingTexts);
  const { language } = useLanguage();
  return (
    <>
      <p className="quiet">
        {texts.asOf(formatTime(asOf, language))} {texts.paidMeanwhile}
      </p>
      {unreadCount > 0 && <p className="quiet">{texts.unread(unreadCount)}</p>}
      {changesSince !== null && (
        <p className="quiet">{texts.unknownBefore(formatTime(changesSince, language))}</p>
      )}
      <p className="quiet">{texts.cannotKnow}</p>
    </>
  );
}
