import { DialogButton, useTexts } from '@patron-graph/ui';
import { lazy, type ReactNode, Suspense } from 'react';
import type { Desk } from '../desk.ts';
import { patronOf, type Session } from '../desk-store.ts';
import { deskTexts } from '../texts.ts';

/** Few readers pay at a desk, so this component is loaded only when it is needed. */
const TakePayment = lazy(async () => ({
  default: (await import('../../charges/take-payment.tsx')).TakePayment,
}));

/** The button that takes a payment of the reader at the desk. It is shown only if the reader owes something. */
export function PayNow({ desk, session }: { readonly desk: Desk; readonly session: Session }): ReactNode {
  const texts = useTexts(deskTexts);
  const patron = patronOf(session);
  return (
    patron !== null &&
    session.debts !== null &&
    session.debts.cents > 0 && (
      <DialogButton label={texts.takePayment}>
        {(close) => (
          <Suspense>
            <TakePayment patronId={patron.id} onDone={() => desk.readAgain()} onClose={close} />
          </Suspense>
        )}
      </DialogButton>
    )
  );
}
