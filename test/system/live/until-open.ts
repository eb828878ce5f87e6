import type { RunningSystem } from '../running-system.ts';

/**
 * Waits until the subgraphs serve exactly this number of streams. A stream without a cursor begins when its subgraph gets to
 * it, and a test that changed something before that would wait in vain.
 */
export async function untilOpen(system: RunningSystem, streams: number): Promise<void> {
  for (;;) {
    const open = [...(await system.metrics()).matchAll(/^patron_graph_change_streams_open\{.*\} (\d+)$/gm)];
    if (open.reduce((total, [, count]) => total + Number(count), 0) === streams) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
