import { useEffect, useState, useSyncExternalStore } from 'react';
import { type Scan, ScanQueue } from './queue.ts';

/** The items of this visit. They are dropped when the component is unmounted. */
export function useScans(): {
  readonly queue: ScanQueue;
  readonly scans: readonly Scan[];
  readonly lastTold: Scan | null;
} {
  const [queue, setQueue] = useState(() => new ScanQueue());
  const scans = useSyncExternalStore(
    (listener) => queue.subscribe(listener),
    () => queue.scans,
  );
  useEffect(() => {
    // React's strict mode mounts twice. A stopped queue can't be started again, so the second mount needs a new queue.
    if (queue.isStopped) {
      setQueue(new ScanQueue());
      return;
    }
    return () => queue.stop();
  }, [queue]);
  return { queue, scans, lastTold: queue.lastTold };
}
