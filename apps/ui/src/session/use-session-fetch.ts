import { useMemo, useRef } from 'react';
import { sessionFetch } from './session-fetch.ts';
import { useSessionControl } from './session-provider.tsx';

/** `fetch` with the session, for requests to the page's own server. Always the same function. */
export function useSessionFetch(): typeof fetch {
  const control = useSessionControl();
  const latest = useRef(control);
  latest.current = control;
  return useMemo(
    () =>
      sessionFetch({
        current: () => (latest.current.session.state === 'signedIn' ? latest.current.session : null),
        reload: () => latest.current.reload(),
        end: () => latest.current.end(),
        noteUse: () => latest.current.noteUse(),
      }),
    [],
  );
}
