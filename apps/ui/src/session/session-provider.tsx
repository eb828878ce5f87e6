/** The session, as the server reports it. The page never has an access token. It has only the session's CSRF token. */
import {
  createContext,
  type ReactNode,
  type RefObject,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { useOtherTabs } from './use-other-tabs.ts';

export interface SignedIn {
  readonly state: 'signedIn';
  readonly csrfToken: string;
  readonly name: string | null;
  readonly patronId: string | null;
  /**
   * The scopes of the session's token. The graph may accept fewer scopes, so a page uses them only to hide actions that
   * would fail.
   */
  readonly scopes: readonly string[];
  /** How long the session lasts without another request, in ms from the time when the session was read. */
  readonly lastsMs: number;
}

export type SessionState =
  | { readonly state: 'loading' }
  | { readonly state: 'failed' }
  /** `hasEnded` is true if somebody was signed in on this page earlier, and is not any more. */
  | { readonly state: 'signedOut'; readonly hasEnded: boolean }
  | SignedIn;

interface SessionAnswer extends Omit<SignedIn, 'state' | 'lastsMs'> {
  readonly signedIn: boolean;
  /** In ms since 1970 by the server's clock. */
  readonly expiresAt: number;
}

/** @throws if the server can't be reached, or answers with an error */
async function readSession(area: string): Promise<SignedIn | null> {
  const response = await fetch(`${area}/session`, { cache: 'no-store' });
  if (!response.ok) {
    throw new Error(`${response.status} for the session`);
  }
  const { signedIn, csrfToken, name, patronId, scopes, expiresAt } = (await response.json()) as SessionAnswer;
  if (!signedIn) {
    return null;
  }
  // The clock of a library's computer may be wrong, so the server's time is used.
  const serverTime = Date.parse(response.headers.get('date') ?? '') || Date.now();
  return { state: 'signedIn', csrfToken, name, patronId, scopes, lastsMs: expiresAt - serverTime };
}

export interface SessionControl {
  readonly area: string;
  readonly session: SessionState;
  /** Reads the session again. Resolves to null if nobody is signed in any more, or if the session could not be read. */
  reload(): Promise<SignedIn | null>;
  /** Marks the session as ended, in all tabs. Must be called when the server reports that the session has ended. */
  end(): void;
  /** Ends the session in all tabs, and drops the person's data. Must be called when the person has signed out. */
  signedOut(): void;
  /** Records that the session was used. Must be called for each request that extends the session. */
  noteUse(): void;
  /** Further headers for each request of `useSessionFetch`. */
  readonly requestHeaders?: (() => Readonly<Record<string, string>>) | undefined;
}

const SessionContext = createContext<SessionControl | null>(null);

export function useSessionControl(): SessionControl {
  const control = useContext(SessionContext);
  if (control === null) {
    throw new Error('the session is for what mountPage has rendered');
  }
  return control;
}

/** The longest timeout of browsers. With a longer timeout, browsers run the callback at once. */
const longestTimeoutMs = 2 ** 31 - 1;
/**
 * The delay between the expected end of the session and the request that checks it, in ms. The expected end may be up
 * to a second too early, because the server's `Date` header has no fractions of a second.
 */
const shortestTimeoutMs = 1_500;

export function SessionProvider({
  area,
  requestHeaders,
  onSignOut,
  children,
}: {
  readonly area: string;
  readonly requestHeaders?: (() => Readonly<Record<string, string>>) | undefined;
  readonly onSignOut?: (() => void) | undefined;
  readonly children: ReactNode;
}): ReactNode {
  const [session, setSession] = useState<SessionState>({ state: 'loading' });
  const lastUsedAt = useRef(0);
  const noteUse = useCallback(() => {
    lastUsedAt.current = Date.now();
  }, []);
  const clear = useCallback(
    () =>
      setSession((before) =>
        before.state === 'signedOut' ? before : { state: 'signedOut', hasEnded: before.state === 'signedIn' },
      ),
    [],
  );
  const tell = useOtherTabs(area, (message) => {
    if (message === 'signedOut') {
      onSignOut?.();
    }
    clear();
  });
  const isSignedIn = useRef(false);
  isSignedIn.current = session.state === 'signedIn';
  const end = useCallback(() => {
    // A tab that was opened before the sign-in must not end the session of another tab.
    if (isSignedIn.current) {
      tell('ended');
    }
    clear();
  }, [tell, clear]);
  const signedOut = useCallback(() => {
    tell('signedOut');
    onSignOut?.();
    clear();
  }, [tell, onSignOut, clear]);
  const reload = useCallback(async () => {
    try {
      const read = await readSession(area);
      if (read === null) {
        end();
      } else {
        noteUse();
        setSession(read);
      }
      return read;
    } catch {
      // The reading has failed. A session that was read before is kept. If it has ended, the next request to the graph
      // reports that.
      setSession((before) => (before.state === 'signedIn' ? before : { state: 'failed' }));
      return null;
    }
  }, [area, end, noteUse]);
  useEffect(() => {
    void reload();
  }, [reload]);
  useEndOfSession(session.state === 'signedIn' ? session.lastsMs : null, lastUsedAt, reload);
  const control = useMemo(
    () => ({ area, session, reload, end, signedOut, noteUse, requestHeaders }),
    [area, session, reload, end, signedOut, noteUse, requestHeaders],
  );
  return <SessionContext value={control}>{children}</SessionContext>;
}

/**
 * Reads the session again when it should have ended, so that the page learns of the end.
 * @param lastsMs how long the session lasts after its last use, in ms. Null if there is no session.
 */
function useEndOfSession(
  lastsMs: number | null,
  lastUsedAt: RefObject<number>,
  reload: SessionControl['reload'],
): void {
  useEffect(() => {
    if (lastsMs === null) {
      return;
    }
    // Waits for the session's end, because an earlier request would extend the session.
    let timer: ReturnType<typeof setTimeout>;
    const wait = () => {
      const leftMs = lastUsedAt.current + lastsMs - Date.now();
      timer =
        leftMs > 0
          ? setTimeout(wait, Math.min(leftMs, longestTimeoutMs))
          : setTimeout(() => void reload(), shortestTimeoutMs);
    };
    wait();
    return () => clearTimeout(timer);
  }, [lastsMs, lastUsedAt, reload]);
}

export interface Session {
  readonly name: string | null;
  readonly patronId: string | null;
  readonly scopes: readonly string[];
  /**
   * Ends the session, and goes to the identity provider's page. If the session has already ended, stays on this page.
   * Rejects if the server can't be reached, or refuses.
   */
  signOut(): Promise<void>;
}

const nobody = { csrfToken: '', name: null, patronId: null, scopes: [] };

/** The person who is signed in. */
export function useSession(): Session {
  const { area, session, signedOut } = useSessionControl();
  const { csrfToken, name, patronId, scopes } = session.state === 'signedIn' ? session : nobody;
  const signOut = useCallback(async () => {
    const response = await fetch(`${area}/sign-out`, {
      method: 'POST',
      headers: { 'x-csrf-token': csrfToken },
    });
    if (!response.ok && response.status !== 401) {
      throw new Error(`${response.status} for signing out`);
    }
    signedOut();
    if (response.status === 401) {
      return;
    }
    const { redirectTo } = (await response.json()) as { readonly redirectTo: string };
    window.location.assign(redirectTo);
  }, [area, csrfToken, signedOut]);
  return { name, patronId, scopes, signOut };
}
