import type { DeferStep, PlanStep } from '../plan-steps.ts';
import type { ExecutionContext } from './execution-context.ts';
import { runEntityFetch } from './fetch/entity-fetch.ts';
import { runRootFetch } from './fetch/root-fetch.ts';

/** Runs the steps one after the other, each with all steps inside it. A failed fetch does not stop the next steps. */
export function runInSequence(steps: readonly PlanStep[], context: ExecutionContext): Promise<unknown> {
  const [first] = steps;
  // Many plans have one step. Such a plan needs no further promise.
  return first !== undefined && steps.length === 1 ? runStep(first, context) : runEach(steps, context);
}

async function runEach(steps: readonly PlanStep[], context: ExecutionContext): Promise<void> {
  for (const step of steps) {
    await runStep(step, context);
  }
}

function runStep(step: PlanStep, context: ExecutionContext): Promise<unknown> {
  switch (step.kind) {
    case 'sequence':
      return runInSequence(step.steps, context);
    case 'parallel':
      return Promise.all(step.steps.map((child) => runStep(child, context)));
    case 'defer':
      return runDeferred(step, context);
    case 'fetch':
      return runRootFetch(step, context);
    case 'entityFetch':
      return runEntityFetch(step, context);
    default: {
      const missed: never = step;
      return missed;
    }
  }
}

async function runDeferred({ primary, deferred }: DeferStep, context: ExecutionContext): Promise<void> {
  const { blocks } = context;
  await runStep(primary, context);
  if (blocks === null) {
    await Promise.all(deferred.map(({ step }) => runStep(step, context)));
    return;
  }
  for (const { block, step } of deferred) {
    blocks.start(block, () => runStep(step, context));
  }
}
