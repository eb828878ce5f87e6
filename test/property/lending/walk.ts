import type { Violation } from './explore.ts';
import type { Protocol } from './protocol.ts';
import { type Bounds, beginningOf } from './state.ts';
import { brokenAtEnd, stepsFrom } from './steps.ts';

/** One way through a world that is too large to explore; `choices` take turns in choosing the next step. */
export function walk(protocol: Protocol, bounds: Bounds, choices: readonly number[]): Violation | null {
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
