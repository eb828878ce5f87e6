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
    // The next cards.
  }
}

/** Takes an index whose feed is read to the stage `OPEN`, if no card of the list has to be read. */
export async function openLists(index: IndexDatabase): Promise<void> {
  await index.listOpenLoans(await stateOf(index));
  await markListed(index);
  await index.openLists(await stateOf(index));
}
