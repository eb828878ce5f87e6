import { useCallback, useEffect, useRef, useState } from 'react';
import type { Refusal, StationEnrolments, StationPage } from './enrolments.ts';

export interface StationPageRead {
  /** The page that was read last: while another one is read, or where that fails, the one before. Null before there is any. */
  readonly page: StationPage | null;
  /** Why the page that was asked for could not be read; null where it could, or is not answered yet. */
  readonly refusal: Refusal | null;
  readonly busy: boolean;
  /** Reads the page again. Resolves once it is there, or refused. */
  reload(): Promise<void>;
}

/** A page of the list of stations, read anew with each cursor. */
export function useStationPage(enrolments: StationEnrolments, after: string | undefined): StationPageRead {
  const [page, setPage] = useState<StationPage | null>(null);
  const [refused, setRefused] = useState<{
    readonly after: string | undefined;
    readonly refusal: Refusal;
  } | null>(null);
  const [busy, setBusy] = useState(true);
  const readings = useRef(0);
  const reload = useCallback(async () => {
    readings.current += 1;
    const reading = readings.current;
    setBusy(true);
    const answered = await enrolments.list(after);
    // An earlier reading may be answered later.
    if (reading !== readings.current) {
      return;
    }
    setBusy(false);
    if ('refusal' in answered) {
      setRefused({ after, refusal: answered.refusal });
    } else {
      setRefused(null);
      setPage(answered.value);
    }
  }, [enrolments, after]);
  useEffect(() => {
    void reload();
  }, [reload]);
  // Whoever turns to another page is not told of the failure of the one before.
  const refusal = refused?.after === after ? (refused?.refusal ?? null) : null;
  return { page, refusal, busy, reload };
}
