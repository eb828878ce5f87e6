/**
 * This file is preloaded into every measured process. It answers the message `memory` with the bytes that the process and its workers
 * use after a garbage collection, and each other message with their CPU time so far, in µs.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { answerParent } from './answer-parent.ts';

answerParent(
  (message) => (message === 'memory' ? memory() : cpu()),
  (ofPrimary, ofWorkers) => ofWorkers.reduce((sum, used) => sum + used, ofPrimary),
);
process.once('disconnect', () => process.exit());

function cpu(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

function memory(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
