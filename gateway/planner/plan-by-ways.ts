import { createHash } from 'node:crypto';
import type { PlanNode } from '../executor/index.ts';
import type { Way } from './around.ts';
import { type PlanApart, type PlannerNode, plannerApart } from './plan-apart.ts';
import { PlannerFailed, PlannerGone } from './planner-child.ts';
import { UnusablePlan } from './read-plan.ts';

/** Ways by which a document may end its planner, and by which it may outlast it, which takes ten seconds each. */
const maxGone = 3;
const maxSlow = 1;
/** Documents of which is remembered how they were planned, where it was not as they came. */
const keptChoices = 10_000;

/** What a document is planned by. */
interface Attempt extends Way {
  readonly planApart: PlanApart;
  readonly isSpread: boolean;
}

export interface Planning {
  readonly ways: readonly Way[];
  /** Throws where the plan is none to go by. */
  read(node: PlannerNode, way: Way): PlanNode;
  /** The document in other words; undefined where there are none. */
  spread(document: string): string | undefined;
}

/**
 * Plans as the document and the supergraph are; where that comes to nothing, by rewritten supergraphs, one after the other;
 * and then the same with the document spread. What worked is remembered and tried first when the document is planned again.
 */
export function planByWays({
  ways,
  read,
  spread,
}: Planning): (document: string, percentage: number) => Promise<PlanNode> {
  const planners = ways.map((way) => ({ ...way, planApart: plannerApart(way.sdl) }));
  const attempts: readonly Attempt[] = [false, true].flatMap((isSpread) =>
    planners.map((planner) => ({ ...planner, isSpread })),
  );
  const choices = new Map<string, Attempt>();
  return async (document, percentage) => {
    const key = createHash('sha256').update(document).digest('base64url');
    const choice = choices.get(key);
    const reasons: unknown[] = [];
    let inOtherWords: { readonly text: string | undefined } | undefined;
    for (const attempt of choice === undefined ? attempts : new Set([choice, ...attempts])) {
      if (attempt.isSpread) {
        inOtherWords ??= { text: spread(document) };
      }
      const text = attempt.isSpread ? inOtherWords?.text : document;
      if (text === undefined || (reasons.some(isGone) && !attempt.isForPanics)) {
        continue;
      }
      try {
        const plan = read(await attempt.planApart(text, percentage), attempt);
        if (attempt !== attempts[0]) {
          remember(choices, key, attempt);
        }
        return plan;
      } catch (error) {
        reasons.push(error);
        if (!mayBePlannedOtherwise(error) || isTooMuch(reasons)) {
          break;
        }
      }
    }
    throw reasons.find(isOverload) ?? reasons.find(isGone) ?? reasons[0];
  };
}

function remember(choices: Map<string, Attempt>, key: string, attempt: Attempt): void {
  choices.delete(key);
  choices.set(key, attempt);
  for (const oldest of choices.keys()) {
    if (choices.size <= keptChoices) {
      break;
    }
    choices.delete(oldest);
  }
}

function isTooMuch(reasons: readonly unknown[]): boolean {
  const gone = reasons.filter(isGone);
  return (
    gone.some(isOverload) ||
    gone.length > maxGone ||
    gone.filter(({ code }) => code === 'slow').length > maxSlow
  );
}

/** Whether another supergraph, or the document in other words, may have a plan. */
export function mayBePlannedOtherwise(error: unknown): boolean {
  return isGone(error) || error instanceof UnusablePlan || error instanceof PlannerFailed;
}

export function isGone(error: unknown): error is PlannerGone {
  return error instanceof PlannerGone;
}

/** Whether the planner was not even asked. */
export function isOverload(error: unknown): boolean {
  return error instanceof PlannerGone && (error.code === 'busy' || error.code === 'unstarted');
}
