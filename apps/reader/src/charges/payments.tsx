import {
  Button,
  Empty,
  formatMoney,
  formatTime,
  Loaded,
  Missing,
  useLanguage,
  useQuery,
  useTexts,
} from '@patron-graph/ui';
import { type ReactNode, useEffect, useState } from 'react';
import { type PaymentOfReaderFragment, ReceiptDocument } from '../operations.generated.ts';
import { chargesTexts } from './texts.ts';

/** The reader's payments, the newest first. If a payment was paid in time, its receipt is shown on request. */
export function Payments({ payments }: { readonly payments: readonly PaymentOfReaderFragment[] }): ReactNode {
  const texts = useTexts(chargesTexts);
  return payments.length === 0 ? (
    <Empty>{texts.noPayments}</Empty>
  ) : (
    payments.map((payment) => <OnePayment key={payment.id} payment={payment} />)
  );
}

function OnePayment({ payment }: { readonly payment: PaymentOfReaderFragment }): ReactNode {
  const texts = useTexts(chargesTexts);
  const { language } = useLanguage();
  const [isReceiptWanted, setReceiptWanted] = useState(false);
  const { id, state, method, cardDigits, amount, paidAt, createdAt, refunds } = payment;
  const sum = formatMoney(amount, language);
  const time = formatTime(paidAt ?? createdAt, language);
  return (
    <div className="item">
      <div className="item-text">
        <strong>{sum}</strong> {texts[method]}
        {cardDigits !== null && texts.cardEnding(cardDigits)}
        {state === 'PAID_LATE' && texts.isLate}
        <span className="line quiet">{time}</span>
        {refunds?.map(({ id: refundId, amount: given, refundedAt, reason }) => (
          <span key={refundId} className="line">
            {texts.refunded(formatMoney(given, language), formatTime(refundedAt, language))} {reason}
          </span>
        ))}
      </div>
      {state === 'PAID' && !isReceiptWanted && (
        <Button aria-label={texts.receiptOf(sum, time)} onClick={() => setReceiptWanted(true)}>
          {texts.receipt}
        </Button>
      )}
      {isReceiptWanted && <Receipt paymentId={id} />}
    </div>
  );
}

/** The receipt is read from the payment system each time that somebody requests it. It is not stored. */
function Receipt({ paymentId }: { readonly paymentId: string }): ReactNode {
  const texts = useTexts(chargesTexts);
  const answer = useQuery(ReceiptDocument, { id: paymentId });
  return (
    <Loaded answer={answer}>
      {({ me }, missing) => {
        const receipt = me?.account?.payment?.receipt;
        return receipt == null ? (
          missing.length === 0 ? (
            <p>{texts.noReceipt}</p>
          ) : (
            <Missing at={missing[0]} />
          )
        ) : (
          <ReceiptLink id={receipt.id} pdf={receipt.pdf} />
        );
      }}
    </Loaded>
  );
}

function ReceiptLink({ id, pdf }: { readonly id: string; readonly pdf: string }): ReactNode {
  const texts = useTexts(chargesTexts);
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    const bytes = Uint8Array.from(atob(pdf), (character) => character.charCodeAt(0));
    const made = URL.createObjectURL(new Blob([bytes], { type: 'application/pdf' }));
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [pdf]);
  return (
    address !== null && (
      <a href={address} download={`${id}.pdf`}>
        {texts.openReceipt(id)}
      </a>
    )
  );
}
