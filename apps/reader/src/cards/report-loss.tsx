import { Choice, ConfirmButton, Outcome, useTexts } from '@patron-graph/ui';
import { type ReactNode, useState } from 'react';
import {
  type CardOfReaderFragment,
  type OnReplacement,
  ReportLossDocument,
} from '../operations.generated.ts';
import { useRequest } from '../requests/requests.ts';
import { cardsTexts } from './texts.ts';

export interface CardActProps {
  readonly card: CardOfReaderFragment;
  readonly name: string;
  /** Called after the card has changed. */
  onChange(): void;
}

/** Whether the reader can discontinue this kind of card. If so, the loss form also asks about the replacement (R18). */
export const canEndUse: Readonly<Record<CardOfReaderFragment['__typename'], boolean>> = {
  LibraryCard: false,
  SmartIdCard: true,
};

/**
 * Reports a card in use as lost. For a smart identity card, the reader chooses whether its replacement can be used
 * without a new application.
 */
export function ReportLoss({ card, name, onChange }: CardActProps): ReactNode {
  const texts = useTexts(cardsTexts);
  const [onReplacement, setOnReplacement] = useState<OnReplacement>('CONTINUE');
  const report = useRequest(ReportLossDocument, ({ reportLoss }) => reportLoss);
  const { libraryCardNumber } = card;
  const requiresOnReplacement = canEndUse[card.__typename];
  const send = () =>
    void report
      .run({ input: { libraryCardNumber, onReplacement: requiresOnReplacement ? onReplacement : undefined } })
      .then((payload) => payload !== null && onChange());
  return (
    <>
      {card.status === 'ACTIVE' && (
        <ConfirmButton
          kind="danger"
          label={texts.report}
          title={texts.reportCard(name, libraryCardNumber)}
          cancel={texts.notNow}
          busy={report.busy}
          onConfirm={send}
        >
          <p>{texts.reportText}</p>
          {requiresOnReplacement && (
            <Choice<OnReplacement>
              open
              label={texts.onReplacement}
              value={onReplacement}
              onChange={setOnReplacement}
              options={[
                { value: 'CONTINUE', text: texts.CONTINUE },
                { value: 'DISCONTINUE', text: texts.DISCONTINUE },
              ]}
            />
          )}
        </ConfirmButton>
      )}
      <Outcome of={report}>{() => texts.reported}</Outcome>
    </>
  );
}
