import { missingAt } from '@patron-graph/kit';
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
import { AccountDocument, type AccountQuery, MyChangesDocument } from '../operations.generated.ts';
import { usePatronId } from '../patron-id.ts';
import { FollowedPayment } from './followed-payment.tsx';
import { keepPayments, keptPayments } from './kept-payments.ts';
import { PayCode } from './pay-code.tsx';
import { type Account, PayForm } from './pay-form.tsx';
import { Payments } from './payments.tsx';
import { chargesTexts } from './texts.ts';
import { UnreadAccount } from './unread-account.tsx';

/**
 * The number of payments that are read at first, and after the reader has asked for earlier ones. The graph returns at
 * most 100 in one answer.
 */
const fewPayments = 20;
const manyPayments = 100;

/**
 * The reader's debts, the form to pay them, and the receipts. If the library has no payment system, it takes payments at
 * a counter.
 */
export function ChargesView(): ReactNode {
  const texts = useTexts(chargesTexts);
  const [first, setFirst] = useState(fewPayments);
  const answer = useQuery(AccountDocument, { first });
  useLive(answer, MyChangesDocument, {
    after: answer.data?.me?.changesCursor,
    isAbout: ({ kind }) => kind === 'LOAN_ENDED',
  });
  const isOffered = !isNotInGraph(answer.error);
  return (
    <Page title={texts.title}>
      {isOffered ? (
        <Loaded answer={answer}>
          {({ me, paymentMethods }, missing) =>
            me?.account == null ? (
              <UnreadAccount at={missingAt(missing, ['me', 'account'])} reload={answer.reload} />
            ) : (
              <OpenAccount
                account={me.account}
                methods={paymentMethods}
                reload={answer.reload}
                paymentsMissing={<Missing at={missingAt(missing, ['me', 'account', 'payments'])} />}
                onEarlier={first === fewPayments ? () => setFirst(manyPayments) : null}
              />
            )
          }
        </Loaded>
      ) : (
        <Notice>{texts.atCounter}</Notice>
      )}
    </Page>
  );
}

function OpenAccount({
  account: { outstanding, charges, credits, payments },
  methods,
  reload,
  paymentsMissing,
  onEarlier,
}: {
  readonly account: Account;
  readonly methods: AccountQuery['paymentMethods'];
  reload(): void;
  readonly paymentsMissing: ReactNode;
  /** Shows earlier payments. Null if all of them are shown already, or as many as one answer may contain. */
  readonly onEarlier: (() => void) | null;
}): ReactNode {
  const patronId = usePatronId();
  const texts = useTexts(chargesTexts);
  const { followed, follow, followUnderWay } = useFollowed(patronId, charges, payments);
  const onEnded = () => {
    followUnderWay();
    reload();
  };
  const done = (payments ?? []).filter(({ state }) => state !== 'PENDING');
  return (
    <>
      {followed.map((paymentId) => (
        <FollowedPayment key={paymentId} patronId={patronId} paymentId={paymentId} onEnded={onEnded} />
      ))}
      <Section title={texts.owed}>
        {outstanding.cents > 0 && <Total of={outstanding} />}
        {charges.length === 0 ? (
          <Empty>{texts.nothing}</Empty>
        ) : (
          <PayForm
            patronId={patronId}
            charges={charges}
            methods={methods}
            onStarted={(paymentId) => {
              follow(paymentId === null ? [] : [paymentId]);
              reload();
            }}
          />
        )}
        <Credits credits={credits} />
      </Section>
      <Section title={texts.somebodyElse}>
        {outstanding.cents > 0 && <PayCode />}
        <p>
          <Link to="/pay">{texts.payForSomebody}</Link>
        </p>
      </Section>
      <Section title={texts.payments}>
        {payments === null ? paymentsMissing : <Payments payments={done} />}
        {onEarlier !== null && (payments ?? []).length >= fewPayments && (
          <Button onClick={onEarlier}>{texts.earlier}</Button>
        )}
      </Section>
    </>
  );
}

/**
 * The ids of the payments whose progress this page shows: all payments under way, and the payments in `started`. A
 * payment in `started` stays on the page after it has ended. `follow` adds payments to `started`. `followUnderWay` adds
 * all payments that are under way.
 */
function useFollowed(patronId: string, charges: Account['charges'], payments: Account['payments']) {
  const [started, setStarted] = useState(() => keptPayments(patronId));
  const underWay = [
    ...(payments ?? []).filter(({ state }) => state === 'PENDING').map(({ id }) => id),
    ...charges.flatMap(({ pendingPayment }) => (pendingPayment === null ? [] : [pendingPayment.id])),
  ];
  // Payments in `started` stay on the page after they have ended, so that the reader sees their outcome.
  const followed = [...new Set([...started, ...underWay])];
  const follow = (paymentIds: readonly string[]) =>
    setStarted((before) => [...new Set([...before, ...paymentIds])]);
  const kept = JSON.stringify(underWay);
  useEffect(() => keepPayments(patronId, JSON.parse(kept)), [patronId, kept]);
  return { followed, follow, followUnderWay: () => follow(underWay) };
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
