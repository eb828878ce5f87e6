import { DialogButton, formatMoney, formatTime, Table, useLanguage, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { RefundPayment, WaiveCharge } from './give-up.tsx';
import { type PatronAccount, ReadAccount, useChargeName } from './read-account.tsx';
import { ReceiptSlip } from './receipt-slip.tsx';
import { ResumedPayment } from './resumed-payment.tsx';
import { TakePayment } from './take-payment.tsx';
import { chargesTexts } from './texts.ts';

type AccountCharge = PatronAccount['charges'][number];
type AccountPayment = NonNullable<PatronAccount['payments']>[number];

interface AccountProps {
  readonly patronId: string;
  readonly account: PatronAccount;
  reload(): void;
}

/** The patron's account in the payment system: debts and payments, and buttons for what staff can do with both. */
export function Account({ patronId }: { readonly patronId: string }): ReactNode {
  return (
    <ReadAccount patronId={patronId}>
      {(account, reload) => (
        <>
          <Owed patronId={patronId} account={account} reload={reload} />
          <Paid patronId={patronId} account={account} reload={reload} />
        </>
      )}
    </ReadAccount>
  );
}

function Owed({ patronId, account: { outstanding, charges, credits }, reload }: AccountProps): ReactNode {
  const texts = useTexts(chargesTexts);
  const { language } = useLanguage();
  const nameOf = useChargeName();
  return (
    <>
      <Table
        caption={texts.outstanding}
        empty={texts.nothing}
        rows={charges}
        keyOf={({ id }) => id}
        columns={[
          { heading: texts.chargeFor, cell: (charge) => nameOf(charge) },
          {
            heading: texts.outstanding,
            align: 'end',
            cell: ({ outstanding: rest }) => (rest === null ? '—' : formatMoney(rest, language)),
          },
          {
            heading: texts.acts,
            cell: (charge) => (
              <ActsFor patronId={patronId} charge={charge} name={nameOf(charge)} reload={reload} />
            ),
          },
        ]}
      />
      {outstanding.cents > 0 && (
        <>
          <p>{texts.total(formatMoney(outstanding, language))}</p>
          <DialogButton label={texts.take} kind="primary">
            {(close) => <TakePayment patronId={patronId} onDone={reload} onClose={close} />}
          </DialogButton>
        </>
      )}
      {credits.map(({ id, remaining }) => (
        <p key={id}>{texts.credit(formatMoney(remaining, language))}</p>
      ))}
    </>
  );
}

function ActsFor({
  patronId,
  charge,
  name,
  reload,
}: {
  readonly patronId: string;
  readonly charge: AccountCharge;
  readonly name: string;
  reload(): void;
}): ReactNode {
  const texts = useTexts(chargesTexts);
  if (charge.state === 'NOT_PAYABLE_YET') {
    return texts.notPayableYet;
  }
  return charge.pendingPayment === null ? (
    <DialogButton label={texts.waive} title={texts.waiveCharge(name)}>
      {(close) => <WaiveCharge patronId={patronId} charge={charge} onDone={reload} onClose={close} />}
    </DialogButton>
  ) : (
    texts.inPayment(charge.pendingPayment.id)
  );
}

function Paid({ patronId, account: { payments, allCharges }, reload }: AccountProps): ReactNode {
  const texts = useTexts(chargesTexts);
  return (
    payments !== null && (
      <Table
        caption={texts.payments}
        empty={texts.noPayments}
        rows={payments}
        keyOf={({ id }) => id}
        columns={[
          {
            heading: texts.paidAt,
            cell: (payment) => <Standing payment={payment} />,
          },
          { heading: texts.amount, align: 'end', cell: (payment) => <Sum payment={payment} /> },
          {
            heading: texts.acts,
            cell: (payment) =>
              payment.state === 'PAID' ? (
                <ActsOnPaid patronId={patronId} payment={payment} charges={allCharges} reload={reload} />
              ) : (
                payment.state === 'PENDING' && (
                  <GoOn patronId={patronId} paymentId={payment.id} reload={reload} />
                )
              ),
          },
        ]}
      />
    )
  );
}

/** How a payment stands: when it was paid, until when it can be paid, or that its money came too late. */
function Standing({
  payment: { id, state, paidAt, payBy },
}: {
  readonly payment: AccountPayment;
}): ReactNode {
  const texts = useTexts(chargesTexts);
  const { language } = useLanguage();
  const time = paidAt === null ? null : formatTime(paidAt, language);
  return (
    <>
      <span className="line">
        {state === 'PENDING' && texts.underWay}
        {state === 'PENDING' && payBy !== null && `, ${texts.endsAt(formatTime(payBy, language))}`}
        {state === 'PAID' && time}
        {state === 'PAID_LATE' && texts.cameLate(time ?? '')}
        {(state === 'CANCELLED' || state === 'EXPIRED') && texts[state]}
      </span>
      <span className="line quiet number">{id}</span>
    </>
  );
}

/** A button that opens a payment under way, to wait for its end or to cancel it. */
function GoOn({
  patronId,
  paymentId,
  reload,
}: {
  readonly patronId: string;
  readonly paymentId: string;
  reload(): void;
}): ReactNode {
  const texts = useTexts(chargesTexts);
  return (
    <DialogButton label={texts.goOn} title={texts.goOnWith(paymentId)}>
      {(close) => (
        <ResumedPayment
          patronId={patronId}
          paymentId={paymentId}
          onAgain={null}
          onDone={reload}
          onClose={close}
        />
      )}
    </DialogButton>
  );
}

function Sum({ payment: { amount, method, refunds } }: { readonly payment: AccountPayment }): ReactNode {
  const texts = useTexts(chargesTexts);
  const { language } = useLanguage();
  return (
    <>
      <span className="line">{formatMoney(amount, language)}</span>
      <span className="line quiet">{texts[method]}</span>
      {refunds?.map(({ id, amount: given }) => (
        <span key={id} className="line quiet">
          {texts.givenBack(formatMoney(given, language))}
        </span>
      ))}
    </>
  );
}

function ActsOnPaid({
  patronId,
  payment,
  charges,
  reload,
}: {
  readonly patronId: string;
  readonly payment: AccountPayment;
  readonly charges: PatronAccount['allCharges'];
  reload(): void;
}): ReactNode {
  const texts = useTexts(chargesTexts);
  const { language } = useLanguage();
  const sum = formatMoney(payment.amount, language);
  const time = formatTime(payment.paidAt ?? payment.createdAt, language);
  const isLeft = payment.lines?.some(({ amount, refunded }) => refunded.cents < amount.cents);
  return (
    <div className="acts">
      <DialogButton label={texts.receiptSlip} title={texts.receiptOf(sum, time)}>
        {() => <ReceiptSlip patronId={patronId} paymentId={payment.id} />}
      </DialogButton>
      {isLeft && (
        <DialogButton label={texts.refund} title={texts.refundPayment(sum, time)}>
          {(close) => (
            <RefundPayment
              patronId={patronId}
              payment={payment}
              charges={charges}
              onDone={reload}
              onClose={close}
            />
          )}
        </DialogButton>
      )}
    </div>
  );
}
