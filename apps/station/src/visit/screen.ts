import type { Graph } from '@patron-graph/kit';
import type { ReactNode } from 'react';
import type { Scan, ScanQueue } from '../scans/queue.ts';

export interface ScreenProps {
  readonly graph: Graph;
  readonly isOnline: boolean;
  /** The buttons that lead to the other screens. */
  readonly actions: ReactNode;
}

/** A screen that takes scanned items. */
export interface ScanScreenProps extends ScreenProps {
  readonly queue: ScanQueue;
  readonly scans: readonly Scan[];
}
