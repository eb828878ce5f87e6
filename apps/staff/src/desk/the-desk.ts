/** The page's only desk. It exists longer than the views, so operations continue while somebody opens a patron's page. */
import { useGraph } from '@patron-graph/ui';
import { useEffect, useSyncExternalStore } from 'react';
import { ownBranch } from '../branch/the-branch.ts';
import { createDesk, type Desk } from './desk.ts';
import type { DeskState } from './desk-store.ts';
import { isSettled, type Row } from './row.ts';

const theDesk = createDesk({ atBranch: ownBranch });

/**
 * The rows without a final outcome, whether they were sent or not. Nothing else lists their copies, so leaving the page
 * would lose them.
 */
const openRowsIn = ({ rows }: DeskState): readonly Row[] => rows.filter((row) => !isSettled(row));

window.addEventListener('beforeunload', (event) => {
  if (openRowsIn(theDesk.state()).length > 0) {
    event.preventDefault();
  }
});

const useDeskState = (): DeskState => useSyncExternalStore(theDesk.subscribe, theDesk.state);

/** Returns the rows that have no outcome yet, even while nobody is signed in. */
export const useOpenRows = (): readonly Row[] => openRowsIn(useDeskState());

/** Returns the desk and its state. Connects the desk to the graph in the page's language. */
export function useDesk(): { readonly desk: Desk; readonly state: DeskState } {
  const graph = useGraph();
  useEffect(() => theDesk.connect(graph), [graph]);
  return { desk: theDesk, state: useDeskState() };
}
