import type { BuildState, IndexDatabase } from '../../../store/index/port.ts';

/**
 * The state of an index that has been begun.
 * @throws Error if the index has not been begun.
 */
export async function stateOf(index: IndexDatabase): Promise<BuildState> {
  const state = await index.buildState();
  if (state === null) {
    throw new Error('the index is not begun');
  }
  return state;
}

/** Marks all cards of the list that have to be read. */
export async function markListed(index: IndexDatabase): Promise<void> {
  while (await index.markListed(await stateOf(index))) {
    // Each turn marks the next cards.
  }
}

/** Brings an index from the end of the feed to the stage `OPEN`. No card of the list may have to be read. */
export async function openLists(index: IndexDatabase): Promise<void> {
  await index.listOpenLoans(await stateOf(index));
  await markListed(index);
  await index.openLists(await stateOf(index));
}
