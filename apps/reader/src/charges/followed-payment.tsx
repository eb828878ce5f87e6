import {
  ConfirmButton,
  formatMoney,
  formatTime,
  isPaymentOpen,
  Loaded,
  Notice,
  Outcome,
  paymentEveryMs,
  type Tone,
  useLanguage,
  useMutation,
  useQuery,
  useReadAgain,
  useTexts,
} from '@patron-graph/ui';
import { lazy, type ReactNode, Suspense, useEffect, useEffectEvent, useRef } from 'react';
import {
  CancelPaymentDocument,
  PaymentNowDocument,
  type PaymentOfReaderFragment,
} from '../operations.generated.ts';
import { chargesTexts } from './texts.ts';

const QrCode = lazy(async () => ({ default: (await import('./qr-code.tsx')).QrCode }));

interface FollowedProps {
  readonly patronId: string;
  readonly paymentId: string;
  /** Called when the payment has ended, whatever its outcome. */
  onEnded(): void;
}

/** A payment that was under way while this page was open: its QR code and its state. It stays after its end. */
export function FollowedPayment({ patronId, paymentId, onEnded }: FollowedProps): ReactNode {
  const texts = useTexts(chargesTexts);
  const answer = useQuery(PaymentNowDocument, { id: paymentId });
  const account = answer.data?.me?.account;
  const payment = account?.payment ?? null;
  const isOpen = isPaymentOpen(payment, Date.now());
  useReadAgain(answer, isOpen, paymentEveryMs);
  // A payment is read every few seconds. It must not look busy each time.
  const shown =
    answer.data !== null && answer.state === 'loading' ? { ...answer, state: 'answered' as const } : answer;
  const tellEnd = useEffectEvent(onEnded);
  const hasEnded = payment !== null && payment.state !== 'PENDING';
  useEffect(() => {
    if (hasEnded) {
      tellEnd();
    }
  }, [hasEnded]);
  // A new payment is shown above the charges. A reader on a phone may have scrolled past it, so it is scrolled into view.
  const section = useRef<HTMLElement>(null);
  useEffect(() => section.current?.scrollIntoView({ block: 'nearest' }), []);
  return (
    <section ref={section} className="card payment" aria-label={texts.payment}>
      <Loaded answer={shown}>
        {() =>
          payment === null ? (
            <p>{account == null ? texts.closedAtNight : texts.unknownPayment}</p>
          ) : payment.state === 'PENDING' ? (
            <Pending patronId={patronId} payment={payment} onCancelled={answer.reload} />
          ) : (
            <Ended state={payment.state} amount={payment.amount} />
          )
        }
      </Loaded>
    </section>
  );
}

const tones: Readonly<Record<Exclude<PaymentOfReaderFragment['state'], 'PENDING'>, Tone>> = {
  PAID: 'good',
  EXPIRED: 'warning',
  CANCELLED: 'neutral',
  PAID_LATE: 'warning',
};

function Ended({
  state,
  amount,
}: {
  readonly state: keyof typeof tones;
  readonly amount: PaymentOfReaderFragment['amount'];
}): ReactNode {
  const texts = useTexts(chargesTexts);
  const { language } = useLanguage();
  return (
    <Notice
      tone={tones[state]}
      title={state === 'PAID' ? texts.PAID(formatMoney(amount, language)) : texts[state]}
    >
      <p>{texts[`${state}_TEXT`]}</p>
    </Notice>
  );
}

function Pending({
  patronId,
  payment: { id, amount, payBy, qrPayload, redirectUrl },
  onCancelled,
}: {
  readonly patronId: string;
  readonly payment: PaymentOfReaderFragment;
  onCancelled(): void;
}): ReactNode {
  const texts = useTexts(chargesTexts);
  const { language } = useLanguage();
  const sum = formatMoney(amount, language);
  const cancelling = useMutation(CancelPaymentDocument, ({ cancelPayment }) => cancelPayment);
  const cancel = () =>
    void cancelling
      .run({ input: { patronId, paymentId: id } })
      .then((payload) => payload !== null && onCancelled());
  return (
    <>
      <h2>{payBy === null ? texts.pendingNow(sum) : texts.PENDING(sum, formatTime(payBy, language))}</h2>
      {redirectUrl !== null && (
        <p>
          <a className="button primary" href={redirectUrl}>
            {texts.goOn}
          </a>
        </p>
      )}
      {qrPayload === null ? (
        redirectUrl === null && <p>{texts.elsewhere}</p>
      ) : (
        <>
          <p>{texts.scan}</p>
          <Suspense>
            <QrCode text={qrPayload} label={texts.qrCode(sum)} save={texts.saveCode} />
          </Suspense>
        </>
      )}
      <p role="status">{texts.waits}</p>
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
