import {
  Facts,
  formatMoney,
  formatTime,
  Loaded,
  Missing,
  useLanguage,
  useQuery,
  useTexts,
} from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { Slip } from '../acts/slip.tsx';
import { DeskReceiptDocument } from '../operations.generated.ts';
import { useNameOfCharge } from './read-account.tsx';
import { chargesTexts } from './texts.ts';

/** The slip of a receipt. A payment has a receipt only after the payment system has reported the payment as paid. */
export function ReceiptSlip({
  patronId,
  paymentId,
}: {
  readonly patronId: string;
  readonly paymentId: string;
}): ReactNode {
  const texts = useTexts(chargesTexts);
  const { language } = useLanguage();
  const answer = useQuery(DeskReceiptDocument, { patronId, paymentId });
  const nameOf = useNameOfCharge(answer.data?.patron?.account?.allCharges ?? []);
  return (
    <Loaded answer={answer}>
      {({ patron }, missing) => {
        const payment = patron?.account?.payment;
        if (payment?.receipt == null) {
          return missing.length === 0 ? <p>{texts.noReceipt}</p> : <Missing at={missing[0]} />;
        }
        const { receipt, amount, method, cardDigits, paidAt, lines } = payment;
        return (
          <Slip title={texts.receiptSlip} text="">
            <Facts
              facts={[
                [texts.receiptNumber, receipt.id],
                [texts.paymentNumber, paymentId],
                [texts.paidAt, formatTime(paidAt ?? receipt.issuedAt, language)],
                [texts.method, [texts[method], cardDigits].filter((text) => text !== null).join(' ')],
                ...(lines ?? []).map(
                  ({ chargeId, amount: paid }) => [nameOf(chargeId), formatMoney(paid, language)] as const,
                ),
                [texts.amount, <strong key="sum">{formatMoney(amount, language)}</strong>],
              ]}
            />
          </Slip>
        );
      }}
    </Loaded>
  );
}
