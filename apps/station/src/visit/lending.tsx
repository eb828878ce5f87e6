import { isCardNumber, isItemNumber, Page, useTexts } from '@patron-graph/ui';
import { type ReactNode, useEffect } from 'react';
import { presented, type ShownCard } from '../graph/card.ts';
import { checkOut, noAnswer } from '../graph/items.ts';
import type { SendItem } from '../scans/queue.ts';
import { ScanField } from '../scans/scan-field.tsx';
import { ScanList } from '../scans/scan-list.tsx';
import { itemTexts } from '../texts/items.ts';
import { visitTexts } from '../texts/visit.ts';
import { CardStatus } from './card-status.tsx';
import type { ScanScreenProps } from './screen.ts';
import { useCard } from './use-card.ts';
import { useScanning } from './use-scanning.ts';

/** The screen after a card is shown. It shows how many items the reader may borrow, and the items so far. */
export function Lending({
  graph,
  shown,
  queue,
  scans,
  isOnline,
  actions,
  onOtherCard,
  onNumber,
}: ScanScreenProps & {
  readonly shown: ShownCard;
  onOtherCard(number: string): void;
  /** Called with the card's library card number. The card's PIN belongs to this number. */
  onNumber(libraryCardNumber: string): void;
}): ReactNode {
  const texts = useTexts(visitTexts);
  const items = useTexts(itemTexts);
  const { card, reload, read } = useCard(graph, shown);
  const lent = scans.filter(({ act }) => act === 'checkOut');
  const isOpen = card === null || card.state === 'ready';

  useEffect(() => {
    if (card?.state === 'ready' && card.remaining !== null) {
      queue.setRemaining(card.remaining);
    }
    if (card !== null && 'libraryCardNumber' in card) {
      onNumber(card.libraryCardNumber);
    }
  }, [card, queue, onNumber]);

  /** Lends an item, after the card has been read. */
  const send: SendItem = async (itemNumber, options) => {
    const { state } = await read();
    return state === 'ready' ? await checkOut(graph, presented(shown))(itemNumber, options) : notSent;
  };
  const { error, onItem, setError } = useScanning(queue, 'checkOut', send);
  const scanned = (number: string) => {
    if (isCardNumber(number)) {
      if (shown.kind !== 'library' || shown.number !== number) {
        onOtherCard(number);
      }
    } else if (isOpen) {
      onItem(number);
    } else {
      setError(isItemNumber(number) ? texts.mayNotBorrow : texts.notACard);
    }
  };
  const remaining = lent.findLast(({ answer }) => answer?.remaining != null)?.answer?.remaining ?? null;
  return (
    <Page title={titleOf(card, texts)} documentTitle={texts.yourCard} actions={actions}>
      <CardStatus {...{ graph, shown, card, remaining, onReload: reload }} />
      <ScanField
        label={isOpen ? items.itemNumber : texts.cardNumber}
        hint={isOpen ? items.itemNumberHint : texts.cardNumberHint}
        error={error}
        action={isOpen ? items.add : texts.next}
        disabled={!isOnline}
        onScan={scanned}
      />
      {(isOpen || lent.length > 0) && <ScanList scans={lent} />}
    </Page>
  );
}

const notSent = { state: 'refused', answer: noAnswer } as const;

function titleOf(
  card: ReturnType<typeof useCard>['card'],
  texts: { readonly yourCard: string; hello(name: string): string },
): string {
  const name = card !== null && 'name' in card ? card.name : null;
  return name === null ? texts.yourCard : texts.hello(name);
}
