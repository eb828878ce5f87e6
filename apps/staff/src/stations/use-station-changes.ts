import { useLive, useQuery } from '@patron-graph/ui';
import { useEffect, useRef } from 'react';
import { LibraryChangesDocument, StationsCursorDocument } from '../operations.generated.ts';

const filter = { kind: ['STATION_WITHDRAWN', 'STATION_RETURNED'] as const };

/**
 * Calls `reload` when a station was enrolled or revoked. The graph reports these events, but doesn't contain the list
 * of stations, so the list brings no cursor. This hook reads a cursor itself. Then it reads the list once more, because
 * a change may have come between the list and the cursor.
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
