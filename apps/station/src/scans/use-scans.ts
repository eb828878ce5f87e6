import { useEffect, useState, useSyncExternalStore } from 'react';
import { type Scan, ScanQueue } from './queue.ts';

/** The items of this visit. They are forgotten with the component. */
export function useScans(): {
  readonly queue: ScanQueue;
  readonly scans: readonly Scan[];
  /** As the queue has it. */
  readonly lastTold: Scan | null;
} {
  const [queue, setQueue] = useState(() => new ScanQueue());
  const scans = useSyncExternalStore(
    (listener) => queue.subscribe(listener),
    () => queue.scans,
  );
  useEffect(() => {
    // React's strict mode mounts twice: what was stopped is not begun again.
    if (queue.isStopped) {
      setQueue(new ScanQueue());
      return;
    }
    return () => queue.stop();
  }, [queue]);
  return { queue, scans, lastTold: queue.lastTold };
}
