import {
  Facts,
  formatMoney,
  formatTime,
  isPaymentOpen,
  Loaded,
  Missing,
  paymentEveryMs,
  useLanguage,
  useLastRead,
  useQuery,
  useReadAgain,
  useTexts,
} from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { CancelPending } from '../charges/followed-payment.tsx';
import type { PaymentByCode } from '../charges/kept-payments.ts';
import { HowToPay, PaymentEnded } from '../charges/shown-payment.tsx';
import { chargesTexts } from '../charges/texts.ts';
import { CodePaymentNowDocument, CodeReceiptDocument } from '../operations.generated.ts';
import { payTexts } from './texts.ts';

/** A payment for another person: how to pay it, and how it has ended. An ended payment stays on the page. */
export function FollowedCodePayment({
  payment: { patronId, id, createdAt },
}: {
  readonly payment: PaymentByCode;
}): ReactNode {
  const texts = useTexts(payTexts);
  const { payment: title, unknownPayment } = useTexts(chargesTexts);
  const answer = useQuery(CodePaymentNowDocument, { patronId, id });
  const read = answer.data?.codePayment ?? null;
  const lastRead = useLastRead(read);
  // After a failed reading, the QR code stays, and the payment is read again.
  const payment = answer.missing.length > 0 ? lastRead : read;
  useReadAgain(
    answer,
    payment !== null && isPaymentOpen({ state: payment.state, createdAt }, Date.now()),
    paymentEveryMs,
  );
  // The payment is read every few seconds. It stays on the page during a reading, and after a failed one.
  const shown = payment === null ? answer : { ...answer, state: 'answered' as const };
  return (
    <section className="card payment" aria-label={title}>
      {payment !== null && answer.state === 'failed' && <p role="status">{texts.stateUnknown}</p>}
      <Loaded answer={shown}>
        {(_, missing) =>
          payment === null ? (
            missing.length === 0 ? (
              <p>{unknownPayment}</p>
            ) : (
              <Missing at={missing[0]} />
            )
          ) : payment.state === 'PENDING' ? (
            <>
              <HowToPay payment={payment} isInNewTab />
              <p>{texts.keepOpen}</p>
              <CancelPending patronId={patronId} paymentId={id} onCancelled={answer.reload} />
            </>
          ) : (
            <>
              <PaymentEnded state={payment.state} amount={payment.amount} about={texts[payment.state]} />
              {payment.state === 'PAID' && <Receipt patronId={patronId} id={id} />}
            </>
          )
        }
      </Loaded>
    </section>
  );
}

/**
 * The facts that the payer keeps as a receipt. The payment system's own receipt names the charges, which are private,
 * so it is not shown.
 */
function Receipt({ patronId, id }: { readonly patronId: string; readonly id: string }): ReactNode {
  const texts = useTexts(payTexts);
  const methods = useTexts(chargesTexts);
  const { language } = useLanguage();
  const answer = useQuery(CodeReceiptDocument, { patronId, id });
  return (
    <Loaded answer={answer}>
      {({ codePayment }, missing) =>
        codePayment === null ? (
          <Missing at={missing[0]} />
        ) : (
          <Facts
            facts={[
              [texts.paymentNumber, id],
              [texts.receiptNumber, codePayment.receiptId ?? <Missing key="receipt" at={missing[0]} />],
              [texts.paidAt, codePayment.paidAt === null ? null : formatTime(codePayment.paidAt, language)],
              [texts.amount, formatMoney(codePayment.amount, language)],
              [texts.method, methods[codePayment.method]],
            ]}
          />
        )
      }
    </Loaded>
  );
}
