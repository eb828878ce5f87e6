/** The buttons of a loan's row, such as renewing and returning. */
import {
  Button,
  ConfirmButton,
  formatDay,
  Outcome,
  useLanguage,
  useMutation,
  useTexts,
} from '@patron-graph/ui';
import { type ReactNode, useState } from 'react';
import { BranchField } from '../../branch/branch-field.tsx';
import { useOwnBranch } from '../../branch/the-branch.ts';
import { loanTexts } from '../../loans/loan-texts.ts';
import {
  DeskCheckInDocument,
  DeskRenewLoanDocument,
  type PatronLoanFragment,
} from '../../operations.generated.ts';
import { useReturnWords } from '../../returns/return-words.ts';

export function RenewOne({
  patronId,
  loan,
  onDone,
}: {
  readonly patronId: string;
  readonly loan: PatronLoanFragment;
  onDone(): void;
}): ReactNode {
  const texts = useTexts(loanTexts);
  const { language } = useLanguage();
  const act = useMutation(DeskRenewLoanDocument, ({ renewLoan }) => renewLoan, onDone);
  return (
    <>
      <Button
        aria-label={texts.renewOne(loan.item.title)}
        busy={act.busy}
        onClick={() => void act.run({ input: { reader: { patronId }, loanId: loan.id } })}
      >
        {texts.renew}
      </Button>
      <Outcome of={act}>
        {(payload) => texts.renewed(formatDay(payload.loan?.dueOn ?? loan.dueOn, language))}
      </Outcome>
    </>
  );
}

/** Returns one copy. The row disappears with the loan, so the outcome is shown outside the row (`onDone`). */
export function CheckInOne({
  loan: { item },
  onDone,
}: {
  readonly loan: PatronLoanFragment;
  onDone(said: string): void;
}): ReactNode {
  const texts = useTexts(loanTexts);
  const whereTo = useReturnWords();
  const own = useOwnBranch();
  const [chosen, setChosen] = useState<string | null>(null);
  const atBranch = own ?? chosen;
  const act = useMutation(
    DeskCheckInDocument,
    ({ checkIn }) => checkIn,
    ({ destination }) =>
      onDone(texts.takenBack(item.title, destination === null ? '' : whereTo(destination))),
  );
  return (
    <>
      <ConfirmButton
        label={texts.takeBack}
        title={texts.takeBackOne(item.title)}
        cancel={texts.notNow}
        busy={act.busy}
        onConfirm={() => void act.run({ input: { itemNumber: item.itemNumber, atBranch } })}
      >
        <p>{texts.takeBackText(item.itemNumber)}</p>
        {own === null && (
          <BranchField label={texts.takenBackAt} required={false} value={chosen} onChange={setChosen} />
        )}
      </ConfirmButton>
      <Outcome of={act}>{() => null}</Outcome>
    </>
  );
}
