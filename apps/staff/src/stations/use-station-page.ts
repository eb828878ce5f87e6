import { useCallback, useEffect, useRef, useState } from 'react';
import type { Refusal, StationEnrolments, StationPage } from './enrolments.ts';

export interface StationPageRead {
  /** As it was read last; null before it was. */
  readonly page: StationPage | null;
  /** Whether any page was read yet. */
  readonly wasRead: boolean;
  /** Why the last reading came to nothing; null where it did not. */
  readonly refusal: Refusal | null;
  readonly busy: boolean;
  /** Reads the page again. Resolves once it is there, or refused. */
  reload(): Promise<void>;
}

/** A page of the list of stations, read anew with each cursor. */
export function useStationPage(enrolments: StationEnrolments, after: string | undefined): StationPageRead {
  const [read, setRead] = useState<{ readonly after: string | undefined; readonly page: StationPage } | null>(
    null,
  );
  const [refusal, setRefusal] = useState<Refusal | null>(null);
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
      setRefusal(answered.refusal);
    } else {
      setRefusal(null);
      setRead({ after, page: answered.value });
    }
  }, [enrolments, after]);
  useEffect(() => {
    void reload();
  }, [reload]);
  const page = read?.after === after ? (read?.page ?? null) : null;
  return { page, wasRead: read !== null, refusal, busy, reload };
}
