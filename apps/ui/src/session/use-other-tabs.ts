import { useCallback, useEffect, useRef } from 'react';

/** `ended`: the server reported that the session has ended. `signedOut`: the person has signed out. */
export type SessionMessage = 'ended' | 'signedOut';

/**
 * Connects the tabs of an area, such as `/staff`. The tabs share one session, so the session ends in all of them at
 * once. Returns a function that sends a message to the other tabs. The function is the same at each rendering.
 */
export function useOtherTabs(
  area: string,
  onMessage: (message: SessionMessage) => void,
): (message: SessionMessage) => void {
  const latest = useRef(onMessage);
  latest.current = onMessage;
  const channel = useRef<BroadcastChannel | null>(null);
  useEffect(() => {
    const opened = new BroadcastChannel(`session of ${area}`);
    opened.addEventListener('message', ({ data }: MessageEvent<SessionMessage>) => latest.current(data));
    channel.current = opened;
    return () => opened.close();
  }, [area]);
  return useCallback((message) => channel.current?.postMessage(message), []);
}
