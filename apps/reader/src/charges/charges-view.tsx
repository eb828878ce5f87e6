import { missingAt } from '@patron-graph/kit';
import {
  Button,
  Empty,
  formatDay,
  formatMoney,
  isNotInGraph,
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
import { type ReactNode, useState } from 'react';
import { AccountDocument, MyChangesDocument } from '../operations.generated.ts';
import { usePatronId } from '../patron-id.ts';
import { FollowedPayment } from './followed-payment.tsx';
import { type Account, PayForm } from './pay-form.tsx';
import { Payments } from './payments.tsx';
import { chargesTexts } from './texts.ts';

/**
 * The number of payments that are shown at first, and the number that is shown on request, which is the maximum of an
 * answer.
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
          {({ me }, missing) =>
            me?.account == null ? (
              <>
                <Missing at={missingAt(missing, ['me']) ?? missingAt(missing, ['me', 'account'])} />
                <p>{texts.closedAtNight}</p>
              </>
            ) : (
              <OpenAccount
                account={me.account}
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
  reload,
  paymentsMissing,
  onEarlier,
}: {
  readonly account: Account;
  reload(): void;
  readonly paymentsMissing: ReactNode;
  /** Null if the answer already contains all payments that it can contain. */
  readonly onEarlier: (() => void) | null;
}): ReactNode {
  const patronId = usePatronId();
  const texts = useTexts(chargesTexts);
  const { language } = useLanguage();
  const [started, setStarted] = useState<readonly string[]>([]);
  const underWay = [
    ...(payments ?? []).filter(({ state }) => state === 'PENDING').map(({ id }) => id),
    ...charges.flatMap(({ pendingPayment }) => (pendingPayment === null ? [] : [pendingPayment.id])),
  ];
  // A payment stays on the page after it has ended, so that the reader sees its outcome.
  const followed = [...new Set([...started, ...underWay])];
  const follow = (paymentIds: readonly string[]) =>
    setStarted((before) => [...new Set([...before, ...paymentIds])]);
  const onEnded = () => {
    follow(underWay);
    reload();
  };
  const done = (payments ?? []).filter(({ state }) => state !== 'PENDING');
  return (
    <>
      {followed.map((paymentId) => (
        <FollowedPayment key={paymentId} patronId={patronId} paymentId={paymentId} onEnded={onEnded} />
      ))}
      <Section title={texts.owed}>
        {outstanding.cents > 0 && <p>{texts.total(formatMoney(outstanding, language))}</p>}
        {charges.length === 0 ? (
          <Empty>{texts.nothing}</Empty>
        ) : (
          <PayForm
            patronId={patronId}
            charges={charges}
            onStarted={(paymentId) => {
              follow(paymentId === null ? [] : [paymentId]);
              reload();
            }}
          />
        )}
        {credits.map(({ id, remaining, reason, expiresOn }) => (
          <p key={id}>
            {texts.credit(formatMoney(remaining, language))} {reason}{' '}
            {expiresOn !== null && texts.creditUntil(formatDay(expiresOn, language))}
          </p>
        ))}
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
