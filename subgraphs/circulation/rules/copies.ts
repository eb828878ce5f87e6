import type { Item } from '../../../adapters/circulation/port.ts';

/**
 * The maximum number of copies that one search returns. Circulation has no next page, so if many titles contain the
 * search text, copies may be missing.
 */
export const maxCopies = 500;

/** Whether a copy is on the shelves and can be lent. */
export const isOnShelf = ({ state, material }: Pick<Item, 'state' | 'material'>): boolean =>
  state === 'AVAILABLE' && material !== 'REFERENCE';
