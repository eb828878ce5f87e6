import { missingAt } from '@patron-graph/kit';
import {
  formatCharge,
  isNotInGraph,
  Loaded,
  Missing,
  Notice,
  useLanguage,
  useQuery,
  useTexts,
} from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { PatronAccountDocument, type PatronAccountQuery } from '../operations.generated.ts';
import { chargeKindWords } from '../words.ts';
import { chargesTexts } from './texts.ts';

export type PatronAccount = NonNullable<NonNullable<PatronAccountQuery['patron']>['account']>;

/**
 * Reads the patron's account in the payment system, for `children`. Each reading is recorded in the patron's access log.
 */
export function ReadAccount({
  patronId,
  children,
}: {
  readonly patronId: string;
  children(account: PatronAccount, reload: () => void): ReactNode;
}): ReactNode {
  const texts = useTexts(chargesTexts);
  const answer = useQuery(PatronAccountDocument, { patronId });
  if (isNotInGraph(answer.error)) {
    return <Notice>{texts.noPaymentSystem}</Notice>;
  }
  return (
    <Loaded answer={answer}>
      {({ patron }, missing) =>
        patron?.account == null ? (
          <Missing at={missingAt(missing, ['patron', 'account'])} />
        ) : (
          children(patron.account, answer.reload)
        )
      }
    </Loaded>
  );
}

/** Returns the name of a charge, as staff call it. */
export function useChargeName(): (
  charge: Pick<PatronAccount['charges'][number], 'kind' | 'description'>,
) => string {
  const kinds = useTexts(chargeKindWords);
  const { language } = useLanguage();
  return ({ kind, description }) => formatCharge(kinds[kind], description, language);
}

/**
 * Returns a function that names a charge: its name, followed by its number. If the charge is not in `charges`, the
 * result is only the number.
 */
export function useNameOfCharge(charges: PatronAccount['allCharges']): (chargeId: string) => string {
  const nameOf = useChargeName();
  const names = new Map(charges.map((charge) => [charge.id, nameOf(charge)]));
  return (chargeId) => [names.get(chargeId), chargeId].filter((text) => text !== undefined).join(' ');
}
