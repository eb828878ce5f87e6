/**
 * Finds the ways into a subgraph: a lookup that the state already has, or a new one. Either first resolves what it demands,
 * by decisions like any other.
 *
 * Before: `price` of a book at `shop Book`, for which *prices* is a candidate with the key `isbn`.
 * After: a lookup in *prices* at level 1, represented by `isbn` from the position.
 */
import type { SelectionSetNode } from 'graphql';
import type { DeferredBlock } from '../deferred-blocks.ts';
import type { Candidate } from './candidates.ts';
import type { Constraint, Decide, PlannedObject } from './decision.ts';
import { allOf } from './demands.ts';
import type { DecisionContext } from './search-context.ts';
import type { Selection } from './selections.ts';
import type { Representation } from './solution.ts';
import type { State } from './state.ts';

/** A state, and the index of a lookup that it has. */
interface Entry {
  readonly state: State;
  readonly lookupIndex: number;
}

/** What is looked up in which subgraph. */
interface Request {
  readonly object: PlannedObject;
  readonly selection: Selection;
  readonly candidate: Candidate;
}

export class LookupFinder {
  readonly #context: DecisionContext;
  readonly #decide: Decide;

  /** `decide`: decides where a demand comes from. */
  constructor(context: DecisionContext, decide: Decide) {
    this.#context = context;
    this.#decide = decide;
  }

  /** The ways into the candidate's subgraph that satisfy the constraint. */
  entries(request: Request, state: State, constraint: Constraint): readonly Entry[] {
    const { object, candidate } = request;
    const { block } = constraint;
    const existing = lookupsOf(state, candidate, constraint);
    if (candidate.kind === 'root') {
      const [lookupIndex] = existing;
      return lookupIndex === undefined
        ? enterRoot(object, state, constraint, candidate)
        : [{ state, lookupIndex }];
    }
    const joined = existing.flatMap((lookupIndex) => this.#join(request, state, block, lookupIndex));
    const joinedLevels = new Set(joined.map((entry) => entry.state.lookups[entry.lookupIndex]?.level));
    const begun = this.#nearestKeys(request, constraint.beforeLevel).flatMap(({ key, level: beforeLevel }) =>
      this.#represent(request, state, key, { ...constraint, beforeLevel }).flatMap((represented) => {
        const { resolved } = represented.representation;
        const level = 1 + Math.max(0, ...resolved.map((demand) => demand.level));
        return joinedLevels.has(level)
          ? []
          : [enter(represented.state, candidate, level, block, [represented.representation])];
      }),
    );
    return [...joined, ...begun];
  }

  /** Joins a lookup that the state has. */
  #join(
    request: Request,
    state: State,
    block: DeferredBlock | undefined,
    lookupIndex: number,
  ): readonly Entry[] {
    const { typeSets, lookupDemands } = this.#context;
    const { object, selection, candidate } = request;
    const lookup = state.lookups[lookupIndex];
    if (lookup === undefined) {
      return [];
    }
    const types = lookupDemands.typesOf(object.position, candidate, selection.on);
    const isCovered = lookup.representations.some(
      (representation) => representation.key !== undefined && typeSets.covers(representation.types, types),
    );
    for (const key of isCovered ? [undefined] : candidate.keys) {
      const demands = lookupDemands.of(object.position, candidate, key, selection.on);
      const sent = [...demands.keySelections, ...demands.required];
      if (
        isCovered &&
        demands.typename.length === 0 &&
        sent.every((demand) => lookup.representations.some(({ required }) => required.includes(demand)))
      ) {
        return [{ state, lookupIndex }];
      }
      if (!lookupDemands.conflict(lookup, types, sent)) {
        const represented = this.#represent(request, state, key, { beforeLevel: lookup.level, block });
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

  /** The keys by which the field can be looked up before a level, the nearest first. Two are enough to choose from. */
  #nearestKeys(
    { object, selection, candidate }: Request,
    beforeLevel: number,
  ): readonly { readonly key: SelectionSetNode; readonly level: number }[] {
    const { distances, lookupDemands, beam } = this.#context;
    const distancesHere = distances.of(object, selection);
    return candidate.keys
      .map((key) => {
        const demands = lookupDemands.of(object.position, candidate, key, selection.on);
        return { key, level: 1 + distancesHere.toAll(allOf(demands)) };
      })
      .filter(({ level }) => level < beforeLevel)
      .sort((a, b) => a.level - b.level)
      .slice(0, beam.isExhausted ? 1 : 2);
  }

  /** Resolves everything that a lookup by this key demands. */
  #represent(
    { object, selection, candidate }: Request,
    state: State,
    key: SelectionSetNode | undefined,
    { beforeLevel, block }: Pick<Constraint, 'beforeLevel' | 'block'>,
  ): readonly { readonly state: State; readonly representation: Representation }[] {
    const { lookupDemands, splitter, beam } = this.#context;
    const demands = lookupDemands.of(object.position, candidate, key, selection.on);
    const split = allOf(demands).map((demand) => splitter.split(object, [demand]));
    if (split.some(({ impossible }) => impossible.length > 0)) {
      return [];
    }
    const constraint = { beforeLevel, triedSubgraphs: [], isDemand: true, block };
    const { types, keySelections, required } = demands;
    return beam
      .decideEach(
        state,
        split.flatMap(({ pending }) => pending),
        (before, pending) => this.#decide(object, before, pending, constraint),
      )
      .map(({ state: after, resolved }) => ({
        state: after,
        representation: { types, key, keySelections, required, resolved },
      }));
  }
}

/** The indexes of the state's lookups that may give a candidate's field under the constraint. */
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
    // A demand of a deferred block may come with what is not deferred.
    (lookup.block === block || (isDemand && lookup.block === undefined))
      ? index
      : [],
  );
}

/** Asks a subgraph for root fields, without a lookup. */
function enterRoot(
  { position }: PlannedObject,
  state: State,
  { beforeLevel, block }: Constraint,
  candidate: Candidate,
): readonly Entry[] {
  const level = position === undefined ? 0 : 1;
  return level < beforeLevel ? [enter(state, candidate, level, block, [])] : [];
}

/** A new lookup in a candidate's subgraph. */
function enter(
  state: State,
  { subgraph, kind, type }: Candidate,
  level: number,
  block: DeferredBlock | undefined,
  representations: readonly Representation[],
): Entry {
  return {
    state: state.withLookup({ subgraph, kind, type, level, block, representations }),
    lookupIndex: state.lookups.length,
  };
}
