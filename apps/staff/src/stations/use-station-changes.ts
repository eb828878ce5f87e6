import { useLive, useQuery } from '@patron-graph/ui';
import { useEffect, useRef } from 'react';
import { LibraryChangesDocument, StationsCursorDocument } from '../operations.generated.ts';

const filter = { kind: ['STATION_WITHDRAWN', 'STATION_RETURNED'] as const };

/**
 * Calls `reload` when a station was enrolled or revoked. The list isn't in the graph and comes without a cursor. So this
 * hook reads a cursor, and then calls `reload` once, for a change after the list was read and before the cursor was.
 */
export function useStationChanges(reload: () => Promise<void>): void {
  const answer = useQuery(StationsCursorDocument);
  const after = answer.data?.operations?.changesCursor;
  useLive(answer, LibraryChangesDocument, { variables: { filter }, after });
  const latest = useRef(reload);
  latest.current = reload;
  useEffect(() => {
    if (after != null) {
      void latest.current();
    }
  }, [after]);
}
