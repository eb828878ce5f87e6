/**
 * Finds the lookups that can read a selection from a subgraph: one that the state already has, or a new one. The fields
 * that a new lookup sends are resolved first. They are decided like any other selection.
 *
 * Before: `price` of a book at `shop Book`, for which *prices* is a candidate with the key `isbn`.
 * After: a lookup in *prices* at level 1, represented by `isbn` from the position.
 */
import type { SelectionSetNode } from 'graphql';
import type { Candidate } from './candidates.ts';
import type { Constraint, Decide, Decision, DecisionContext } from './decision.ts';
import { allOf, type Demands } from './demands.ts';
import type { Representation } from './solution.ts';
import type { State } from './state.ts';

/** A state, and the index of one of its lookups. */
interface Entry {
  readonly state: State;
  readonly lookupIndex: number;
}

export class LookupFinder {
  readonly #context: DecisionContext;
  readonly #decide: Decide;

  /** `decide` finds out where a key or a required field is read. */
  constructor(context: DecisionContext, decide: Decide) {
    this.#context = context;
    this.#decide = decide;
  }

  /** The lookups in the candidate's subgraph that may read the selection: those that the state has, and new ones. */
  entries(decision: Decision, candidate: Candidate, state: State): readonly Entry[] {
    const { object, constraint } = decision;
    const existing = lookupsOf(state, candidate, constraint);
    if (candidate.kind === 'root') {
      const [lookupIndex] = existing;
      const level = object.position === undefined ? 0 : 1;
      return lookupIndex !== undefined
        ? [{ state, lookupIndex }]
        : level < constraint.beforeLevel
          ? [enter(state, candidate, constraint, level, [])]
          : [];
    }
    const joined = existing.flatMap((lookupIndex) => this.#join(decision, candidate, state, lookupIndex));
    const joinedLevels = new Set(joined.map((entry) => entry.state.lookups[entry.lookupIndex]?.level));
    const begun = this.#nearestKeys(decision, candidate).flatMap(({ key, level: beforeLevel }) =>
      this.#represent(decision, candidate, state, key, beforeLevel).flatMap((represented) => {
        const { resolved } = represented.representation;
        const level = 1 + Math.max(0, ...resolved.map((demand) => demand.level));
        return joinedLevels.has(level)
          ? []
          : [enter(represented.state, candidate, constraint, level, [represented.representation])];
      }),
    );
    return [...joined, ...begun];
  }

  /** Uses a lookup that the state already has. */
  #join(decision: Decision, candidate: Candidate, state: State, lookupIndex: number): readonly Entry[] {
    const { typeSets, lookupDemands } = this.#context;
    const lookup = state.lookups[lookupIndex];
    if (lookup === undefined) {
      return [];
    }
    const { position } = decision.object;
    const types = lookupDemands.typesOf(position, candidate, decision.pending.selection.on);
    const isCovered = lookup.representations.some(
      (representation) => representation.key !== undefined && typeSets.covers(representation.types, types),
    );
    for (const key of isCovered ? [undefined] : candidate.keys) {
      const { keySelections, required, typename } = this.#demandsOf(decision, candidate, key);
      const sent = [...keySelections, ...required];
      if (
        isCovered &&
        typename.length === 0 &&
        sent.every((demand) => lookup.representations.some((other) => other.required.includes(demand)))
      ) {
        return [{ state, lookupIndex }];
      }
      if (!lookupDemands.conflict(lookup, types, sent)) {
        const represented = this.#represent(decision, candidate, state, key, lookup.level);
        if (represented.length > 0) {
          return represented.map((each) => ({
            state: each.state.withRepresentation(lookupIndex, each.representation),
            lookupIndex,
          }));
        }
      }
    }
    return [];
  }

  /**
   * Returns the keys by which the field can be looked up before the level `beforeLevel`. The key that is available
   * earliest comes first. There are at most two keys, or only one if the beam is exhausted (too many decisions).
   */
  #nearestKeys(
    decision: Decision,
    candidate: Candidate,
  ): readonly { readonly key: SelectionSetNode; readonly level: number }[] {
    const { distances, beam } = this.#context;
    const distancesHere = distances.of(decision.object, decision.pending.selection);
    return candidate.keys
      .map((key) => {
        const demands = this.#demandsOf(decision, candidate, key);
        return { key, level: 1 + distancesHere.toAll(allOf(demands)) };
      })
      .filter(({ level }) => level < decision.constraint.beforeLevel)
      .sort((a, b) => a.level - b.level)
      .slice(0, beam.isExhausted ? 1 : 2);
  }

  #demandsOf(
    { object, pending }: Decision,
    candidate: Candidate,
    key: SelectionSetNode | undefined,
  ): Demands {
    return this.#context.lookupDemands.of(object.position, candidate, key, pending.selection.on);
  }

  /** Resolves the fields that a lookup by this key needs, so that they are available before the level `beforeLevel`. */
  #represent(
    decision: Decision,
    candidate: Candidate,
    state: State,
    key: SelectionSetNode | undefined,
    beforeLevel: number,
  ): readonly { readonly state: State; readonly representation: Representation }[] {
    const { splitter, beam } = this.#context;
    const { object } = decision;
    const demands = this.#demandsOf(decision, candidate, key);
    const split = allOf(demands).map((demand) => splitter.split(object, [demand]));
    if (split.some(({ impossible }) => impossible.length > 0)) {
      return [];
    }
    const { block } = decision.constraint;
    const constraint = { beforeLevel, triedSubgraphs: [], isDemand: true, block };
    const allPending = split.flatMap(({ pending }) => pending);
    const { types, keySelections, required } = demands;
    return beam
      .decideEach(state, allPending, (before, pending) =>
        this.#decide({ object, pending, constraint }, before),
      )
      .map(({ state: after, resolved }) => ({
        state: after,
        representation: { types, key, keySelections, required, resolved },
      }));
  }
}

/**
 * The indexes of the state's lookups to which the candidate's field can be added. They have the candidate's subgraph,
 * kind and type, and the constraint permits them.
 */
function lookupsOf(
  { lookups }: State,
  { subgraph, kind, type }: Candidate,
  { beforeLevel, isDemand, block }: Constraint,
): readonly number[] {
  return lookups.flatMap((lookup, index) =>
    lookup.subgraph === subgraph &&
    lookup.kind === kind &&
    lookup.type === type &&
    lookup.level < beforeLevel &&
    // In a deferred block, keys and required fields may also come from a lookup outside of deferred blocks.
    (lookup.block === block || (isDemand && lookup.block === undefined))
      ? index
      : [],
  );
}

/** A new lookup in a candidate's subgraph. */
function enter(
  state: State,
  { subgraph, kind, type }: Candidate,
  { block }: Constraint,
  level: number,
  representations: readonly Representation[],
): Entry {
  return {
    state: state.withLookup({ subgraph, kind, type, level, block, representations }),
    lookupIndex: state.lookups.length,
  };
}
