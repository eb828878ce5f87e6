import type { Protocol } from './protocol.ts';
import { type Bounds, beginningOf, keyOf, type State } from './state.ts';
import { brokenAtEnd, stepsFrom } from './steps.ts';

/** The result of an exploration. */
export interface Exploration {
  /** The number of visited states. */
  readonly states: number;
  /** The first violation that was found; null if no invariant is broken. */
  readonly violation: Violation | null;
}

/** A broken invariant, and how it was reached. */
export interface Violation {
  /** The invariant's message, with its numbers. */
  readonly broken: string;
  /** The steps from the first state to the violation. */
  readonly steps: readonly string[];
}

/**
 * Explores the model of lending: all states that can be reached within the bounds. The search is depth first, and
 * visits each state once.
 *
 * A state (`state.ts`) is one patron with a few check-outs, as their processes, the journal and circulation have them.
 * A step (`steps.ts`) is one atomic action of a process, of circulation, of a desk or of a reconciler. Any action that
 * can happen concurrently may be the next step. Each step is checked against the invariants (`invariants.ts`). States
 * that differ only in names are treated as one (`keyOf`).
 *
 * Example with two check-outs and nine loans. On one path, each check-out reads epoch, cards and loans. Then check-out
 * 0 reserves the tenth place, and check-out 1 is refused with `QUOTA_REACHED`. A protocol without the epoch has another
 * path, on which both reserve a place and the patron gets eleven loans. The exploration returns the steps of that path.
 */
export function explore(protocol: Protocol, bounds: Bounds): Exploration {
  const visited = new Set<string>();
  const path: string[] = [];

  function visit(state: State): Violation | null {
    const key = keyOf(state);
    if (visited.has(key)) {
      return null;
    }
    visited.add(key);
    let isEnd = true;
    for (const { name, state: next, broken = null } of stepsFrom(state, protocol, bounds)) {
      isEnd = false;
      path.push(name);
      if (broken !== null) {
        return { broken, steps: [...path] };
      }
      const violation = visit(next);
      if (violation !== null) {
        return violation;
      }
      path.pop();
    }
    const broken = isEnd ? brokenAtEnd(state) : null;
    return broken === null ? null : { broken, steps: [...path] };
  }

  const violation = visit(beginningOf(bounds));
  return { states: visited.size, violation };
}
