/**
 * Loaded into the process that is measured (`--import`): tells, when asked by message, the longest that its event loop was
 * held since the last time. In CPU time of its thread, so that what else the machine does is not counted, and on the clock.
 */
import type { Block } from './measured-process.ts';

const tickMs = 1;
const worst = { cpuMs: 0, clockMs: 0 };
let cpuBefore = process.threadCpuUsage();
let clockBefore = performance.now();

/** A timer fires once for each turn of the loop: what passed since the last one is what the turn took. */
setInterval(() => {
  const { user, system } = process.threadCpuUsage(cpuBefore);
  const clock = performance.now();
  worst.cpuMs = Math.max(worst.cpuMs, (user + system) / 1000);
  worst.clockMs = Math.max(worst.clockMs, clock - clockBefore - tickMs);
  cpuBefore = process.threadCpuUsage();
  clockBefore = clock;
}, tickMs).unref();

process.on('message', (message) => {
  if (message === 'reset') {
    worst.cpuMs = 0;
    worst.clockMs = 0;
  }
  process.send?.({ ...worst } satisfies Block);
});
process.channel?.unref();
