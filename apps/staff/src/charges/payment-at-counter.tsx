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
  useQuery,
  useReadAgain,
  useTexts,
} from '@patron-graph/ui';
import { type ReactNode, useEffect, useEffectEvent } from 'react';
import {
  DeskCancelPaymentDocument,
  DeskOwesDocument,
  type DeskPaymentStateFragment,
} from '../operations.generated.ts';
import { ClosedUntil } from './give-up.tsx';
import { ReceiptSlip } from './receipt-slip.tsx';
import { chargesTexts } from './texts.ts';

/**
 * The delay between two readings of a payment that this dialog has not begun, in ms. It is long, because the patron's
 * access log records each of these readings.
 */
const otherEveryMs = 15_000;

interface AtCounterProps {
  readonly patronId: string;
  readonly payment: DeskPaymentStateFragment;
  /**
   * Whether the payment already existed when this dialog was opened. For example, the reader may have begun it on a
   * phone.
   */
  readonly isOther: boolean;
  /** Whether the last reading of the payment's state failed. */
  readonly isUnknown: boolean;
  readAgain(): void;
  onPaid(): void;
  /** Begins another payment. Null if there is no button for that. */
  readonly onAgain: (() => void) | null;
  onClose(): void;
}

/**
 * A payment at a counter, which is shown until it has ended. Only the payment system can report that it is paid, so
 * staff can't mark it as paid. Money may still come after the end, so the payment is read a little longer.
 */
export function PaymentAtCounter(props: AtCounterProps): ReactNode {
  const { patronId, payment, isOther, isUnknown, readAgain, onPaid, onAgain, onClose } = props;
  const texts = useTexts(chargesTexts);
  const { language } = useLanguage();
  const { id, state, amount } = payment;
  const isPaid = state === 'PAID';
  useReadAgain(
    { state: 'answered', reload: readAgain },
    isPaymentOpen(payment, Date.now()),
    isOther ? otherEveryMs : paymentEveryMs,
  );
  const tellPaid = useEffectEvent(onPaid);
  useEffect(() => {
    // The page behind the dialog is read again when the dialog closes. An earlier reading could remove the button that
    // opened the dialog.
    return isPaid ? () => tellPaid() : undefined;
  }, [isPaid]);
  return (
    <div className="act">
      {isUnknown && <p role="status">{texts.stateUnknown}</p>}
      {state === 'PENDING' ? (
        <Waiting {...props} />
      ) : isPaid ? (
        <>
          <Notice tone="good" title={texts.PAID(formatMoney(amount, language))} />
          {isOther && <StillOutstanding patronId={patronId} />}
          <ReceiptSlip patronId={patronId} paymentId={id} />
        </>
      ) : (
        <Notice tone="warning" title={texts[state]}>
          <p className="number">{id}</p>
        </Notice>
      )}
      <div className="actions">
        {onAgain !== null && state !== 'PENDING' && (isOther || !isPaid) && (
          <Button onClick={onAgain}>{texts.again}</Button>
        )}
        <Button onClick={onClose}>{texts.close}</Button>
      </div>
    </div>
  );
}

/**
 * The amount that the patron still owes. A payment that was begun elsewhere may not contain all charges. Only the amount
 * is read: to read the account would draw the page behind the dialog again, perhaps without the button that opened it.
 */
function StillOutstanding({ patronId }: { readonly patronId: string }): ReactNode {
  const texts = useTexts(chargesTexts);
  const { language } = useLanguage();
  const owes = useQuery(DeskOwesDocument, { patronId }).data?.patron?.owes ?? null;
  return owes !== null && owes.cents > 0 && <p>{texts.stillOutstanding(formatMoney(owes, language))}</p>;
}

function Waiting({ patronId, payment, isOther, readAgain }: AtCounterProps): ReactNode {
  const texts = useTexts(chargesTexts);
  const { language } = useLanguage();
  const { id, method, amount, payBy } = payment;
  const sum = formatMoney(amount, language);
  const isAtTill = method === 'COUNTER';
  const cancelling = useMutation(DeskCancelPaymentDocument, ({ cancelPayment }) => cancelPayment);
  const cancel = () =>
    void cancelling
      .run({ input: { patronId, paymentId: id } })
      .then((payload) => payload !== null && readAgain());
  return (
    <>
      <Notice title={isAtTill ? texts.atTill(sum, id) : texts.elsewhere(sum, texts[method], id)}>
        <p>
          {isOther && texts.otherPayment} {isAtTill ? texts.atTillText : texts.elsewhereText}{' '}
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
