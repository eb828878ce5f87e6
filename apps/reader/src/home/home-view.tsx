import { missingAt } from '@patron-graph/kit';
import {
  formatDay,
  formatMoney,
  type Language,
  Link,
  Loaded,
  MessageList,
  Missing,
  Notice,
  Page,
  Section,
  Table,
  useLanguage,
  useLive,
  usePages,
  useQuery,
  useTexts,
} from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { chargeKinds } from '../charges/kinds.ts';
import { useOffered } from '../links.ts';
import { HomeDocument, type HomeQuery, MyChangesDocument } from '../operations.generated.ts';
import { usePatronId } from '../patron-id.ts';
import { Holds } from './holds.tsx';
import { Loans } from './loans.tsx';
import { Quota } from './quota.tsx';
import { homeTexts } from './texts.ts';
import { WaitsForYou } from './waits-for-you.tsx';

type Me = NonNullable<HomeQuery['me']>;

interface ChargesProps {
  readonly charges: NonNullable<Me['charges']>;
  readonly owes: Me['owes'];
}

/** The name by which the page greets a reader: on a Chinese page the Chinese name, if the record has one. */
const nameIn = ({ given, chinese }: NonNullable<Me['name']>, language: Language): string =>
  language === 'zh-Hant' ? chinese || given : given;

/** The maximum number of loans on a page. No reader may have that many, even on all cards together. */
const loansOfPage = 20;

/**
 * The reader's loans, quota, reservations and charges. The view begins with the reasons why the reader may not borrow,
 * the copies to collect, and the next due dates.
 */
export function HomeView(): ReactNode {
  const patronId = usePatronId();
  const texts = useTexts(homeTexts);
  const { language } = useLanguage();
  const pages = usePages(patronId);
  const answer = useQuery(HomeDocument, {
    first: loansOfPage,
    ...pages.variables,
  });
  useLive(answer, MyChangesDocument, {
    after: answer.data?.me?.changesCursor,
    isAbout: ({ kind }) => !kind.startsWith('NOTICE_'),
  });
  return (
    <Page title={texts.title}>
      <Loaded answer={answer}>
        {({ me }, missing) => {
          if (me === null) {
            return <Missing at={missingAt(missing, ['me'])} />;
          }
          const at = (field: keyof Me) => <Missing at={missingAt(missing, ['me', field])} />;
          return (
            <>
              {me.name !== null && <p>{texts.hello(nameIn(me.name, language))}</p>}
              <Standing me={me} />
              <WaitsForYou holds={me.holds ?? []} />
              <Loans
                patronId={patronId}
                loans={me.loans}
                missing={at('loans')}
                pages={pages}
                onChange={answer.reload}
              />
              <Section title={texts.quota}>
                {me.loanQuota === null ? at('loanQuota') : <Quota quota={me.loanQuota} />}
              </Section>
              <div className="grid">
                <Section title={texts.holds}>
                  {me.holds === null && at('holds')}
                  <Holds patronId={patronId} holds={me.holds} onChange={answer.reload} />
                </Section>
                <Section title={texts.charges}>
                  {me.charges === null ? at('charges') : <Charges charges={me.charges} owes={me.owes} />}
                  {me.owes === null && at('owes')}
                  <HowToPay owes={me.owes} />
                </Section>
              </div>
            </>
          );
        }}
      </Loaded>
    </Page>
  );
}

/** A link to the payments. Without a payment system, the reader pays at a counter. */
function HowToPay({ owes }: Pick<Me, 'owes'>): ReactNode {
  const texts = useTexts(homeTexts);
  const isOffered = useOffered();
  return isOffered({ name: 'charges' }) ? (
    <p>
      <Link to="/charges">{texts.payments}</Link>
    </p>
  ) : (
    owes !== null && owes.cents > 0 && <p>{texts.atCounter}</p>
  );
}

/** Shows whether the reader's record is suspended or closed, and all other reasons why the reader may not borrow. */
function Standing({ me: { status, borrowing } }: { readonly me: Me }): ReactNode {
  const texts = useTexts(homeTexts);
  const reasons = borrowing?.reasons.filter(({ code }) => code !== 'PATRON_NOT_ACTIVE') ?? [];
  return (
    <>
      {(status === 'SUSPENDED' || status === 'CLOSED') && (
        <Notice tone="warning" title={texts[status]}>
          <p>{texts[`${status}_TEXT`]}</p>
        </Notice>
      )}
      {reasons.length > 0 && (
        <Notice tone="warning" title={texts.mayNotBorrow}>
          <MessageList messages={reasons.map(({ message }) => message)} />
        </Notice>
      )}
    </>
  );
}

/**
 * The charges that the circulation system reports, and the total that the payment system reports. The two may differ:
 * the circulation system reports a paid charge until the next night, and never reports some kinds of charges. The total
 * is null while the payment system is closed.
 */
function Charges({ charges, owes }: ChargesProps): ReactNode {
  const texts = useTexts(homeTexts);
  const kinds = useTexts(chargeKinds);
  const { language } = useLanguage();
  const listedCents = charges.reduce((sum, { amount }) => sum + amount.cents, 0);
  return (
    <>
      <Table
        caption={texts.charges}
        hidesCaption
        keyOf={({ id }) => id}
        rows={charges}
        empty={owes === null || owes.cents > 0 ? texts.noListedCharges : texts.noCharges}
        columns={[
          { heading: texts.kind, cell: ({ kind }) => kinds[kind] },
          { heading: texts.since, align: 'whole', cell: ({ raisedOn }) => formatDay(raisedOn, language) },
          { heading: texts.amount, cell: ({ amount }) => formatMoney(amount, language), align: 'end' },
        ]}
      />
      {owes !== null && owes.cents !== listedCents && <p>{texts.chargesDiffer}</p>}
      {owes !== null && (charges.length > 0 || owes.cents > 0) && (
        <p>{texts.chargesTotal(formatMoney(owes, language))}</p>
      )}
    </>
  );
}
