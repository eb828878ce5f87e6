import { useMemo, useRef } from 'react';
import { isAttended } from './attendance.ts';
import { type SignedIn, useSessionControl } from './session-provider.tsx';

/**
 * Returns a `fetch` that sends the session's CSRF token, for requests to the page's own server. The function is always
 * the same. After a 401, the session is marked as ended. After a 403, the session is read again. If the same person has
 * a new session, the request is sent once more: the server checks the CSRF token before it does anything. While the
 * page is unattended, its requests don't extend the session.
 */
export function useSessionFetch(): typeof fetch {
  const control = useSessionControl();
  const latest = useRef(control);
  latest.current = control;
  return useMemo(() => {
    const send = (session: SignedIn | null, ...[input, init]: Parameters<typeof fetch>) => {
      const headers = new Headers(init?.headers);
      headers.set('x-csrf-token', session?.csrfToken ?? '');
      for (const [name, value] of Object.entries(latest.current.requestHeaders?.() ?? {})) {
        headers.set(name, value);
      }
      if (!isAttended()) {
        headers.set('unattended', '1');
      }
      return globalThis.fetch(input, { ...init, headers });
    };
    return async (input, init) => {
      const { session: before } = latest.current;
      const session = before.state === 'signedIn' ? before : null;
      let response = await send(session, input, init);
      if (response.status === 403) {
        const renewed = await latest.current.reload();
        const isSamePerson = renewed?.name === session?.name && renewed?.patronId === session?.patronId;
        if (renewed !== null && isSamePerson && renewed.csrfToken !== session?.csrfToken) {
          response = await send(renewed, input, init);
        }
      }
      if (response.status === 401) {
        latest.current.end();
      } else if (isAttended() && !new Headers(init?.headers).has('unattended')) {
        latest.current.noteUse();
      }
      return response;
    };
  }, []);
}
