import type { Graph } from '@patron-graph/kit';
import { Button, Loading, MessageList, Notice, useReason, useSignal, useTexts } from '@patron-graph/ui';
import { type ReactNode, useState } from 'react';
import { type CardState, type ShownCard, takeOver } from '../graph/card.ts';
import { visitTexts } from '../texts/visit.ts';

/** The texts for each reason why nobody can borrow with the card at this station. */
const useless = {
  mustBeRead: ['cardMustBeRead', 'cardMustBeReadText'],
  notActive: ['cardNotActive', 'cardNotActiveText'],
  unknown: ['cardUnknown', 'cardUnknownText'],
} as const;

/** The state of the shown card: how many items the reader may borrow, or why the reader may borrow none. */
export function CardStatus({
  graph,
  shown,
  card,
  remaining,
  onReload,
}: {
  readonly graph: Graph;
  readonly shown: ShownCard;
  readonly card: CardState | null;
  /** The number of items that the reader may still borrow, from the last answer. Null before the first answer. */
  readonly remaining: number | null;
  onReload(): void;
}): ReactNode {
  const texts = useTexts(visitTexts);
  const reasonOf = useReason();
  switch (card?.state) {
    case undefined:
      return <Loading>{texts.readingCard}</Loading>;
    case 'ready': {
      const left = remaining ?? card.remaining;
      return left === null ? null : (
        <p className="remaining" role="status">
          {texts.mayBorrow(left)}
        </p>
      );
    }
    case 'refused':
      return (
        <Notice tone="bad" title={texts.mayNotBorrow}>
          <MessageList messages={card.reasons} />
          <p>{texts.stillPossible}</p>
        </Notice>
      );
    case 'replacement':
      return shown.kind === 'smart' ? (
        <Replacement
          graph={graph}
          libraryCardNumber={card.libraryCardNumber}
          dateOfIssue={shown.facts.dateOfIssue}
          onDone={onReload}
        />
      ) : null;
    case 'mustBeRead':
    case 'notActive':
    case 'unknown': {
      const [title, text] = useless[card.state];
      return (
        <Notice tone="bad" title={texts[title]}>
          <p>{texts[text]}</p>
        </Notice>
      );
    }
    case 'misread':
      return (
        <Notice tone="bad" title={texts.readAgain}>
          <p>{reasonOf(card.reason)}</p>
        </Notice>
      );
    case 'failed':
      return (
        <Notice tone="bad" title={texts.cardNotRead}>
          {card.reason !== null && <p>{reasonOf(card.reason)}</p>}
          <Button onClick={onReload}>{texts.tryAgain}</Button>
        </Notice>
      );
  }
}

/** Asks the reader whether the replacement of a lost card should be used from now on (R18). */
function Replacement({
  graph,
  libraryCardNumber,
  dateOfIssue,
  onDone,
}: {
  readonly graph: Graph;
  readonly libraryCardNumber: string;
  readonly dateOfIssue: string;
  onDone(): void;
}): ReactNode {
  const texts = useTexts(visitTexts);
  const [busy, setBusy] = useState(false);
  const [told, setTold] = useState<readonly string[]>([]);
  const signalNow = useSignal();
  const confirm = async () => {
    setBusy(true);
    setTold([]);
    const signal = signalNow();
    const outcome = await takeOver(graph, {
      libraryCardNumber,
      dateOfIssue,
      signal,
      onUnsettled: (code) => setTold([texts.replacementUnsettled(code)]),
    });
    if (signal.aborted) {
      return;
    }
    setBusy(false);
    if (outcome.state === 'done') {
      onDone();
    } else {
      setTold(outcome.state === 'refused' ? outcome.messages : [texts.cardNotRead]);
    }
  };
  return (
    <Notice tone="warning" title={texts.replacement}>
      <p>{texts.replacementText}</p>
      {told.map((message) => (
        <p key={message} role="alert">
          {message}
        </p>
      ))}
      <Button kind="primary" busy={busy} onClick={() => void confirm()}>
        {texts.useReplacement}
      </Button>
    </Notice>
  );
}
