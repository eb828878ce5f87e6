import { formatTime, Outcome, useLanguage, useMutation, useTexts } from '@patron-graph/ui';
import { type ReactNode, useEffect, useEffectEvent } from 'react';
import { type AccountQuery, StartPaymentDocument } from '../operations.generated.ts';
import { chargesTexts } from './texts.ts';

export type Account = NonNullable<NonNullable<AccountQuery['me']>['account']>;
export type StartPayment = ReturnType<typeof useStartPayment>;

/**
 * The mutation that begins a payment. A refusal is dropped when the account's charges have changed, or when the account
 * can be read again: its reason may be gone.
 *
 * @param account null while it can't be read, which happens every night
 */
export function useStartPayment(account: Account | null) {
  const act = useMutation(StartPaymentDocument, ({ startPayment }) => startPayment);
  const forgetRefusal = useEffectEvent(() => {
    if (act.state === 'refused') {
      act.reset();
    }
  });
  const standing =
    account === null
      ? null
      : JSON.stringify(account.charges.map(({ id, pendingPayment }) => [id, pendingPayment?.id]));
  useEffect(() => {
    if (standing !== null) {
      forgetRefusal();
    }
  }, [standing]);
  return act;
}

/** Shows why a payment was not begun. If the payment system is closed, also shows until when. */
export function StartPaymentOutcome({ of: act }: { readonly of: StartPayment }): ReactNode {
  const texts = useTexts(chargesTexts);
  const { language } = useLanguage();
  const closedUntil = act.payload?.closedUntil ?? null;
  return (
    <>
      <Outcome of={act}>{() => null}</Outcome>
      {act.state === 'refused' && closedUntil !== null && (
        <p>{texts.closedUntil(formatTime(closedUntil, language))}</p>
      )}
    </>
  );
}
