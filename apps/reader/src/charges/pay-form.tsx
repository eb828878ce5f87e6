import {
  Button,
  Checkbox,
  Form,
  formatCharge,
  formatDay,
  formatMoney,
  useLanguage,
  useTexts,
} from '@patron-graph/ui';
import { type ReactNode, useState } from 'react';
import type { AccountQuery } from '../operations.generated.ts';
import { chargeKinds } from './kinds.ts';
import { inputOf, type PayWay, PayWayChoice } from './pay-way.tsx';
import type { Account, StartPayment } from './start-payment.tsx';
import { chargesTexts, waysToPay } from './texts.ts';

type Charge = Account['charges'][number];

const maxCharges = 50;

const canBePaid = ({ state, pendingPayment, outstanding }: Charge): boolean =>
  state !== 'NOT_PAYABLE_YET' && pendingPayment === null && outstanding !== null && outstanding.cents > 0;

/** The charges, and the reader's choice of the charges to pay. All payable charges are chosen at first. */
export function PayForm({
  patronId,
  charges,
  methods,
  act,
  onStarted,
}: {
  readonly patronId: string;
  readonly charges: Account['charges'];
  /** The ways of paying that the library offers; null if they could not be read. */
  readonly methods: AccountQuery['paymentMethods'];
  /** `StartPaymentOutcome` shows the outcome, because this form disappears while the account can't be read. */
  readonly act: StartPayment;
  /**
   * Called with the id of the payment that is now under way. It is a new payment, or the payment that already contains
   * one of the charges. Null if the id is unknown.
   */
  onStarted(paymentId: string | null): void;
}): ReactNode {
  const texts = useTexts(chargesTexts);
  const { language } = useLanguage();
  const ways = useTexts(waysToPay);
  const [way, setWay] = useState<PayWay>('FPS');
  const [leftOut, setLeftOut] = useState<ReadonlySet<string>>(new Set());
  const payable = charges.filter(canBePaid);
  const chosen = payable.filter(({ id }) => !leftOut.has(id)).slice(0, maxCharges);
  const cents = chosen.reduce((sum, { outstanding }) => sum + (outstanding?.cents ?? 0), 0);
  const choose = (id: string, isChosen: boolean) =>
    setLeftOut((before) => new Set(isChosen ? [...before].filter((one) => one !== id) : [...before, id]));
  const pay = () =>
    void act
      .run({ input: { patronId, charges: chosen.map(({ id }) => id), ...inputOf(way) } })
      .then((payload) => payload !== null && onStarted(payload.payment?.id ?? null));
  return (
    <Form onSubmit={pay}>
      <fieldset className="charges" disabled={act.busy}>
        <legend>{texts.choose}</legend>
        {charges.map((charge) => (
          <OneCharge
            key={charge.id}
            charge={charge}
            isChosen={chosen.includes(charge)}
            onChoose={(isChosen) => choose(charge.id, isChosen)}
          />
        ))}
      </fieldset>
      {chosen.length > 0 && (
        <>
          <PayWayChoice methods={methods} way={way} onChange={setWay} />
          <p className="quiet">{texts.alsoAtCounter}</p>
          <Button type="submit" kind="primary" busy={act.busy}>
            {ways.pay(formatMoney({ cents }, language), ways[way])}
          </Button>
        </>
      )}
    </Form>
  );
}

function OneCharge({
  charge,
  isChosen,
  onChoose,
}: {
  readonly charge: Charge;
  readonly isChosen: boolean;
  onChoose(isChosen: boolean): void;
}): ReactNode {
  const texts = useTexts(chargesTexts);
  const kinds = useTexts(chargeKinds);
  const { language } = useLanguage();
  const { kind, state, description, title, raisedOn, dueOn, outstanding, pendingPayment } = charge;
  const name = formatCharge(kinds[kind], title ?? description, language);
  return (
    <div className="item">
      <div className="item-text">
        <Checkbox label={name} checked={isChosen} disabled={!canBePaid(charge)} onChange={onChoose} />
        <span className="line quiet">
          {texts.since(formatDay(raisedOn, language))}
          {dueOn !== null && ` · ${texts.payBefore(formatDay(dueOn, language))}`}
        </span>
        {state === 'NOT_PAYABLE_YET' && <span className="line">{texts.notPayableYet}</span>}
        {pendingPayment !== null && <span className="line">{texts.inPayment}</span>}
      </div>
      {outstanding !== null && <strong>{formatMoney(outstanding, language)}</strong>}
    </div>
  );
}
