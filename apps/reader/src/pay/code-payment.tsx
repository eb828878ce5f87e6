import {
  Button,
  Form,
  formatMoney,
  formatTime,
  Outcome,
  useLanguage,
  useMutation,
  useTexts,
} from '@patron-graph/ui';
import { type ReactNode, useState } from 'react';
import { inputOf, type PayWay, PayWayChoice } from '../charges/pay-way.tsx';
import { chargesTexts, waysToPay } from '../charges/texts.ts';
import { PayByCodeDocument, type PaymentMethodsQuery } from '../operations.generated.ts';

/** The form that begins a payment for another person. */
export function CodePayment({
  patronId,
  code,
  cents,
  methods,
  onStarted,
}: {
  readonly patronId: string;
  readonly code: string;
  readonly cents: number;
  readonly methods: PaymentMethodsQuery['paymentMethods'];
  onStarted(paymentId: string): void;
}): ReactNode {
  const { closedUntil } = useTexts(chargesTexts);
  const ways = useTexts(waysToPay);
  const { language } = useLanguage();
  const [way, setWay] = useState<PayWay>('FPS');
  const act = useMutation(PayByCodeDocument, ({ payByCode }) => payByCode);
  const pay = () =>
    void act.run({ input: { patronId, code, ...inputOf(way) } }).then((payload) => {
      if (payload?.payment != null) {
        onStarted(payload.payment.id);
      }
    });
  const closed = act.payload?.closedUntil ?? null;
  return (
    <>
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
