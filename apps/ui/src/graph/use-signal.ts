import { useCallback, useEffect, useRef } from 'react';

/**
 * Returns a function for the current `AbortSignal` of the component. The signal aborts when the component is unmounted,
 * so pass it to work that the component begins.
 */
export function useSignal(): () => AbortSignal {
  const controller = useRef(new AbortController());
  useEffect(() => {
    // React's strict mode mounts twice. An aborted controller can't be used again, so the second mount needs a new one.
    if (controller.current.signal.aborted) {
      controller.current = new AbortController();
    }
    return () => controller.current.abort();
  }, []);
  return useCallback(() => controller.current.signal, []);
}
