import {
  Button,
  Checkbox,
  Choice,
  Form,
  formatMoney,
  Outcome,
  useLanguage,
  useMutation,
  useQuery,
  useTexts,
} from '@patron-graph/ui';
import { type ReactNode, useState } from 'react';
import { useOwnBranch } from '../branch/the-branch.ts';
import { BranchNamesDocument, DeskStartPaymentDocument } from '../operations.generated.ts';
import { ClosedUntil } from './give-up.tsx';
import { PaymentAtCounter } from './payment-at-counter.tsx';
import { type PatronAccount, ReadAccount, useChargeName } from './read-account.tsx';
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
  // Each attempt is another payment, so it begins with fresh state.
  const [attempt, setAttempt] = useState(0);
  return (
    <ReadAccount patronId={props.patronId}>
      {(account, reload) => (
        <OnePayment
          key={attempt}
          {...props}
          charges={account.charges}
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
  onDone,
  onClose,
  onAgain,
}: TakeProps & { readonly charges: PatronAccount['charges']; onAgain(): void }): ReactNode {
  const texts = useTexts(chargesTexts);
  const { language } = useLanguage();
  const [leftOut, setLeftOut] = useState<readonly string[]>([]);
  const own = useOwnBranch();
  const [chosenBranch, setBranch] = useState<string | null>(null);
  const branches = useQuery(BranchNamesDocument).data?.branches ?? [];
  const branch = chosenBranch ?? own;
  const act = useMutation(DeskStartPaymentDocument, ({ startPayment }) => startPayment);
  // A charge that is already in a payment can be chosen, too. Choosing it leads to that payment.
  const payable = charges.filter(({ state }) => state !== 'NOT_PAYABLE_YET');
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
        {payable.length === 0 && <p>{texts.nothing}</p>}
        <Chosen charges={payable} chosen={chosen} onChoose={choose} />
        <Choice
          label={texts.branch}
          value={branch ?? ''}
          options={[
            ...(branch === null ? [{ value: '', text: texts.chooseBranch }] : []),
            ...branches.map(({ code, name }) => ({ value: code, text: name })),
          ]}
          onChange={setBranch}
        />
        <p className="quiet">{texts.orderHint}</p>
      </fieldset>
      <Outcome of={act}>{() => null}</Outcome>
      <ClosedUntil time={act.payload?.closedUntil} />
      <div className="actions">
        {chosen.length > 0 && (
          <Button type="submit" kind="primary" busy={act.busy} disabled={!branch}>
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
    <div key={charge.id}>
      <Checkbox
        label={`${nameOf(charge)}: ${charge.outstanding === null ? '' : formatMoney(charge.outstanding, language)}`}
        checked={chosen.includes(charge)}
        onChange={(isChosen) => onChoose(charge.id, isChosen)}
      />
      {charge.pendingPayment !== null && <span className="line quiet">{texts.inPayment}</span>}
    </div>
  ));
}
