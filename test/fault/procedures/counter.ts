import type { Store } from '../../legacy/store.ts';

/** As soon as both of a stranger's cards are issued, the application is withdrawn, which only counters do. */
export function counterWithdraws(store: Store): void {
  const { cards, applications } = store.cms;
  const put = cards.put.bind(cards);
  cards.put = (card) => {
    put(card);
    const application = applications.get('A0000003');
    if (card.type === 'SC' && application?.status === 'RCV')
      applications.put({ ...application, status: 'WDN' });
  };
}
