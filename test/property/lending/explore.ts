import type { Protocol } from './protocol.ts';
import { type Bounds, beginningOf, keyOf, type State } from './state.ts';
import { brokenAtEnd, stepsFrom } from './steps.ts';

/** What an exploration came upon first, and the steps that lead there; null where there is nothing. */
export interface Exploration {
  readonly states: number;
  readonly violation: Violation | null;
}

export interface Violation {
  readonly broken: string;
  readonly steps: readonly string[];
}

/** Everything that may happen within the bounds, depth first, each state once. */
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
