import { Loaded, Missing, useQuery, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { DeskPaymentNowDocument } from '../operations.generated.ts';
import { PaymentAtCounter } from './payment-at-counter.tsx';
import { chargesTexts } from './texts.ts';

/**
 * A payment under way that this dialog has not begun: it was begun on another page, or on this page before a reload.
 * Staff wait for its end, or cancel it.
 */
export function ResumedPayment({
  patronId,
  paymentId,
  onDone,
  onAgain,
  onClose,
}: {
  readonly patronId: string;
  readonly paymentId: string;
  /** Called when the dialog closes after the payment was paid. */
  onDone(): void;
  /** Begins another payment. Null if there is no button for that. */
  readonly onAgain: (() => void) | null;
  onClose(): void;
}): ReactNode {
  const texts = useTexts(chargesTexts);
  const answer = useQuery(DeskPaymentNowDocument, { patronId, paymentId });
  const hasAnswer = answer.data !== null;
  // The payment is read again and again. The page must not show the loading state each time.
  const shown = hasAnswer && answer.state !== 'answered' ? { ...answer, state: 'answered' as const } : answer;
  return (
    <Loaded answer={shown}>
      {({ patron }, missing) => {
        const payment = patron?.account?.payment ?? null;
        if (payment === null) {
          return missing.length === 0 ? <p>{texts.noPayment}</p> : <Missing at={missing[0]} />;
        }
        return (
          <PaymentAtCounter
            patronId={patronId}
            payment={payment}
            isOther
            isUnknown={answer.state === 'failed'}
            readAgain={answer.reload}
            onPaid={onDone}
            onAgain={onAgain}
            onClose={onClose}
          />
        );
      }}
    </Loaded>
  );
}
