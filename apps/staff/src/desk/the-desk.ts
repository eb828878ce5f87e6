/** The desk of this page. It outlives the views: operations under way go on while somebody opens a patron. */
import { useGraph } from '@patron-graph/ui';
import { useEffect, useSyncExternalStore } from 'react';
import { createDesk, type Desk } from './desk.ts';
import type { DeskState } from './desk-store.ts';

const theDesk = createDesk();

// A scan that was not sent yet would be lost with the page.
window.addEventListener('beforeunload', (event) => {
  if (theDesk.state().rows.some(({ state }) => state === 'waiting' || state === 'sending')) {
    event.preventDefault();
  }
});

/** The desk and its state. From now on the desk asks the graph in the page's language. */
export function useDesk(): { readonly desk: Desk; readonly state: DeskState } {
  const graph = useGraph();
  useEffect(() => theDesk.connect(graph), [graph]);
  return { desk: theDesk, state: useSyncExternalStore(theDesk.subscribe, theDesk.state) };
}
