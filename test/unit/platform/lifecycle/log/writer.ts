/**
 * A worker with the log of every process, on standard error. It takes one message, `{ lines, level, ending }`: it logs this
 * many lines at once and reports how long that took and how many were dropped. After that it ends as `ending` says.
 */
import { beginLog } from '../../../../../platform/lifecycle/log.ts';
import { droppedLogLines } from '../../../../../platform/lifecycle/log-output.ts';

export interface Task {
  readonly lines: number;
  readonly level: 'info' | 'warn';
  readonly ending: 'none' | 'exit' | 'channel';
}

const { log } = beginLog('info', {}, [], { index: 2, count: 3 });
process.on('message', ({ lines, level, ending }: Task) => {
  const begun = performance.now();
  for (let line = 0; line < lines; line += 1) {
    log[level]({ line, fill: 'x'.repeat(200) });
  }
  const report = { ms: performance.now() - begun, dropped: droppedLogLines() };
  process.send?.(report, () => {
    if (ending === 'exit') {
      process.exit(3);
    } else if (ending === 'channel') {
      process.disconnect();
    }
  });
});
process.send?.('ready');
