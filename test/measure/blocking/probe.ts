/**
 * This file is loaded into the measured process (`--import`). On a message, it reports the longest turn of the event
 * loop since the last reset. The turn is given as CPU time of its thread, which excludes other load on the machine, and
 * as time on the clock.
 */
import type { Block } from './measured-process.ts';

const tickMs = 1;
const worst = { cpuMs: 0, clockMs: 0 };
let cpuBefore = process.threadCpuUsage();
let clockBefore = performance.now();

/** A timer fires once in each turn of the loop. So the time since it last fired is the duration of the turn. */
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
