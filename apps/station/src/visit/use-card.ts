import type { Graph } from '@patron-graph/kit';
import { useCallback, useEffect, useRef, useState } from 'react';
import { type CardState, readCard, type ShownCard } from '../graph/card.ts';

export interface CardOfVisit {
  /** Null while the card is being read. */
  readonly card: CardState | null;
  /** Reads the card again. */
  reload(): void;
  /**
   * Resolves to the result of the current or last reading of the card. Items that are scanned during the reading wait for
   * this result.
   */
  read(): Promise<CardState>;
}

export function useCard(graph: Graph, shown: ShownCard): CardOfVisit {
  const [card, setCard] = useState<CardState | null>(null);
  const [round, setRound] = useState(0);
  const reading = useRef<Promise<CardState> | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each round reads again.
  useEffect(() => {
    let isCurrent = true;
    const read = readCard(graph, shown);
    reading.current = read;
    void read.then((state) => {
      if (isCurrent) {
        setCard(state);
      }
    });
    return () => {
      isCurrent = false;
    };
  }, [graph, shown, round]);
  const reload = useCallback(() => {
    setCard(null);
    setRound((before) => before + 1);
  }, []);
  const read = useCallback(() => reading.current ?? readCard(graph, shown), [graph, shown]);
  return { card, reload, read };
}
