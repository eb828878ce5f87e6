import type { Violation } from './explore.ts';
import type { Protocol } from './protocol.ts';
import { type Bounds, beginningOf } from './state.ts';
import { brokenAtEnd, stepsFrom } from './steps.ts';

/**
 * Takes one path through a model that is too large to explore, from its first state to a state without further steps.
 * Each number of `choices` chooses one of the possible steps, modulo the number of these steps. After the last number,
 * the first is used again.
 *
 * Returns null if the path breaks no invariant.
 */
export function randomWalk(protocol: Protocol, bounds: Bounds, choices: readonly number[]): Violation | null {
  const steps: string[] = [];
  let state = beginningOf(bounds);
  for (let turn = 0; ; turn += 1) {
    const possible = [...stepsFrom(state, protocol, bounds)];
    const step = possible[(choices[turn % choices.length] ?? 0) % possible.length];
    if (step === undefined) {
      break;
    }
    steps.push(step.name);
    if (step.broken !== null) {
      return { broken: step.broken, steps };
    }
    state = step.state;
  }
  const broken = brokenAtEnd(state);
  return broken === null ? null : { broken, steps };
}
