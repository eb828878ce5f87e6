/**
 * This file is loaded into the measured process (`--import`) and its workers. On a message, it reports the longest turn
 * of the event loop since the last reset. The turn is given as CPU time of its thread, which excludes other load on the
 * machine, and as time on the clock.
 */
import cluster from 'node:cluster';
import { answerParent } from '../../bench/measured/answer-parent.ts';
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

answerParent<Block>(
  (message) => {
    if (message === 'reset') {
      worst.cpuMs = 0;
      worst.clockMs = 0;
    }
    return { ...worst };
  },
  // The primary serves nobody, so nobody waits for it.
  (_ofPrimary, ofWorkers) => ({
    cpuMs: Math.max(...ofWorkers.map(({ cpuMs }) => cpuMs)),
    clockMs: Math.max(...ofWorkers.map(({ clockMs }) => clockMs)),
  }),
);
if (cluster.isPrimary) {
  process.channel?.unref();
}
