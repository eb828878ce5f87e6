import type { Item } from '../../../adapters/circulation/port.ts';

/** Copies in one search: circulation gives no more, and no next page. So a title with a common text may miss copies. */
export const maxCopies = 500;

/** Whether a copy stands on the shelves and can be lent. */
export const isOnShelf = ({ state, material }: Pick<Item, 'state' | 'material'>): boolean =>
  state === 'AVAILABLE' && material !== 'REFERENCE';
