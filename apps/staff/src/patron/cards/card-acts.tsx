import { Choice, DateField, Facts, useMutation, useTexts } from '@patron-graph/ui';
import { type ReactNode, useState } from 'react';
import { ActForm, problemWith } from '../../acts/act-form.tsx';
import { Slip } from '../../acts/slip.tsx';
import {
  DeskDiscontinueSmartIdDocument,
  DeskPrintInformationCardDocument,
  DeskReplaceCredentialDocument,
  DeskReportLossDocument,
  DeskSurrenderLibraryCardDocument,
  type OnReplacement,
} from '../../operations.generated.ts';
import { onReplacementWords } from '../../words.ts';
import { cardTexts } from './card-texts.ts';

export interface CardActProps {
  readonly libraryCardNumber: string;
  /** Reads the patron again. */
  onDone(): void;
  onClose(): void;
}

/**
 * Reports a card as lost. If the replacement has the same number, the form also asks whether the replacement can be
 * used without a new application (R18).
 */
export function ReportLoss({
  libraryCardNumber,
  keepsNumber,
  ...rest
}: CardActProps & { readonly keepsNumber: boolean }): ReactNode {
  const texts = useTexts(cardTexts);
  const words = useTexts(onReplacementWords);
  const [onReplacement, setOnReplacement] = useState<OnReplacement>('CONTINUE');
  const act = useMutation(DeskReportLossDocument, ({ reportLoss }) => reportLoss);
  return (
    <ActForm
      {...rest}
      act={act}
      variables={() => ({
        input: { libraryCardNumber, onReplacement: keepsNumber ? onReplacement : undefined },
      })}
      submit={texts.reportLoss}
      danger
      done={() => texts.lossReported}
    >
      <p>{texts.reportLossText}</p>
      {keepsNumber && (
        <Choice<OnReplacement>
          label={texts.onReplacement}
          open
          value={onReplacement}
          onChange={setOnReplacement}
          options={(['CONTINUE', 'DISCONTINUE'] as const).map((value) => ({ value, text: words[value] }))}
        />
      )}
    </ActForm>
  );
}

/** Replaces a lost card. A library card gets a new number, and a smart identity card keeps its number. */
export function Replace({
  libraryCardNumber,
  keepsNumber,
  ...rest
}: CardActProps & { readonly keepsNumber: boolean }): ReactNode {
  const texts = useTexts(cardTexts);
  const [smartIdDateOfIssue, setDateOfIssue] = useState('');
  const act = useMutation(DeskReplaceCredentialDocument, ({ replaceCredential }) => replaceCredential);
  return (
    <ActForm
      {...rest}
      act={act}
      variables={() => ({
        input: { libraryCardNumber, smartIdDateOfIssue: keepsNumber ? smartIdDateOfIssue : undefined },
      })}
      submit={keepsNumber ? texts.takeOver : texts.replace}
      done={({ credential }) => texts.replaced(credential?.libraryCardNumber ?? '')}
    >
      <p>{keepsNumber ? texts.takeOverText : texts.replaceText}</p>
      {keepsNumber && (
        <DateField
          label={texts.dateOfIssue}
          required
          value={smartIdDateOfIssue}
          onChange={setDateOfIssue}
          error={problemWith(act.payload, 'smartIdDateOfIssue')}
        />
      )}
    </ActForm>
  );
}

export function Surrender({ libraryCardNumber, ...rest }: CardActProps): ReactNode {
  const texts = useTexts(cardTexts);
  const act = useMutation(
    DeskSurrenderLibraryCardDocument,
    ({ surrenderLibraryCard }) => surrenderLibraryCard,
  );
  return (
    <ActForm
      {...rest}
      act={act}
      variables={() => ({ input: { libraryCardNumber } })}
      submit={texts.surrender}
      danger
      done={() => texts.surrendered}
    >
      <p>{texts.surrenderText}</p>
    </ActForm>
  );
}

export function Discontinue({ libraryCardNumber, ...rest }: CardActProps): ReactNode {
  const texts = useTexts(cardTexts);
  const act = useMutation(DeskDiscontinueSmartIdDocument, ({ discontinueSmartId }) => discontinueSmartId);
  return (
    <ActForm
      {...rest}
      act={act}
      variables={() => ({ input: { libraryCardNumber } })}
      submit={texts.discontinue}
      danger
      done={() => texts.discontinued}
    >
      <p>{texts.discontinueText}</p>
    </ActForm>
  );
}

/** Records that an information card is printed, and then shows it for printing (R11). */
export function InformationCard({ libraryCardNumber, ...rest }: CardActProps): ReactNode {
  const texts = useTexts(cardTexts);
  const act = useMutation(
    DeskPrintInformationCardDocument,
    ({ printInformationCard }) => printInformationCard,
  );
  return (
    <ActForm
      {...rest}
      act={act}
      variables={() => ({ input: { libraryCardNumber } })}
      submit={texts.record}
      done={() => (
        <Slip title={texts.informationCard} text={texts.informationCardText}>
          <Facts
            facts={[
              [
                texts.libraryCardNumber,
                <strong key="number" className="slip-number">
                  {libraryCardNumber}
                </strong>,
              ],
            ]}
          />
        </Slip>
      )}
    >
      <p>{texts.informationCardText}</p>
    </ActForm>
  );
}
