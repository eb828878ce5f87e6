import {
  Button,
  formatMoney,
  formatTime,
  isPaymentOpen,
  Notice,
  Outcome,
  paymentEveryMs,
  useLanguage,
  useMutation,
  useReadAgain,
  useTexts,
} from '@patron-graph/ui';
import { type ReactNode, useEffect, useEffectEvent } from 'react';
import { DeskCancelPaymentDocument, type DeskPaymentStateFragment } from '../operations.generated.ts';
import { ClosedUntil } from './give-up.tsx';
import { ReceiptSlip } from './receipt-slip.tsx';
import { chargesTexts } from './texts.ts';

interface AtCounterProps {
  readonly patronId: string;
  readonly payment: DeskPaymentStateFragment;
  /** Whether the payment already existed, for example because the reader has begun it on a phone. */
  readonly isOther: boolean;
  /** Whether the last reading of the payment's state failed. */
  readonly isUnknown: boolean;
  readAgain(): void;
  onPaid(): void;
  /** Begins another payment. */
  onAgain(): void;
  onClose(): void;
}

/**
 * A payment at a counter, until its end. Only the payment system can report that it is paid, so staff can't mark it as
 * paid.
 */
export function PaymentAtCounter(props: AtCounterProps): ReactNode {
  const { patronId, payment, isUnknown, readAgain, onPaid, onAgain, onClose } = props;
  const texts = useTexts(chargesTexts);
  const { language } = useLanguage();
  const { id, state, amount } = payment;
  useReadAgain(
    { state: 'answered', reload: readAgain },
    state === 'PENDING' && isPaymentOpen(payment, Date.now()),
    paymentEveryMs,
  );
  const tellPaid = useEffectEvent(onPaid);
  useEffect(() => {
    // The page behind the dialog is read again only when the dialog closes. Otherwise the button that opened the dialog
    // could disappear.
    return state === 'PAID' ? () => tellPaid() : undefined;
  }, [state]);
  return (
    <div className="act">
      {isUnknown && <p role="status">{texts.stateUnknown}</p>}
      {state === 'PENDING' ? (
        <Waiting {...props} />
      ) : state === 'PAID' ? (
        <>
          <Notice tone="good" title={texts.PAID(formatMoney(amount, language))} />
          <ReceiptSlip patronId={patronId} paymentId={id} />
        </>
      ) : (
        <Notice tone="warning" title={texts[state]} />
      )}
      <div className="actions">
        {state !== 'PENDING' && state !== 'PAID' && <Button onClick={onAgain}>{texts.again}</Button>}
        <Button onClick={onClose}>{texts.close}</Button>
      </div>
    </div>
  );
}

function Waiting({ patronId, payment, isOther, readAgain }: AtCounterProps): ReactNode {
  const texts = useTexts(chargesTexts);
  const { language } = useLanguage();
  const { id, method, amount, payBy } = payment;
  const cancelling = useMutation(DeskCancelPaymentDocument, ({ cancelPayment }) => cancelPayment);
  const cancel = () =>
    void cancelling
      .run({ input: { patronId, paymentId: id } })
      .then((payload) => payload !== null && readAgain());
  return (
    <>
      <Notice title={texts.atTill(formatMoney(amount, language), id)}>
        <p>
          {isOther ? texts.otherPayment(id, texts[method]) : texts.atTillText}{' '}
          {payBy !== null && texts.until(formatTime(payBy, language))}
        </p>
      </Notice>
      <Button busy={cancelling.busy} onClick={cancel}>
        {texts.cancelPayment}
      </Button>
      <Outcome of={cancelling}>{() => null}</Outcome>
      <ClosedUntil time={cancelling.payload?.closedUntil} />
    </>
  );
}
