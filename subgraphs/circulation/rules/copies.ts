import type { Item } from '../../../adapters/circulation/port.ts';

/**
 * The maximum number of copies in one search. Circulation returns no more, and has no next page. So if many titles have
 * the text, some copies may be missing.
 */
export const maxCopies = 500;

/** Whether a copy is on the shelves and can be lent. */
export const isOnShelf = ({ state, material }: Pick<Item, 'state' | 'material'>): boolean =>
  state === 'AVAILABLE' && material !== 'REFERENCE';
