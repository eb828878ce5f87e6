import { missingAt } from '@patron-graph/kit';
import { formatDay, formatMoney, Loaded, Missing, useLanguage, useQuery, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { ToldChargesDocument } from '../operations.generated.ts';
import { chargeKinds } from './kinds.ts';
import { chargesTexts } from './texts.ts';

/**
 * The charges that the circulation system reports. Shown while the payment system's accounts can't be read, which
 * happens every night.
 */
export function ToldCharges(): ReactNode {
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
