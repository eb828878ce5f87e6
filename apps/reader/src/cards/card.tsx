import { Badge, Facts, formatDay, Link, Section, type Tone, useLanguage, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { useCardName } from '../card-name.ts';
import type { CardOfReaderFragment, CredentialStatus } from '../operations.generated.ts';
import { EndUse } from './end-use.tsx';
import { canEndUse, ReportLoss } from './report-loss.tsx';
import { SetPin } from './set-pin.tsx';
import { ShownCard } from './shown-card.tsx';
import { cardsTexts } from './texts.ts';

const tones: Readonly<Record<CredentialStatus, Tone>> = {
  ACTIVE: 'good',
  LOST: 'bad',
  DISCONTINUED: 'neutral',
  SURRENDERED: 'neutral',
  REPLACED: 'neutral',
};

/** Whether the number alone is enough to borrow. True for a library card in use (R11). */
export const hasBarcode = ({ __typename, status }: CardOfReaderFragment): boolean =>
  __typename === 'LibraryCard' && status === 'ACTIVE';

/** A card of the reader, with its status, its replacement, and buttons for the reader's actions. */
export function Card({
  card,
  isForWeb,
  onChange,
}: {
  readonly card: CardOfReaderFragment;
  /** Whether this card's number is the one that the reader uses by telephone and on the web. */
  readonly isForWeb: boolean;
  onChange(): void;
}): ReactNode {
  const texts = useTexts(cardsTexts);
  const { language } = useLanguage();
  const name = useCardName()(card.__typename);
  const { libraryCardNumber, status, issuedOn, closedOn } = card;
  const day = (value: string | null) => (value === null ? null : formatDay(value, language));
  const facts: readonly (readonly [string, ReactNode])[] = [
    // A barcode has the card's number below it.
    ...(hasBarcode(card)
      ? []
      : [
          [
            texts.number,
            <span key="number" className="number">
              {libraryCardNumber}
            </span>,
          ] as const,
        ]),
    ...(card.__typename === 'SmartIdCard'
      ? ([
          [texts.identityNumber, card.maskedIdentityNumber],
          [texts.dateOfIssue, day(card.dateOfIssue)],
        ] as const)
      : []),
    [texts.issuedOn, day(issuedOn)],
    [texts.closedOn, day(closedOn)],
  ];
  return (
    <Section title={name} actions={status !== null && <Badge tone={tones[status]}>{texts[status]}</Badge>}>
      {hasBarcode(card) && <ShownCard number={libraryCardNumber} kind={name} />}
      <Facts facts={facts} />
      {isForWeb && <p className="quiet">{texts.forWeb}</p>}
      <WhatReplacesIt card={card} />
      {/* Each action shows its own outcome, so no action disappears when the card is lost. */}
      <div className="acts">
        <ReportLoss card={card} name={name} onChange={onChange} />
        <SetPin card={card} name={name} />
        {canEndUse[card.__typename] && <EndUse card={card} name={name} onChange={onChange} />}
      </div>
    </Section>
  );
}

function WhatReplacesIt({ card }: { readonly card: CardOfReaderFragment }): ReactNode {
  const texts = useTexts(cardsTexts);
  const applyAgain = <Link to="/apply">{texts.applyAgain}</Link>;
  if (card.__typename === 'LibraryCard') {
    return card.status === 'LOST' ? (
      <p>{texts.lostLibraryCard}</p>
    ) : card.status === 'REPLACED' ? (
      <p>{texts.replaced}</p>
    ) : null;
  }
  if (card.status === 'LOST' && card.onReplacement === 'CONTINUE') {
    return <p>{texts.lostContinues}</p>;
  }
  if (card.status === 'LOST' || card.onReplacement === 'DISCONTINUE') {
    return (
      <p>
        {texts.lostEnds} {applyAgain}
      </p>
    );
  }
  return card.status === 'DISCONTINUED' ? (
    <p>
      {texts.endedSmartId} {applyAgain}
    </p>
  ) : null;
}
