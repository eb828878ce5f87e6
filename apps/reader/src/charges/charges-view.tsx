import { type MissingValue, missingAt } from '@patron-graph/kit';
import {
  Button,
  Empty,
  formatDay,
  formatMoney,
  isNotInGraph,
  Link,
  Loaded,
  Missing,
  Notice,
  Page,
  Section,
  useLanguage,
  useLive,
  useQuery,
  useTexts,
} from '@patron-graph/ui';
import { type ReactNode, useEffect, useState } from 'react';
import { AccountDocument, MyChangesDocument } from '../operations.generated.ts';
import { usePatronId } from '../patron-id.ts';
import { FollowedPayment } from './followed-payment.tsx';
import { keepPayments, keptPayments } from './kept-payments.ts';
import { PayCode } from './pay-code.tsx';
import { PayForm } from './pay-form.tsx';
import { Payments } from './payments.tsx';
import { type Account, StartPaymentOutcome, useStartPayment } from './start-payment.tsx';
import { chargesTexts } from './texts.ts';
import { ToldCharges } from './told-charges.tsx';

const fewPayments = 20;
/** The graph's maximum for one answer. */
const manyPayments = 100;

/**
 * The reader's debts, the form to pay them, and the receipts. If the library has no payment system, it takes payments at
 * a counter. Every night the account can't be read for a while. The view then shows the payments that this tab knows to
 * be under way, and the charges that the circulation system reports.
 */
export function ChargesView(): ReactNode {
  const texts = useTexts(chargesTexts);
  const patronId = usePatronId();
  const [first, setFirst] = useState(fewPayments);
  const answer = useQuery(AccountDocument, { first });
  useLive(answer, MyChangesDocument, {
    after: answer.data?.me?.changesCursor,
    isAbout: ({ kind }) => kind === 'LOAN_ENDED',
  });
  const account = answer.data?.me?.account ?? null;
  const { followed, follow, followUnderWay } = useFollowed(patronId, account);
  const act = useStartPayment(account);
  const onEnded = () => {
    followUnderWay();
    answer.reload();
  };
  const onStarted = (paymentId: string | null) => {
    follow(paymentId === null ? [] : [paymentId]);
    answer.reload();
  };
  return (
    <Page title={texts.title}>
      {isNotInGraph(answer.error) ? (
        <Notice>{texts.atCounter}</Notice>
      ) : (
        <Loaded answer={answer}>
          {({ paymentMethods: methods }, missing) => (
            <>
              {followed.map((paymentId) => (
                <FollowedPayment
                  key={paymentId}
                  patronId={patronId}
                  paymentId={paymentId}
                  onEnded={onEnded}
                />
              ))}
              <Section title={texts.owed}>
                {account === null ? (
                  <>
                    <Missing at={missingAt(missing, ['me', 'account'])} />
                    <ToldCharges />
                  </>
                ) : (
                  <Owed {...{ patronId, account, methods, act, onStarted }} />
                )}
                <StartPaymentOutcome of={act} />
              </Section>
              {account !== null && (
                <>
                  <SomebodyElse owes={account.outstanding.cents > 0} />
                  <PaymentsOf
                    payments={account.payments}
                    missing={missingAt(missing, ['me', 'account', 'payments'])}
                    onEarlier={first === fewPayments ? () => setFirst(manyPayments) : null}
                  />
                </>
              )}
            </>
          )}
        </Loaded>
      )}
    </Page>
  );
}

/**
 * The ids of the payments that this page shows with their progress. `followUnderWay` adds all payments that are under
 * way. If `account` is null, it adds those that were under way when this tab last showed the account.
 */
function useFollowed(patronId: string, account: Account | null) {
  const [started, setStarted] = useState(() => keptPayments(patronId));
  const underWay =
    account === null
      ? keptPayments(patronId)
      : [
          ...(account.payments ?? []).filter(({ state }) => state === 'PENDING').map(({ id }) => id),
          ...account.charges.flatMap(({ pendingPayment }) =>
            pendingPayment === null ? [] : [pendingPayment.id],
          ),
        ];
  // Payments in `started` stay on the page after they have ended, so that the reader sees their outcome.
  const followed = [...new Set([...started, ...underWay])];
  const follow = (paymentIds: readonly string[]) =>
    setStarted((before) => [...new Set([...before, ...paymentIds])]);
  const kept = JSON.stringify(underWay);
  useEffect(() => keepPayments(patronId, JSON.parse(kept)), [patronId, kept]);
  return { followed, follow, followUnderWay: () => follow(underWay) };
}

function Owed({
  account: { outstanding, charges, credits },
  ...form
}: Omit<Parameters<typeof PayForm>[0], 'charges'> & { readonly account: Account }): ReactNode {
  const texts = useTexts(chargesTexts);
  return (
    <>
      {outstanding.cents > 0 && <Total of={outstanding} />}
      <Credits credits={credits} />
      {charges.length === 0 ? <Empty>{texts.nothing}</Empty> : <PayForm charges={charges} {...form} />}
    </>
  );
}

function SomebodyElse({ owes }: { readonly owes: boolean }): ReactNode {
  const texts = useTexts(chargesTexts);
  return (
    <Section title={texts.somebodyElse}>
      {owes && <PayCode />}
      <p>
        <Link to="/pay">{texts.payForSomebody}</Link>
      </p>
    </Section>
  );
}

function PaymentsOf({
  payments,
  missing,
  onEarlier,
}: Pick<Account, 'payments'> & {
  readonly missing: MissingValue | undefined;
  /** Shows earlier payments. Null once they are shown. */
  readonly onEarlier: (() => void) | null;
}): ReactNode {
  const texts = useTexts(chargesTexts);
  return (
    <Section title={texts.payments}>
      {payments === null ? (
        <Missing at={missing} />
      ) : (
        <Payments payments={payments.filter(({ state }) => state !== 'PENDING')} />
      )}
      {onEarlier !== null && (payments ?? []).length >= fewPayments && (
        <Button onClick={onEarlier}>{texts.earlier}</Button>
      )}
    </Section>
  );
}

function Total({ of: outstanding }: { readonly of: Account['outstanding'] }): ReactNode {
  const texts = useTexts(chargesTexts);
  const { language } = useLanguage();
  return <p>{texts.total(formatMoney(outstanding, language))}</p>;
}

function Credits({ credits }: Pick<Account, 'credits'>): ReactNode {
  const texts = useTexts(chargesTexts);
  const { language } = useLanguage();
  return credits.map(({ id, remaining, reason, expiresOn }) => (
    <p key={id}>
      {texts.credit(formatMoney(remaining, language))} {reason}{' '}
      {expiresOn !== null && texts.creditUntil(formatDay(expiresOn, language))}
    </p>
  ));
}
