/**
 * Waives a charge, or refunds a payment. Neither can be undone. If the form is sent again with the same values after an
 * unknown outcome, nothing is done twice (`useMutation`).
 */
import {
  Checkbox,
  Field,
  formatMoney,
  formatTime,
  useLanguage,
  useMutation,
  useTexts,
} from '@patron-graph/ui';
import { type ReactNode, useState } from 'react';
import { ActForm, type FormPayload, problemWith } from '../acts/act-form.tsx';
import {
  type DeskPaymentFragment,
  DeskRefundPaymentDocument,
  DeskWaiveChargeDocument,
} from '../operations.generated.ts';
import { type PatronAccount, useNameOfCharge } from './read-account.tsx';
import { chargesTexts } from './texts.ts';

interface FormProps {
  readonly patronId: string;
  /** Reads the account again. */
  onDone(): void;
  onClose(): void;
}

/** The longest reason, in characters. */
const maxReason = 200;

/** Waives a charge, or a part of it. */
export function WaiveCharge({
  patronId,
  charge: { id, outstanding },
  ...rest
}: FormProps & { readonly charge: PatronAccount['charges'][number] }): ReactNode {
  const texts = useTexts(chargesTexts);
  const { language } = useLanguage();
  const whole = ((outstanding?.cents ?? 0) / 100).toFixed(2);
  const [dollars, setDollars] = useState(whole);
  const cents = Math.round(Number(dollars) * 100);
  const [reason, setReason] = useState('');
  const act = useMutation(DeskWaiveChargeDocument, ({ waiveCharge }) => waiveCharge);
  return (
    <ActForm
      {...rest}
      act={act}
      danger
      variables={() => ({
        input: { patronId, charge: id, cents, reason: reason.trim() },
      })}
      submit={texts.waive}
      unsettledHint={texts.mayClose}
      done={({ charge }) => {
        const rest = charge?.outstanding ?? null;
        return texts.waived(
          formatMoney({ cents }, language),
          rest === null || rest.cents === 0 ? null : formatMoney(rest, language),
        );
      }}
    >
      <p>{texts.waiveText}</p>
      <Field
        label={texts.dollars}
        hint={texts.dollarsHint}
        type="number"
        inputMode="decimal"
        required
        min="0.01"
        max={whole}
        step="0.01"
        value={dollars}
        onChange={setDollars}
        error={problemWith(act.payload, 'cents')}
      />
      <Reason hint={texts.reasonHint} value={reason} onChange={setReason} payload={act.payload} />
    </ActForm>
  );
}

/** Refunds what was paid for some or all charges of a payment. */
export function RefundPayment({
  patronId,
  payment: { id, method, lines },
  charges,
  ...rest
}: FormProps & {
  readonly payment: DeskPaymentFragment;
  /** All charges of the account. They give names to the charges that the payment has paid. */
  readonly charges: PatronAccount['allCharges'];
}): ReactNode {
  const texts = useTexts(chargesTexts);
  const { language } = useLanguage();
  const nameOf = useNameOfCharge(charges);
  const left = (lines ?? [])
    .map(({ chargeId, amount, refunded }) => ({ chargeId, cents: amount.cents - refunded.cents }))
    .filter(({ cents }) => cents > 0);
  const [chosen, setChosen] = useState<readonly string[]>(left.map(({ chargeId }) => chargeId));
  const cents = left.reduce((sum, line) => sum + (chosen.includes(line.chargeId) ? line.cents : 0), 0);
  const sum = formatMoney({ cents }, language);
  const [reason, setReason] = useState('');
  const act = useMutation(DeskRefundPaymentDocument, ({ refundPayment }) => refundPayment);
  const choose = (chargeId: string, isChosen: boolean) =>
    setChosen((before) => (isChosen ? [...before, chargeId] : before.filter((one) => one !== chargeId)));
  return (
    <ActForm
      {...rest}
      act={act}
      danger
      variables={() => ({ input: { patronId, paymentId: id, charges: chosen, reason: reason.trim() } })}
      submit={texts.refundSum(sum)}
      unsettledHint={texts.mayClose}
      done={() => texts.isRefunded(sum)}
    >
      <p>
        {texts.refundText} {texts.refundHow(texts[method])}
      </p>
      {left.map(({ chargeId, cents: paid }) => (
        <Checkbox
          key={chargeId}
          label={texts.chargeSum(nameOf(chargeId), formatMoney({ cents: paid }, language))}
          checked={chosen.includes(chargeId)}
          // The last chosen charge can't be left out, because the graph would have nothing to refund.
          disabled={chosen.length === 1 && chosen.includes(chargeId)}
          onChange={(isChosen) => choose(chargeId, isChosen)}
        />
      ))}
      <Reason hint={texts.reasonSeen} value={reason} onChange={setReason} payload={act.payload} />
    </ActForm>
  );
}

/** The field for the reason of a waiver or a refund. If the payment system is closed, also shows until when. */
function Reason({
  hint,
  value,
  onChange,
  payload,
}: {
  readonly hint: string;
  readonly value: string;
  onChange(value: string): void;
  readonly payload: (FormPayload & { readonly closedUntil: string | null }) | null;
}): ReactNode {
  const texts = useTexts(chargesTexts);
  return (
    <>
      <Field
        label={texts.reason}
        hint={hint}
        required
        maxLength={maxReason}
        value={value}
        onChange={onChange}
        error={problemWith(payload, 'reason')}
      />
      <ClosedUntil time={payload?.closedUntil} />
    </>
  );
}

/** Shows the time until which the payment system is closed. Renders nothing if `time` is null. */
export function ClosedUntil({ time }: { readonly time: string | null | undefined }): ReactNode {
  const texts = useTexts(chargesTexts);
  const { language } = useLanguage();
  return time != null && <p>{texts.closedUntil(formatTime(time, language))}</p>;
}
