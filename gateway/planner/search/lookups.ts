/**
 * The ways into a subgraph: by a lookup that a state has already, or by a new one. Either has what it demands first, by
 * decisions like any other.
 *
 * Before: `price` of a book at `shop Book`, which is a candidate of *prices*, by the key `isbn`.
 * After: a lookup in *prices* at level 1, represented by `isbn` from the place.
 */
import type { SelectionSetNode } from 'graphql';
import type { DeferredBlock } from '../deferred-blocks.ts';
import type { TypeSet } from '../type-sets.ts';
import type { Beam } from './beam.ts';
import type { Candidate } from './candidates.ts';
import type { SearchContext } from './context.ts';
import type { Decide, Need, Outcome, Position } from './decision.ts';
import type { Reaches } from './reach/ways-of-reach.ts';
import type { Requirements } from './requirements.ts';
import type { WantSplitter } from './split-wants.ts';
import type { Representation, State } from './state.ts';
import type { Want } from './wants.ts';

/** A state that has a lookup, by its index. */
interface Entry {
  readonly state: State;
  readonly lookup: number;
}

/** What finding lookups takes. */
interface LookupFinderParts {
  readonly context: SearchContext;
  readonly splitter: WantSplitter;
  readonly requirements: Requirements;
  readonly reaches: Reaches;
  readonly beam: Beam;
  /** Decides where a demand comes from. */
  readonly decide: Decide;
}

export class LookupFinder {
  readonly #parts: LookupFinderParts;

  constructor(parts: LookupFinderParts) {
    this.#parts = parts;
  }

  /** The ways into a candidate's subgraph at a level before `limit`. */
  entries(position: Position, state: State, want: Want, need: Need, candidate: Candidate): readonly Entry[] {
    const { kind } = candidate;
    const { block, limit } = need;
    const same = lookupsOf(state, candidate, need);
    if (kind === 'root') {
      const [joined] = same;
      return joined === undefined
        ? this.#enterRoot(position, state, need, candidate)
        : [{ state, lookup: joined }];
    }
    const joined = same.flatMap((index) => this.#join(position, state, want, block, candidate, index));
    const levels = new Set(joined.map(({ state: next, lookup }) => next.lookups[lookup]?.level));
    const fresh = this.#keysInOrder(position, want, candidate, limit).flatMap(({ key, level }) =>
      this.#meet(position, state, candidate, key, want.on, { ...need, limit: level }).flatMap((met) => {
        const at = 1 + Math.max(0, ...met.representation.steps.map((step) => step.level));
        return levels.has(at) ? [] : [enter(met.state, candidate, at, block, [met.representation])];
      }),
    );
    return [...joined, ...fresh];
  }

  /** Asks a subgraph for root fields, for which nothing is looked up. */
  #enterRoot(
    { place }: Position,
    state: State,
    { limit, block }: Need,
    candidate: Candidate,
  ): readonly Entry[] {
    const level = place === undefined ? 0 : 1;
    return level < limit ? [enter(state, candidate, level, block, [])] : [];
  }

  /** Joins a lookup that the state has. */
  #join(
    position: Position,
    state: State,
    want: Want,
    block: DeferredBlock | undefined,
    candidate: Candidate,
    index: number,
  ): readonly Entry[] {
    const { context, requirements } = this.#parts;
    const lookup = state.lookups[index];
    if (lookup === undefined) {
      return [];
    }
    const types = requirements.typesOf(position.place, candidate, want.on);
    const isCovered = lookup.representations.some(
      (each) => each.key !== undefined && context.sets.covers(each.types, types),
    );
    const keys = isCovered ? [undefined] : candidate.keys;
    for (const key of keys) {
      const demands = requirements.of(position.place, candidate, key, want.on);
      const sent = [...demands.keyWants, ...demands.required];
      if (
        isCovered &&
        demands.typename.length === 0 &&
        sent.every((each) => lookup.representations.some(({ required }) => required.includes(each)))
      ) {
        return [{ state, lookup: index }];
      }
      if (!requirements.clash(lookup, types, sent)) {
        const met = this.#meet(position, state, candidate, key, want.on, { limit: lookup.level, block });
        if (met.length > 0) {
          return met.map((each) => ({
            state: each.state.withRepresentation(index, each.representation),
            lookup: index,
          }));
        }
      }
    }
    return [];
  }

  /** The keys by which the field can be looked up before `limit`, the soonest first. Two are enough to choose from. */
  #keysInOrder(
    position: Position,
    want: Want,
    candidate: Candidate,
    limit: number,
  ): readonly { readonly key: SelectionSetNode; readonly level: number }[] {
    const { reaches, requirements, beam } = this.#parts;
    const reach = reaches.of(position, want);
    return candidate.keys
      .map((key) => {
        const { keyWants, required, typename } = requirements.of(position.place, candidate, key, want.on);
        return { key, level: 1 + reach.earliestOfAll([...keyWants, ...required, ...typename]) };
      })
      .filter(({ level }) => level < limit)
      .sort((a, b) => a.level - b.level)
      .slice(0, beam.isExhausted ? 1 : 2);
  }

  /** Has all that a lookup demands, before `limit`. */
  #meet(
    position: Position,
    state: State,
    candidate: Candidate,
    key: SelectionSetNode | undefined,
    on: TypeSet,
    { limit, block }: Pick<Need, 'limit' | 'block'>,
  ): readonly { readonly state: State; readonly representation: Representation }[] {
    const { requirements, splitter, beam, decide } = this.#parts;
    const { types, keyWants, required, typename } = requirements.of(position.place, candidate, key, on);
    let outcomes: readonly Outcome[] = [{ state, steps: [] }];
    for (const demand of [...typename, ...keyWants, ...required]) {
      const { questions, vain } = splitter.split(position.place, position.objects, [demand]);
      if (vain.length > 0) {
        return [];
      }
      for (const question of questions) {
        outcomes = beam.goOn(outcomes, (before) =>
          decide(position, before, question, { limit, tried: [], isDemand: true, block }),
        );
      }
    }
    return outcomes.map((outcome) => ({
      state: outcome.state,
      representation: { types, key, keyWants, required, steps: outcome.steps },
    }));
  }
}

/** The lookups of a state that may have a candidate's field before `limit`, by their indexes. */
function lookupsOf(
  { lookups }: State,
  { subgraph, kind, type }: Candidate,
  { limit, isDemand, block }: Need,
): readonly number[] {
  const found: number[] = [];
  for (let index = 0; index < lookups.length; index++) {
    const lookup = lookups[index];
    if (
      lookup?.subgraph === subgraph &&
      lookup.kind === kind &&
      lookup.type === type &&
      lookup.level < limit &&
      // What is demanded for a deferred block may come with what is not deferred.
      (lookup.block === block || (isDemand && lookup.block === undefined))
    ) {
      found.push(index);
    }
  }
  return found;
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
    lookup: state.lookups.length,
  };
}
