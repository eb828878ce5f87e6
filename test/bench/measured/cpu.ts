/**
 * This file is preloaded into every measured process. It answers each message with the CPU time so far of the process
 * and its workers, in µs.
 */
import { answerParent } from './answer-parent.ts';

answerParent(
  () => {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
  (ofPrimary, ofWorkers) => ofWorkers.reduce((sum, used) => sum + used, ofPrimary),
);
process.once('disconnect', () => process.exit());
