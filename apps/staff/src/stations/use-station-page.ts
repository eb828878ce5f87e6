import { useCallback, useEffect, useRef, useState } from 'react';
import type { Refusal, StationEnrolments, StationPage } from './enrolments.ts';

export interface StationPageRead {
  /**
   * The last page that was read. It stays while another page is read, even if that reading fails. Null before the first
   * page is read.
   */
  readonly page: StationPage | null;
  /** The reason why the requested page could not be read. Null if it was read, or if there is no answer yet. */
  readonly refusal: Refusal | null;
  readonly busy: boolean;
  /** Reads the page again. Resolves when the page is read, or when the request is refused. */
  reload(): Promise<void>;
}

/** The page of the list of stations that begins after the cursor `after`. If `after` changes, another page is read. */
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
    // A later reading has begun, so this answer is outdated.
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
  // The failure of one page must not be shown on another page.
  const refusal = refused?.after === after ? (refused?.refusal ?? null) : null;
  return { page, refusal, busy, reload };
}
