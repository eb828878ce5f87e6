import type { PlanStep } from '../compile/compile-plan.ts';
import { runEntityFetch } from './entity-fetch.ts';
import type { Run } from './execution.ts';
import { runFetch } from './fetch.ts';

/** Runs a plan to its end, whatever subgraphs fail on the way. */
export function walk(step: PlanStep, run: Run): Promise<unknown> {
  switch (step.kind) {
    case 'sequence':
      return walkInTurn(step.steps, run);
    case 'parallel':
      return Promise.all(step.steps.map((child) => walk(child, run)));
    case 'fetch':
      return runFetch(step, run);
    case 'entityFetch':
      return runEntityFetch(step, run);
    default: {
      const missed: never = step;
      return missed;
    }
  }
}

async function walkInTurn(steps: readonly PlanStep[], run: Run): Promise<void> {
  for (const step of steps) {
    await walk(step, run);
  }
}
