/** Plans in other processes: an operation that the planner panics over ends the one that it is planned in. */
import { createHash } from 'node:crypto';
import type { PlanNode } from '@graphql-hive/router-query-planner';
import { PlannerChild, PlannerGone } from './planner-child.ts';
import { Turns } from './turns.ts';

/** A plan as the planner has it. */
export type PlannerNode = PlanNode;

/** Rejects with `PlannerFailed`, or with `PlannerGone`. */
export type PlanApart = (document: string, percentage: number) => Promise<PlanNode>;

/** Plans under way at once: as many as Node has threads for them. So few are lost with an operation that ends the process. */
const atOnce = 4;
/** Bounds of what waits beside them, and of what waits to be planned alone: clients who leave give up no plan. */
const waiting = { most: 1_000, ms: 10_000 };
/** Operations remembered that ended a process, and for how many milliseconds. */
const keptCulprits = 1_000;
const culpritMs = 60_000;

const together = new PlannerChild();
const turnsTogether = new Turns(atOnce, waiting);
const turnsAlone = new Turns(1, waiting);
/** Until when each is remembered. */
const culprits = new Map<string, number>();

/**
 * Plans by a supergraph, in one process for all of them. What is under way when that process ends is planned once more, each
 * in a process of its own: so the operation that ends a process is known, and the others have their plans.
 */
export function plannerApart(sdl: string): PlanApart {
  const supergraph = { key: digest(sdl), sdl };
  return async (document, percentage) => {
    const operation = digest(`${supergraph.key} ${document}`);
    if ((culprits.get(operation) ?? 0) > performance.now()) {
      throw new PlannerGone('culprit');
    }
    try {
      return await turnsTogether.take(() => together.ask(supergraph, document, percentage));
    } catch (error) {
      if (!endedProcess(error)) {
        throw error;
      }
    }
    return turnsAlone.take(async () => {
      using alone = new PlannerChild();
      try {
        return await alone.ask(supergraph, document, percentage);
      } catch (error) {
        if (endedProcess(error)) {
          remember(operation);
        }
        throw error;
      }
    });
  };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

function endedProcess(error: unknown): boolean {
  return error instanceof PlannerGone && (error.code === 'ended' || error.code === 'slow');
}

function remember(operation: string): void {
  culprits.delete(operation);
  culprits.set(operation, performance.now() + culpritMs);
  for (const oldest of culprits.keys()) {
    if (culprits.size > keptCulprits) {
      culprits.delete(oldest);
    }
  }
}
