/**
 * The beam: the states with which the search continues after a decision. If several states have the same effect, the
 * beam keeps only the cheapest of them. Then it keeps the cheapest few of all states. After too many decisions of one
 * search it keeps only the best state.
 *
 * Before: three states with the costs 3, 2 and 5. The first two have the same effect.
 * After: the states with the costs 2 and 5.
 */
import type { TimeLimit } from '../time-limit.ts';
import type { Outcome, State } from './state.ts';

/** The number of states that are kept after each decision. */
const width = 6;
/** The number of decisions after which only the best state is kept. Each root field of a mutation has its own search. */
const maxDecisions = 4_000;

export class Beam {
  readonly #limit: TimeLimit;
  #decisions = 0;

  constructor(limit: TimeLimit) {
    this.#limit = limit;
  }

  get isExhausted(): boolean {
    return this.#decisions > maxDecisions;
  }

  countDecision(): void {
    this.#decisions++;
    this.#limit.check();
  }

  /** The states with which the search continues, the best one first. */
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

  /** Decides the items one after the other. Each decision starts from the best outcomes of the decision before it. */
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

  /**
   * Whether the search can stop: no better outcome is possible, or the beam is exhausted and `after` has as
   * many unresolved leaves as `before`.
   */
  isGoodEnough(after: State, before: State): boolean {
    return (
      after.cost === before.cost || (this.isExhausted && after.unresolvedLeaves === before.unresolvedLeaves)
    );
  }
}
