/**
 * The beam: which of the states go on after a decision. Of states with the same effect the cheapest one goes on, and of those
 * the cheapest few. It counts the decisions of an operation, and becomes as narrow as can be after too many.
 */
import type { Outcome } from './decision.ts';
import type { State } from './state.ts';

/** States kept after each decision. */
const width = 6;
/** Decisions of one operation. After that many, only the best state is kept: the first that fits. */
const maxTries = 4_000;

export class Beam {
  /** Decisions tried so far. */
  #tries = 0;

  get isExhausted(): boolean {
    return this.#tries > maxTries;
  }

  /** Counts a decision. */
  count(): void {
    this.#tries++;
  }

  /** The states that go on, the best one first. */
  best(states: readonly State[], most = width): State[] {
    if (states.length < 2) {
      return [...states];
    }
    const kept = new Map<string, State>();
    for (const state of [...states].sort((a, b) => a.cost - b.cost)) {
      const { effect } = state;
      if (!kept.has(effect)) {
        kept.set(effect, state);
      }
      if (kept.size === (this.isExhausted ? 1 : most)) {
        break;
      }
    }
    return [...kept.values()];
  }

  bestOutcomes(outcomes: readonly Outcome[]): readonly Outcome[] {
    const byState = new Map(outcomes.map((outcome) => [outcome.state, outcome]));
    return this.best([...byState.keys()]).flatMap((state) => byState.get(state) ?? []);
  }

  /** Makes one more decision after each outcome. */
  goOn(outcomes: readonly Outcome[], decide: (state: State) => readonly Outcome[]): readonly Outcome[] {
    return this.bestOutcomes(
      outcomes.flatMap((before) =>
        decide(before.state).map(({ state, steps }) => ({ state, steps: [...before.steps, ...steps] })),
      ),
    );
  }

  /** Whether nothing better need be looked for: it costs nothing, or tries are over and nothing is left. */
  isGoodEnough(after: State, before: State): boolean {
    return after.cost === before.cost || (this.isExhausted && after.unanswered === before.unanswered);
  }
}
