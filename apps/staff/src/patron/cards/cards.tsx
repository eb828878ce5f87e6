import {
  Badge,
  Button,
  DialogButton,
  formatDay,
  Missing,
  Section,
  Table,
  useLanguage,
  useTexts,
} from '@patron-graph/ui';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useDesk } from '../../desk/the-desk.ts';
import { cardStatusTones } from '../../tones.ts';
import { cardKindWords, cardStatusWords, onReplacementWords } from '../../words.ts';
import { type Card, missingOf, type SectionProps } from '../patron.ts';
import { patronTexts } from '../texts.ts';
import {
  type CardActProps,
  Discontinue,
  InformationCard,
  Replace,
  ReportLoss,
  Surrender,
} from './card-acts.tsx';
import { cardTexts } from './card-texts.ts';
import { PinCode, SetPin } from './pin-acts.tsx';

interface Kind {
  /** Whether the number alone is enough to borrow (R11). */
  readonly lendsByNumber: boolean;
  readonly hasInformationCard: boolean;
  /** Whether the card that replaces a lost one has the same number (R18). */
  readonly keepsNumber: boolean;
  readonly end: 'surrender' | 'discontinue';
}

const kindByType: Readonly<Record<Card['__typename'], Kind>> = {
  LibraryCard: { lendsByNumber: true, hasInformationCard: false, keepsNumber: false, end: 'surrender' },
  SmartIdCard: { lendsByNumber: false, hasInformationCard: true, keepsNumber: true, end: 'discontinue' },
};

const endForms = { surrender: Surrender, discontinue: Discontinue };

/** The patron's present and past cards, with buttons for what staff can do with each. */
export function Cards({ patron, missing, reload }: SectionProps): ReactNode {
  const texts = useTexts(patronTexts);
  const kinds = useTexts(cardKindWords);
  const statuses = useTexts(cardStatusWords);
  const { credentials, loanQuota } = patron;
  const itemsOn = (number: string): number | null =>
    loanQuota?.byCredential == null
      ? null
      : (loanQuota.byCredential.find(({ credential }) => credential?.libraryCardNumber === number)?.used ??
        0);
  return (
    <Section title={texts.cards}>
      <Missing at={missingOf(missing, 'credentials')} />
      {credentials !== null && (
        <Table
          caption={texts.cards}
          hidesCaption
          empty={texts.noCards}
          rows={credentials}
          keyOf={({ libraryCardNumber }) => libraryCardNumber}
          columns={[
            {
              heading: texts.card,
              cell: (card) => (
                <>
                  <strong>{kinds[card.__typename]}</strong>
                  <br />
                  {card.libraryCardNumber}
                </>
              ),
            },
            {
              heading: texts.status,
              cell: ({ status }) =>
                status !== null && <Badge tone={cardStatusTones[status]}>{statuses[status]}</Badge>,
            },
            { heading: texts.itemsOut, cell: ({ libraryCardNumber }) => itemsOn(libraryCardNumber) ?? '–' },
            { heading: texts.dates, cell: (card) => <Dates card={card} /> },
            { heading: texts.acts, cell: (card) => <CardActs card={card} onDone={reload} /> },
          ]}
        />
      )}
    </Section>
  );
}

function Dates({ card }: { readonly card: Card }): ReactNode {
  const texts = useTexts(patronTexts);
  const onReplacement = useTexts(onReplacementWords);
  const { language } = useLanguage();
  const day = (value: string | null, text: (formatted: string) => string) =>
    value === null ? [] : [text(formatDay(value, language))];
  const facts = [...day(card.issuedOn, texts.issuedOn), ...day(card.closedOn, texts.closedOn)];
  if (card.__typename === 'SmartIdCard') {
    facts.push(...(card.maskedIdentityNumber === null ? [] : [card.maskedIdentityNumber]));
    facts.push(...day(card.dateOfIssue, texts.dateOfIssue));
    facts.push(...day(card.informationCardPrintedOn, texts.printedOn));
    facts.push(...(card.onReplacement === null ? [] : [onReplacement[card.onReplacement]]));
  }
  return (
    <ul className="plain-list">
      {facts.map((fact) => (
        <li key={fact}>{fact}</li>
      ))}
    </ul>
  );
}

/** The buttons for what staff can do with a card of this kind in this status. An ended card has none. */
function CardActs({ card, onDone }: { readonly card: Card; onDone(): void }): ReactNode {
  const texts = useTexts(cardTexts);
  const { libraryCardNumber, status } = card;
  const { lendsByNumber, hasInformationCard, keepsNumber, end } = kindByType[card.__typename];
  const propsOf = (onClose: () => void): CardActProps => ({ libraryCardNumber, onDone, onClose });
  const act = (label: string, form: (props: CardActProps) => ReactNode, kind?: 'danger') => (
    <DialogButton label={label} title={`${label}: ${libraryCardNumber}`} kind={kind}>
      {(close) => form(propsOf(close))}
    </DialogButton>
  );
  const End = endForms[end];
  const ending = act(texts[end], (props) => <End {...props} />, 'danger');
  if (status === 'ACTIVE') {
    return (
      <div className="acts">
        {lendsByNumber && <LendOn libraryCardNumber={libraryCardNumber} />}
        {hasInformationCard && act(texts.informationCard, (props) => <InformationCard {...props} />)}
        {act(texts.pinCode, (props) => (
          <PinCode {...props} />
        ))}
        {act(texts.setPin, (props) => (
          <SetPin {...props} />
        ))}
        {act(
          texts.reportLoss,
          (props) => (
            <ReportLoss {...props} keepsNumber={keepsNumber} />
          ),
          'danger',
        )}
        {ending}
      </div>
    );
  }
  return status === 'LOST' ? (
    <div className="acts">
      {act(keepsNumber ? texts.takeOver : texts.replace, (props) => (
        <Replace {...props} keepsNumber={keepsNumber} />
      ))}
      {ending}
    </div>
  ) : null;
}

/** Opens the desk, as if the card had been scanned there. */
function LendOn({ libraryCardNumber }: { readonly libraryCardNumber: string }): ReactNode {
  const texts = useTexts(patronTexts);
  const { desk } = useDesk();
  const navigate = useNavigate();
  const lend = () => {
    desk.show({ libraryCardNumber });
    void navigate({ to: '/desk' });
  };
  return <Button onClick={lend}>{texts.lendOnIt}</Button>;
}
