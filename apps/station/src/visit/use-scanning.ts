import { isItemNumber, useTexts } from '@patron-graph/ui';
import { useState } from 'react';
import type { Scan, ScanQueue, SendItem } from '../scans/queue.ts';
import { itemTexts } from '../texts/items.ts';

/** Adds scanned items to the queue. `error` is the reason why the last item could not be added. */
export function useScanning(
  queue: ScanQueue,
  act: Scan['act'],
  send: SendItem,
): { readonly error: string | undefined; onItem(number: string): void; setError(error: string): void } {
  const texts = useTexts(itemTexts);
  const [error, setError] = useState<string>();
  const onItem = (number: string) => {
    if (!isItemNumber(number)) {
      setError(texts.notAnItem);
      return;
    }
    const messages = { taken: undefined, twice: texts.scannedTwice, full: texts.tooManyItems };
    setError(messages[queue.scan(number, act, send)]);
  };
  return { error, onItem, setError };
}
