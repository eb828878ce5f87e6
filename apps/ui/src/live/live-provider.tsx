import type { FollowStatus } from '@patron-graph/kit';
import { createContext, lazy, type ReactNode, Suspense, useContext, useEffect, useState } from 'react';
import { useSessionControl } from '../session/session-provider.tsx';
import { useSessionFetch } from '../session/use-session-fetch.ts';
import type { LiveChanges } from './changes/index.ts';

const LiveContext = createContext<LiveChanges | null>(null);
const StatusContext = createContext<FollowStatus>('live');

/** The connection that tells this tab about changes. Null while nobody is signed in. */
export const useLiveChanges = (): LiveChanges | null => useContext(LiveContext);

/** Keeps the lists of the page's views up to date while somebody is signed in. */
export function LiveProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const { area, session } = useSessionControl();
  const send = useSessionFetch();
  const csrfToken = session.state === 'signedIn' ? session.csrfToken : null;
  const [changes, setChanges] = useState<LiveChanges | null>(null);
  const [status, setStatus] = useState<FollowStatus>('live');
  useEffect(() => {
    if (csrfToken === null) {
      return;
    }
    let opened: LiveChanges | null = null;
    let isLeft = false;
    void import('./changes/index.ts').then(({ LiveChanges: Changes }) => {
      if (!isLeft) {
        // Tabs with this name share one leader. Only tabs of the same session have the same name.
        opened = new Changes(`live ${area} ${csrfToken}`, `${area}/live`, send, setStatus);
        setChanges(opened);
      }
    });
    return () => {
      isLeft = true;
      opened?.close();
      setChanges(null);
      setStatus('live');
    };
  }, [area, csrfToken, send]);
  return (
    <LiveContext value={changes}>
      <StatusContext value={status}>{children}</StatusContext>
    </LiveContext>
  );
}

const Loaded = lazy(async () => ({ default: (await import('./changes/index.ts')).LiveNotice }));

/** Shows that the page has lost its connection, and then that it catches up. */
export function LiveNotice(): ReactNode {
  const isFollowing = useLiveChanges() !== null;
  const status = useContext(StatusContext);
  return isFollowing ? (
    <Suspense>
      <Loaded status={status} />
    </Suspense>
  ) : null;
}
