import type { Protocol } from './protocol.ts';
import { type Bounds, beginningOf, keyOf, type State } from './state.ts';
import { brokenAtEnd, stepsFrom } from './steps.ts';

/** The result of an exploration. */
export interface Exploration {
  /** How many states it visited. */
  readonly states: number;
  /** The first one that it found; null where no invariant is broken. */
  readonly violation: Violation | null;
}

/** A broken invariant. */
export interface Violation {
  /** Which one, with its numbers. */
  readonly broken: string;
  /** The steps that lead there from the first state. */
  readonly steps: readonly string[];
}

/**
 * Explores the model of lending: every state that can be reached within the bounds, depth first, each visited once.
 *
 * A state (`state.ts`) is one patron with a few check-outs, as their processes, the journal and circulation have them. A
 * step (`steps.ts`) is one atomic action of a process, of circulation, of a desk or of a reconciler; whatever can happen
 * concurrently is a step that may come next. Each step is checked against the invariants (`invariants.ts`). States that
 * differ only in names count as one (`keyOf`).
 *
 * Example: with two check-outs and nine loans, one path is: check-out 0 reads epoch, cards, loans; check-out 1 the same;
 * 0 reserves the tenth place; 1 is refused with `QUOTA_REACHED`. A protocol without the epoch has another path, on which
 * both reserve and the patron has eleven loans; the exploration returns it, step by step.
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
