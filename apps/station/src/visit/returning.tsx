import { isCardNumber, Page, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { checkIn } from '../graph/items.ts';
import { ScanField } from '../scans/scan-field.tsx';
import { ScanList } from '../scans/scan-list.tsx';
import { itemTexts } from '../texts/items.ts';
import { visitTexts } from '../texts/visit.ts';
import type { ScanScreenProps } from './screen.ts';
import { useScanning } from './use-scanning.ts';

/** Returns items. Anybody may return an item, without a card. */
export function Returning({
  graph,
  queue,
  scans,
  isOnline,
  actions,
  onCard,
}: ScanScreenProps & { onCard(number: string): void }): ReactNode {
  const texts = useTexts(visitTexts);
  const items = useTexts(itemTexts);
  const { error, onItem } = useScanning(queue, 'checkIn', checkIn(graph));
  return (
    <Page title={texts.returnItems} actions={actions}>
      <ScanField
        label={items.itemNumber}
        hint={items.itemNumberHint}
        error={error}
        action={items.add}
        disabled={!isOnline}
        onScan={(number) => (isCardNumber(number) ? onCard(number) : onItem(number))}
      />
      <ScanList scans={scans.filter(({ act }) => act === 'checkIn')} />
    </Page>
  );
}
