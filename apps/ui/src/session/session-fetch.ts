import type { SignedIn } from './session-provider.tsx';

export interface SessionOfRequests {
  /** Null while nobody is signed in. */
  current(): SignedIn | null;
  reload(): Promise<SignedIn | null>;
  end(): void;
  noteUse(): void;
}

/**
 * `fetch` with the session's CSRF token, for `createGraph`. A 401 tells the page that the session is over. After a 403 the session is
 * read again: if the same person has a new one, perhaps from another tab, the request is sent once more. That is safe, because the
 * server checks the CSRF token before it does anything.
 */
export function sessionFetch({ current, reload, end, noteUse }: SessionOfRequests): typeof fetch {
  const send = (session: SignedIn | null, ...[input, init]: Parameters<typeof fetch>) => {
    const headers = new Headers(init?.headers);
    headers.set('x-csrf-token', session?.csrfToken ?? '');
    return globalThis.fetch(input, { ...init, headers });
  };
  return async (input, init) => {
    const session = current();
    let response = await send(session, input, init);
    if (response.status === 403) {
      const renewed = await reload();
      const isSamePerson = renewed?.name === session?.name && renewed?.patronId === session?.patronId;
      if (renewed !== null && isSamePerson && renewed.csrfToken !== session?.csrfToken) {
        response = await send(renewed, input, init);
      }
    }
    if (response.status === 401) {
      end();
    } else {
      noteUse();
    }
    return response;
  };
}
