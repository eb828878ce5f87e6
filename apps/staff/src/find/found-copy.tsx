import { missingAt } from '@patron-graph/kit';
import { Facts, formatDay, Loaded, Missing, useLanguage, useQuery, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { PatronLink } from '../lists/patron-name.tsx';
import { FindCopyDocument } from '../operations.generated.ts';
import { findTexts } from './texts.ts';

/** The copy with a number: where it is, and which patron has it. That patron's access log records this look-up. */
export function FoundCopy({ itemNumber }: { readonly itemNumber: string }): ReactNode {
  const texts = useTexts(findTexts);
  const { language } = useLanguage();
  const answer = useQuery(FindCopyDocument, { itemNumber });
  return (
    <Loaded answer={answer}>
      {({ item }, missing) => {
        if (item === null) {
          const at = missingAt(missing, ['item']);
          return at === undefined ? <p>{texts.noCopy}</p> : <Missing at={at} />;
        }
        const { title, author, branch, location, state, dueOn, loan } = item;
        const notRead = missingAt(missing, ['item', 'loan']);
        const borrower =
          notRead === undefined ? (
            loan !== null && <PatronLink patron={loan.patron} />
          ) : (
            <Missing at={notRead} />
          );
        return (
          <>
            <p className="patron-name">{title}</p>
            <Facts
              facts={[
                [
                  texts.copyNumber,
                  <span key="number" className="number">
                    {item.itemNumber}
                  </span>,
                ],
                [texts.author, author],
                [texts.branch, location?.name ?? branch],
                [texts.copyState, state === null ? null : texts[state]],
                [texts.borrower, borrower === false ? null : borrower],
                [texts.due, dueOn === null ? null : formatDay(dueOn, language)],
              ]}
            />
          </>
        );
      }}
    </Loaded>
  );
}
