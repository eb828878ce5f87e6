/**
 * This file is preloaded into every measured process. It answers for the process and its workers: to the message `memory`
 * with the bytes that they use after a garbage collection, to `longestTurn` with the CPU time of the longest turn of an
 * event loop since the last such message, in ms, and to each other message with their CPU time so far, in µs.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { answerParent } from './answer-parent.ts';

answerParent(
  (message) => (message === 'memory' ? memory() : message === 'longestTurn' ? longestTurn() : cpu()),
  (ofPrimary, ofWorkers, message) =>
    // The primary serves nobody.
    message === 'longestTurn'
      ? Math.max(...ofWorkers)
      : ofWorkers.reduce((sum, used) => sum + used, ofPrimary),
);
process.once('disconnect', () => process.exit());

function cpu(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** The longest turn, in ms. Null until it is measured, because the timer costs time. */
let longestMs: number | null = null;

/** The first call returns 0 and begins to measure. */
function longestTurn(): number {
  if (longestMs === null) {
    measureTurns();
  }
  const longest = longestMs ?? 0;
  longestMs = 0;
  return longest;
}

/** A timer fires once in each turn of the loop. So the time since it last fired is the duration of the turn. */
function measureTurns(): void {
  let before = process.threadCpuUsage();
  setInterval(() => {
    const { user, system } = process.threadCpuUsage(before);
    longestMs = Math.max(longestMs ?? 0, (user + system) / 1000);
    before = process.threadCpuUsage();
  }, 1).unref();
}

function memory(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
