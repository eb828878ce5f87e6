/**
 * The beam: the states with which the search goes on after a decision. Of the states with the same effect it keeps the
 * cheapest, and of those the cheapest few. After too many decisions for one operation it keeps only one.
 *
 * Before: three states at the costs 3, 2 and 5, of which the first two have the same effect.
 * After: the states at the costs 2 and 5.
 */
import type { Outcome, State } from './state.ts';

/** States kept after each decision. */
const width = 6;
/** Decisions for one operation. After them only the best state is kept. */
const maxDecisions = 4_000;

export class Beam {
  #decisions = 0;

  get isExhausted(): boolean {
    return this.#decisions > maxDecisions;
  }

  countDecision(): void {
    this.#decisions++;
  }

  /** The states with which the search goes on, the best one first. */
  best(states: readonly State[], maxStates = width): State[] {
    if (states.length < 2) {
      return [...states];
    }
    const kept = new Map<string, State>();
    for (const state of [...states].sort((a, b) => a.cost - b.cost)) {
      const { effect } = state;
      if (!kept.has(effect)) {
        kept.set(effect, state);
      }
      if (kept.size === (this.isExhausted ? 1 : maxStates)) {
        break;
      }
    }
    return [...kept.values()];
  }

  bestOutcomes(outcomes: readonly Outcome[]): readonly Outcome[] {
    const byState = new Map(outcomes.map((outcome) => [outcome.state, outcome]));
    return this.best([...byState.keys()]).flatMap((state) => byState.get(state) ?? []);
  }

  /** Decides the items one after the other, each after the best outcomes of those before it. */
  decideEach<Item>(
    state: State,
    items: readonly Item[],
    decide: (state: State, item: Item) => readonly Outcome[],
  ): readonly Outcome[] {
    return items.reduce<readonly Outcome[]>(
      (outcomes, item) =>
        this.bestOutcomes(
          outcomes.flatMap((before) =>
            decide(before.state, item).map((after) => ({
              state: after.state,
              resolved: [...before.resolved, ...after.resolved],
            })),
          ),
        ),
      [{ state, resolved: [] }],
    );
  }

  /** Whether no better outcome is possible, or worth looking for because the beam is exhausted. */
  isGoodEnough(after: State, before: State): boolean {
    return (
      after.cost === before.cost || (this.isExhausted && after.unresolvedLeaves === before.unresolvedLeaves)
    );
  }
}
