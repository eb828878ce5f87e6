import type { Item } from '../../../adapters/circulation/port.ts';

/** Copies in one search: circulation gives no more, and no next page. Of a title whose text is in more, some are not found. */
export const maxCopies = 500;

/** Whether a copy stands on the shelves and can be lent. */
export const isOnShelf = ({ state, material }: Pick<Item, 'state' | 'material'>): boolean =>
  state === 'AVAILABLE' && material !== 'REFERENCE';
