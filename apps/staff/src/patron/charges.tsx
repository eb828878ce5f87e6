import { formatDay, formatMoney, Missing, Section, Table, useLanguage, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { Account } from '../charges/account.tsx';
import { chargesTexts } from '../charges/texts.ts';
import { OnRequest } from '../lists/on-request.tsx';
import { chargeKindWords } from '../words.ts';
import { missingOf, type SectionProps } from './patron.ts';
import { patronTexts } from './texts.ts';

/**
 * The charges that circulation reports, and the total that the patron owes. The two may differ, because circulation
 * reports a paid charge until the next night, and never reports some kinds of charges. On request, the section also
 * shows the account in the payment system, where charges are paid.
 */
export function Charges({ patron: { id: patronId, charges, owes }, missing }: SectionProps): ReactNode {
  const texts = useTexts(patronTexts);
  const { showAccount, accountHint } = useTexts(chargesTexts);
  const kinds = useTexts(chargeKindWords);
  const { language } = useLanguage();
  const listedCents = (charges ?? []).reduce((sum, { amount }) => sum + amount.cents, 0);
  return (
    <Section title={texts.charges}>
      <Missing at={missingOf(missing, 'charges')} />
      {charges !== null && (
        <Table
          caption={texts.charges}
          hidesCaption
          empty={owes === null || owes.cents > 0 ? texts.noListedCharges : texts.noCharges}
          rows={charges}
          keyOf={({ id }) => id}
          columns={[
            { heading: texts.chargeFor, cell: ({ kind }) => kinds[kind] },
            { heading: texts.since, align: 'whole', cell: ({ raisedOn }) => formatDay(raisedOn, language) },
            { heading: texts.amount, cell: ({ amount }) => formatMoney(amount, language), align: 'end' },
          ]}
        />
      )}
      {owes === null ? (
        <Missing at={missingOf(missing, 'owes')} />
      ) : (
        <>
          {charges !== null && owes.cents !== listedCents && <p>{texts.chargesDiffer}</p>}
          {(listedCents > 0 || owes.cents > 0) && <p>{texts.owed(formatMoney(owes, language))}</p>}
        </>
      )}
      <p className="quiet">{accountHint}</p>
      <OnRequest label={showAccount}>
        <Account patronId={patronId} />
      </OnRequest>
    </Section>
  );
}
