import { useCallback, useEffect, useRef } from 'react';

/** The signal for what the component begins now. It aborts when the component is gone. */
export function useSignal(): () => AbortSignal {
  const controller = useRef(new AbortController());
  useEffect(() => {
    // React's strict mode mounts twice: what was aborted is not begun again.
    if (controller.current.signal.aborted) {
      controller.current = new AbortController();
    }
    return () => controller.current.abort();
  }, []);
  return useCallback(() => controller.current.signal, []);
}
