/**
 * The beam limits the search for the cheapest plan. The search decides for one field after the other where it is read.
 * A state has the decisions so far, with their cost. After each decision, the beam keeps only some of the states, and
 * the search continues from these. States have the same effect if every remaining decision costs the same in all of
 * them. Of states with the same effect, only the cheapest is kept. Of the states that are left, the cheapest few are
 * kept. After too many decisions of one search, only the best state is kept.
 *
 * Before: three states with the costs 3, 2 and 5. The first two have the same effect.
 * After: the states with the costs 2 and 5.
 */
import type { TimeLimit } from '../time-limit.ts';
import type { Outcome, State } from './state.ts';

/** The number of states that the beam keeps after each decision. */
const width = 6;
/**
 * After this many decisions of one search, only the best state is kept. A mutation has a search for each root field.
 */
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

  /** Returns the states with which the search continues, the best one first. */
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

  /**
   * Makes a decision for each item, one after the other. Each decision starts from the best outcomes of the previous
   * one.
   */
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
   * Whether the other outcomes of a decision can be skipped. `before` is the state before the decision, and `after` is
   * the state that one outcome leads to. The other outcomes are skipped if this outcome cost nothing. After too many
   * decisions (`isExhausted`), it is enough that this outcome left no further leaf unresolved.
   */
  isGoodEnough(after: State, before: State): boolean {
    return (
      after.cost === before.cost || (this.isExhausted && after.unresolvedLeaves === before.unresolvedLeaves)
    );
  }
}
