import {
  Button,
  Checkbox,
  Form,
  formatMoney,
  formatTime,
  Outcome,
  useLanguage,
  useMutation,
  useTexts,
} from '@patron-graph/ui';
import { type ReactNode, useState } from 'react';
import { BranchField } from '../branch/branch-field.tsx';
import { useOwnBranch } from '../branch/the-branch.ts';
import { DeskStartPaymentDocument } from '../operations.generated.ts';
import { ClosedUntil } from './give-up.tsx';
import { PaymentAtCounter } from './payment-at-counter.tsx';
import { type PatronAccount, ReadAccount, useChargeName } from './read-account.tsx';
import { ResumedPayment } from './resumed-payment.tsx';
import { chargesTexts } from './texts.ts';

interface TakeProps {
  readonly patronId: string;
  /** Called when a payment is paid. */
  onDone(): void;
  onClose(): void;
}

const maxCharges = 50;

/**
 * Takes a payment at a counter. Staff choose the charges and the till. Then the dialog waits until the payment system
 * reports the payment as paid.
 */
export function TakePayment(props: TakeProps): ReactNode {
  // The number of the attempt is the component's key, so that each attempt begins with fresh state.
  const [attempt, setAttempt] = useState(0);
  const [resumed, setResumed] = useState<string | null>(null);
  if (resumed !== null) {
    return <ResumedPayment {...props} paymentId={resumed} onAgain={() => setResumed(null)} />;
  }
  return (
    <ReadAccount patronId={props.patronId}>
      {(account, reload) => (
        <OnePayment
          key={attempt}
          {...props}
          charges={account.charges}
          onResume={setResumed}
          onAgain={() => {
            reload();
            setAttempt(attempt + 1);
          }}
        />
      )}
    </ReadAccount>
  );
}

function OnePayment({
  patronId,
  charges,
  onResume,
  onDone,
  onClose,
  onAgain,
}: TakeProps & {
  readonly charges: PatronAccount['charges'];
  /** Replaces this form with a payment under way. */
  onResume(paymentId: string): void;
  onAgain(): void;
}): ReactNode {
  const texts = useTexts(chargesTexts);
  const { language } = useLanguage();
  const [leftOut, setLeftOut] = useState<readonly string[]>([]);
  const [branch, setBranch] = useState(useOwnBranch());
  const act = useMutation(DeskStartPaymentDocument, ({ startPayment }) => startPayment);
  const payable = charges.filter(
    ({ state, pendingPayment }) => state !== 'NOT_PAYABLE_YET' && pendingPayment === null,
  );
  const chosen = payable.filter(({ id }) => !leftOut.includes(id)).slice(0, maxCharges);
  const cents = chosen.reduce((sum, { outstanding }) => sum + (outstanding?.cents ?? 0), 0);
  const payment = act.payload?.payment ?? null;
  if (payment !== null) {
    return (
      <PaymentAtCounter
        patronId={patronId}
        payment={payment}
        isOther={act.payload?.operation.state === 'REFUSED'}
        isUnknown={act.state === 'failed'}
        readAgain={() => void act.retry()}
        onPaid={onDone}
        onAgain={onAgain}
        onClose={onClose}
      />
    );
  }
  const choose = (id: string, isChosen: boolean) =>
    setLeftOut(isChosen ? leftOut.filter((one) => one !== id) : [...leftOut, id]);
  const send = () => {
    const ids = chosen.map(({ id }) => id);
    void act.run({ input: { patronId, charges: ids, method: 'COUNTER', branch } });
  };
  return (
    <Form className="act" onSubmit={send}>
      <fieldset disabled={act.busy}>
        <legend>{texts.choose}</legend>
        {charges.length === 0 && <p>{texts.nothing}</p>}
        <Chosen charges={payable} chosen={chosen} onChoose={choose} />
        <UnderWay charges={charges} onResume={onResume} />
        {chosen.length > 0 && <AtBranch value={branch} onChange={setBranch} />}
      </fieldset>
      <Outcome of={act}>{() => null}</Outcome>
      <ClosedUntil time={act.payload?.closedUntil} />
      <div className="actions">
        {chosen.length > 0 && (
          <Button type="submit" kind="primary" busy={act.busy} disabled={branch === null}>
            {texts.order(formatMoney({ cents }, language))}
          </Button>
        )}
        <Button onClick={onClose}>{texts.close}</Button>
      </div>
    </Form>
  );
}

/** The payable charges, each with a checkbox. */
function Chosen({
  charges,
  chosen,
  onChoose,
}: {
  readonly charges: PatronAccount['charges'];
  readonly chosen: PatronAccount['charges'];
  onChoose(id: string, isChosen: boolean): void;
}): ReactNode {
  const texts = useTexts(chargesTexts);
  const { language } = useLanguage();
  const nameOf = useChargeName();
  return charges.map((charge) => (
    <Checkbox
      key={charge.id}
      label={texts.chargeSum(
        nameOf(charge),
        charge.outstanding === null ? '—' : formatMoney(charge.outstanding, language),
      )}
      checked={chosen.includes(charge)}
      onChange={(isChosen) => onChoose(charge.id, isChosen)}
    />
  ));
}

/** The payments under way that contain some of the charges, each with a button that leads to it. */
function UnderWay({
  charges,
  onResume,
}: {
  readonly charges: PatronAccount['charges'];
  onResume(paymentId: string): void;
}): ReactNode {
  const texts = useTexts(chargesTexts);
  const { language } = useLanguage();
  const payments = new Map(
    charges.flatMap(({ pendingPayment }) =>
      pendingPayment === null ? [] : [[pendingPayment.id, pendingPayment] as const],
    ),
  );
  return [...payments.values()].map(({ id, method, amount, payBy }) => (
    <p key={id}>
      {texts.chargeSum(texts.inPayment(id), `${formatMoney(amount, language)} ${texts[method]}`)}
      {payBy !== null && `, ${texts.endsAt(formatTime(payBy, language))}`}{' '}
      <Button aria-label={texts.goOnWith(id)} onClick={() => onResume(id)}>
        {texts.goOn}
      </Button>
    </p>
  ));
}

/** The choice of the branch whose till takes the money. */
function AtBranch(props: Pick<Parameters<typeof BranchField>[0], 'value' | 'onChange'>): ReactNode {
  const texts = useTexts(chargesTexts);
  return (
    <>
      <BranchField {...props} label={texts.branch} />
      <p className="quiet">{props.value === null ? texts.chooseFirst : texts.orderHint}</p>
    </>
  );
}
