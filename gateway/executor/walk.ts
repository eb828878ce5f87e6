import type { PlanStep } from './compile-plan.ts';
import { runEntityFetch } from './entity-fetch.ts';
import { runFetch } from './fetch.ts';
import type { Run } from './run.ts';

/** Runs a plan to its end, whatever subgraphs fail on the way. */
export async function walk(step: PlanStep, run: Run): Promise<void> {
  switch (step.kind) {
    case 'sequence':
      for (const child of step.steps) {
        await walk(child, run);
      }
      return;
    case 'parallel':
      await Promise.all(step.steps.map((child) => walk(child, run)));
      return;
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
