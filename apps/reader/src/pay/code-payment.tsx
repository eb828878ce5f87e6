import {
  Button,
  Form,
  formatMoney,
  formatTime,
  isPaymentOpen,
  Outcome,
  paymentEveryMs,
  useLanguage,
  useMutation,
  useReadAgain,
  useTexts,
} from '@patron-graph/ui';
import { type ReactNode, useState } from 'react';
import { inputOf, type PayWay, PayWayChoice } from '../charges/pay-way.tsx';
import { HowToPay, PaymentEnded } from '../charges/shown-payment.tsx';
import { chargesTexts, waysToPay } from '../charges/texts.ts';
import { PayByCodeDocument, type PaymentMethodsQuery } from '../operations.generated.ts';
import { payTexts } from './texts.ts';

/** A payment for another person: first the form, and then the state of the payment, even after its end. */
export function CodePayment({
  patronId,
  code,
  cents,
  methods,
  before,
}: {
  readonly patronId: string;
  readonly code: string;
  readonly cents: number;
  readonly methods: PaymentMethodsQuery['paymentMethods'];
  /** The content above the form. Once the payment has begun, neither this content nor the form is shown. */
  readonly before: ReactNode;
}): ReactNode {
  const texts = useTexts(payTexts);
  const { closedUntil, payment: title } = useTexts(chargesTexts);
  const ways = useTexts(waysToPay);
  const { language } = useLanguage();
  const [way, setWay] = useState<PayWay>('FPS');
  const [startedAt, setStartedAt] = useState('');
  const act = useMutation(PayByCodeDocument, ({ payByCode }) => payByCode);
  const payment = act.payload?.payment ?? null;
  // No query returns the state of this payment. The mutation returns the state when it is sent again with the same
  // reference.
  useReadAgain(
    { state: 'answered', reload: () => void act.retry() },
    payment !== null && isPaymentOpen({ state: payment.state, createdAt: startedAt }, Date.now()),
    paymentEveryMs,
  );
  if (payment !== null) {
    return (
      <section className="card payment" aria-label={title}>
        {act.state === 'failed' && <p role="status">{texts.stateUnknown}</p>}
        {payment.state === 'PENDING' ? (
          <>
            <HowToPay payment={payment} isInNewTab />
            <p>{texts.keepOpen}</p>
          </>
        ) : (
          <PaymentEnded state={payment.state} amount={payment.amount} about={texts[payment.state]} />
        )}
      </section>
    );
  }
  const pay = () => {
    setStartedAt(new Date().toISOString());
    void act.run({ input: { patronId, code, ...inputOf(way) } });
  };
  const closed = act.payload?.closedUntil ?? null;
  return (
    <>
      {before}
      {cents > 0 && (
        <Form onSubmit={pay}>
          <PayWayChoice methods={methods} way={way} onChange={setWay} />
          <Button type="submit" kind="primary" busy={act.busy}>
            {ways.pay(formatMoney({ cents }, language), ways[way])}
          </Button>
        </Form>
      )}
      <Outcome of={act}>{() => null}</Outcome>
      {act.state === 'refused' && closed !== null && <p>{closedUntil(formatTime(closed, language))}</p>}
    </>
  );
}
