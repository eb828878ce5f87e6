import { useLive, useQuery } from '@patron-graph/ui';
import { useEffect, useRef } from 'react';
import { LibraryChangesDocument, StationsCursorDocument } from '../operations.generated.ts';

const filter = { kind: ['STATION_WITHDRAWN', 'STATION_RETURNED'] as const };

/**
 * Calls `reload` after a station was enrolled or revoked. The graph doesn't contain the list of stations, so the list has
 * no cursor. A cursor is read separately, and the list is read again after that.
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
