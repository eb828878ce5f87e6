/** The thread that `planning-thread.ts` starts. It gets the arguments of a plan, and answers with the plan. */
import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../../../platform/lifecycle/message-of.ts';
import { createPlanner, type PlanArguments, PlanningError } from '../../planner/index.ts';
import type { PlanningAnswer, PlanningThreadData } from './planning-thread.ts';

const { supergraphSdl, maxMs } = workerData as PlanningThreadData;
const planner = createPlanner(supergraphSdl);

function answerTo(args: PlanArguments): PlanningAnswer {
  try {
    const plan = planner.planWithin(maxMs, ...args);
    return plan === null ? { ok: false, reason: `the plan takes more than ${maxMs} ms` } : { ok: true, plan };
  } catch (error) {
    return { ok: false, reason: messageOf(error instanceof PlanningError ? error.cause : error) };
  }
}

parentPort?.on('message', (args: PlanArguments) => parentPort?.postMessage(answerTo(args)));
