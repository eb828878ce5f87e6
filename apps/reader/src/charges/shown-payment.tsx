import { formatMoney, formatTime, Notice, type Tone, useLanguage, useTexts } from '@patron-graph/ui';
import { lazy, type ReactNode, Suspense } from 'react';
import type { PaymentOfReaderFragment } from '../operations.generated.ts';
import { chargesTexts } from './texts.ts';

const QrCode = lazy(async () => ({ default: (await import('./qr-code.tsx')).QrCode }));

type State = PaymentOfReaderFragment['state'];

const tones: Readonly<Record<Exclude<State, 'PENDING'>, Tone>> = {
  PAID: 'good',
  EXPIRED: 'warning',
  CANCELLED: 'neutral',
  PAID_LATE: 'warning',
};

/** A message about how a payment has ended. */
export function PaymentEnded({
  state,
  amount,
  about,
}: {
  readonly state: keyof typeof tones;
  readonly amount: PaymentOfReaderFragment['amount'];
  /** The text below the title. It says what the outcome means for the person who pays. */
  readonly about: string;
}): ReactNode {
  const texts = useTexts(chargesTexts);
  const { language } = useLanguage();
  return (
    <Notice
      tone={tones[state]}
      title={state === 'PAID' ? texts.PAID(formatMoney(amount, language)) : texts[state]}
    >
      <p>{about}</p>
    </Notice>
  );
}

/** The QR code of a payment under way, or the link to the payment page for a card or a wallet. */
export function HowToPay({
  payment: { amount, payBy, qrPayload, redirectUrl },
  isInNewTab = false,
}: {
  readonly payment: Pick<PaymentOfReaderFragment, 'amount' | 'payBy' | 'qrPayload' | 'redirectUrl'>;
  /** Whether the link opens in a new tab. Needed if no other page can show how the payment ends. */
  readonly isInNewTab?: boolean;
}): ReactNode {
  const texts = useTexts(chargesTexts);
  const { language } = useLanguage();
  const sum = formatMoney(amount, language);
  return (
    <>
      <h2>{payBy === null ? texts.pendingNow(sum) : texts.PENDING(sum, formatTime(payBy, language))}</h2>
      {redirectUrl !== null && (
        <p>
          <a
            className="button primary"
            href={redirectUrl}
            target={isInNewTab ? '_blank' : undefined}
            rel="noreferrer"
          >
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
    </>
  );
}
