import { useCallback, useEffect, useRef, useState } from 'react';
import type { Refusal, StationEnrolments, StationPage } from './enrolments.ts';

export interface StationPageRead {
  /** The last page that was read. It stays while another page is read, and if that fails. Null before the first. */
  readonly page: StationPage | null;
  /** Why the requested page could not be read; null if it could, or if there is no answer yet. */
  readonly refusal: Refusal | null;
  readonly busy: boolean;
  /** Reads the page again. Resolves once it is read or refused. */
  reload(): Promise<void>;
}

/** A page of the list of stations. Another cursor reads another page. */
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
  // The failure of a page is not shown on another page.
  const refusal = refused?.after === after ? (refused?.refusal ?? null) : null;
  return { page, refusal, busy, reload };
}
