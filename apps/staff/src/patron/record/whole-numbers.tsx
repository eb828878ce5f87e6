import { Facts, Loaded, useQuery, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { OnRequest } from '../../lists/on-request.tsx';
import { DeskIdentityNumbersDocument } from '../../operations.generated.ts';
import { documentKindWords } from '../../words.ts';
import { recordTexts } from './record-texts.ts';

/**
 * The patron's whole identity numbers, while the dialog is open. Each reading is audited, so staff must press a second
 * button before the numbers are read (R27).
 */
export function WholeNumbers({ patronId }: { readonly patronId: string }): ReactNode {
  const texts = useTexts(recordTexts);
  return (
    <>
      <p>{texts.showNumbersText}</p>
      <OnRequest label={texts.showNumbers} kind="primary">
        <Numbers patronId={patronId} />
      </OnRequest>
    </>
  );
}

function Numbers({ patronId }: { readonly patronId: string }): ReactNode {
  const texts = useTexts(recordTexts);
  const kinds = useTexts(documentKindWords);
  const answer = useQuery(DeskIdentityNumbersDocument, { patronId });
  return (
    <Loaded answer={answer}>
      {({ patron }) => (
        <Facts
          facts={(patron?.identityDocuments ?? []).map(({ kind, number }) => [
            kinds[kind],
            number ?? texts.none,
          ])}
        />
      )}
    </Loaded>
  );
}
