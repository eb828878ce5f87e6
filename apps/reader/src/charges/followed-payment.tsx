import {
  ConfirmButton,
  isPaymentOpen,
  Loaded,
  Missing,
  Outcome,
  paymentEveryMs,
  useLastRead,
  useMutation,
  useQuery,
  useReadAgain,
  useTexts,
} from '@patron-graph/ui';
import { type ReactNode, useEffect, useEffectEvent, useRef } from 'react';
import { CancelPaymentDocument, PaymentNowDocument } from '../operations.generated.ts';
import { HowToPay, PaymentEnded } from './shown-payment.tsx';
import { chargesTexts } from './texts.ts';

interface FollowedProps {
  readonly patronId: string;
  readonly paymentId: string;
  /** Called when the payment has ended, whatever its outcome. */
  onEnded(): void;
}

/** A payment with its QR code and its state. An ended payment stays on the page. */
export function FollowedPayment({ patronId, paymentId, onEnded }: FollowedProps): ReactNode {
  const texts = useTexts(chargesTexts);
  const answer = useQuery(PaymentNowDocument, { id: paymentId });
  const read = answer.data?.me?.account?.payment ?? null;
  const lastRead = useLastRead(read);
  // After a failed reading, the QR code stays, and the payment is read again.
  const payment = answer.missing.length > 0 ? lastRead : read;
  const isOpen = isPaymentOpen(payment, Date.now());
  useReadAgain(answer, isOpen, paymentEveryMs);
  // The payment is read every few seconds. The page must not show the loading state each time.
  const shown =
    answer.data !== null && answer.state === 'loading' ? { ...answer, state: 'answered' as const } : answer;
  const tellEnd = useEffectEvent(onEnded);
  const hasEnded = payment !== null && payment.state !== 'PENDING';
  useEffect(() => {
    if (hasEnded) {
      tellEnd();
    }
  }, [hasEnded]);
  // The payment is shown above the charges. A reader on a phone may have scrolled past that place.
  const section = useRef<HTMLElement>(null);
  useEffect(() => section.current?.scrollIntoView({ block: 'nearest' }), []);
  return (
    <section ref={section} className="card payment" aria-label={texts.payment}>
      <Loaded answer={shown}>
        {(_, missing) =>
          payment === null ? (
            missing.length === 0 ? (
              <p>{texts.unknownPayment}</p>
            ) : (
              <Missing at={missing[0]} />
            )
          ) : payment.state === 'PENDING' ? (
            <>
              <HowToPay payment={payment} />
              <CancelPending patronId={patronId} paymentId={payment.id} onCancelled={answer.reload} />
            </>
          ) : (
            <PaymentEnded
              state={payment.state}
              amount={payment.amount}
              about={texts[`${payment.state}_TEXT`]}
            />
          )
        }
      </Loaded>
    </section>
  );
}

/**
 * A button that cancels a payment under way. It asks for a confirmation first, because money may already be on its way.
 */
export function CancelPending({
  patronId,
  paymentId,
  onCancelled,
}: {
  /** The patron who is signed in. */
  readonly patronId: string;
  readonly paymentId: string;
  onCancelled(): void;
}): ReactNode {
  const texts = useTexts(chargesTexts);
  const cancelling = useMutation(CancelPaymentDocument, ({ cancelPayment }) => cancelPayment);
  const cancel = () =>
    void cancelling
      .run({ input: { patronId, paymentId } })
      .then((payload) => payload !== null && onCancelled());
  return (
    <>
      <ConfirmButton
        label={texts.cancel}
        title={texts.cancel}
        cancel={texts.keep}
        busy={cancelling.busy}
        onConfirm={cancel}
      >
        <p>{texts.cancelText}</p>
      </ConfirmButton>
      <Outcome of={cancelling}>{() => null}</Outcome>
    </>
  );
}
