import { type MissingValue, missingAt } from '@patron-graph/kit';
import {
  formatDay,
  formatMoney,
  Loaded,
  Missing,
  Section,
  useLanguage,
  useQuery,
  useTexts,
} from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { ToldChargesDocument } from '../operations.generated.ts';
import { usePatronId } from '../patron-id.ts';
import { FollowedPayment } from './followed-payment.tsx';
import { keptPayments } from './kept-payments.ts';
import { chargeKinds } from './kinds.ts';
import { chargesTexts } from './texts.ts';

/**
 * Shown while the payment system's accounts can't be read, which happens every night. Shows the payments that this tab
 * knows to be under way, and the charges that circulation reports. The state of a single payment can still be read.
 */
export function UnreadAccount({
  at,
  reload,
}: {
  readonly at: MissingValue | undefined;
  reload(): void;
}): ReactNode {
  const texts = useTexts(chargesTexts);
  const patronId = usePatronId();
  return (
    <>
      {keptPayments(patronId).map((paymentId) => (
        <FollowedPayment key={paymentId} patronId={patronId} paymentId={paymentId} onEnded={reload} />
      ))}
      <Section title={texts.owed}>
        <Missing at={at} />
        <ToldCharges />
      </Section>
    </>
  );
}

function ToldCharges(): ReactNode {
  const texts = useTexts(chargesTexts);
  const kinds = useTexts(chargeKinds);
  const { language } = useLanguage();
  const answer = useQuery(ToldChargesDocument);
  return (
    <Loaded answer={answer}>
      {({ me }, missing) => {
        const charges = me?.charges ?? null;
        if (charges === null) {
          return <Missing at={missingAt(missing, ['me', 'charges'])} />;
        }
        return (
          charges.length > 0 && (
            <>
              <p>{texts.toldOnly}</p>
              {charges.map(({ id, kind, raisedOn, amount }) => (
                <div key={id} className="item">
                  <div className="item-text">
                    {kinds[kind]}
                    <span className="line quiet">{texts.since(formatDay(raisedOn, language))}</span>
                  </div>
                  <strong>{formatMoney(amount, language)}</strong>
                </div>
              ))}
            </>
          )
        );
      }}
    </Loaded>
  );
}
