/**
 * The outcomes of one decision: where a want may come from. A source that has only a part of what is below a field gives that,
 * and the rest is decided again without the source.
 *
 * Before: `maker { name age }` of a book at `shop Book`, where *shop* has `maker { name }`, and *people* has all of it.
 * After: one outcome with `name` from the place and `age` by a lookup in *people*, and one with both by the lookup.
 */

import type { Beam } from './beam.ts';
import type { Candidate } from './candidates.ts';
import type { SearchContext } from './context.ts';
import { ContextFinder } from './contexts.ts';
import type { Need, Outcome, Position } from './decision.ts';
import { LookupFinder } from './lookups.ts';
import { PlaceReader } from './place-reader.ts';
import type { Place } from './places.ts';
import type { Reaches, Solve } from './reach/ways-of-reach.ts';
import type { Requirements } from './requirements.ts';
import type { Question, WantSplitter } from './split-wants.ts';
import { fromPlace, type Solution, type State } from './state.ts';
import type { Want } from './wants.ts';

/** What decisions take. */
interface DeciderParts {
  readonly context: SearchContext;
  readonly splitter: WantSplitter;
  readonly requirements: Requirements;
  readonly reaches: Reaches;
  readonly beam: Beam;
  readonly solve: Solve;
}

/** Where a field is read from. */
interface Source {
  /** `fromPlace`, or the index of a lookup. */
  readonly source: number;
  readonly subgraph: number;
  /** Where the field leads to. Undefined for a leaf. */
  readonly below: Place | undefined;
}

export class Decider {
  readonly #parts: DeciderParts;
  readonly #lookups: LookupFinder;
  readonly #contexts: ContextFinder;
  readonly #reader: PlaceReader;

  constructor(parts: DeciderParts) {
    this.#parts = parts;
    const decide = this.decide.bind(this);
    this.#lookups = new LookupFinder({ ...parts, decide });
    this.#contexts = new ContextFinder({ ...parts, decide });
    this.#reader = new PlaceReader(parts.context, parts.splitter);
  }

  /** The outcomes of one want. For a demand there may be none; otherwise the want may be left. */
  decide(position: Position, state: State, question: Question, need: Need): readonly Outcome[] {
    const { beam, splitter } = this.#parts;
    beam.count();
    const { defer } = question.want;
    if (defer !== undefined && !need.isDemand) {
      return this.#decideDeferred(position, state, question, { ...need, block: defer });
    }
    const local = this.#fromPlace(position, state, question, need);
    const [first] = local;
    if (first !== undefined && beam.isGoodEnough(first.state, state)) {
      return [first];
    }
    const groups = splitter.byClass(position.place, question);
    if (groups.length === 1) {
      return this.#decideGroup(position, state, question, need, local);
    }
    let outcomes: readonly Outcome[] = [{ state, steps: [] }];
    for (const group of groups) {
      outcomes = beam.goOn(outcomes, (before) =>
        this.#decideGroup(position, before, group, need, this.#fromPlace(position, before, group, need)),
      );
    }
    return position.place?.type.isInterfaceObject === true
      ? beam.bestOutcomes([...local, ...this.#ofAllTypes(position, state, question, need), ...outcomes])
      : outcomes;
  }

  /** What begins a deferred block is looked up, so that nothing waits for it. It comes from the place if there is no other way. */
  #decideDeferred(position: Position, state: State, question: Question, need: Need): readonly Outcome[] {
    const { beam, splitter } = this.#parts;
    let outcomes: readonly Outcome[] = [{ state, steps: [] }];
    for (const group of splitter.byClass(position.place, question)) {
      outcomes = beam.goOn(outcomes, (before) => {
        const later = this.#decideGroup(position, before, group, need, []);
        return later.some((outcome) => outcome.state.unanswered === before.unanswered)
          ? later
          : beam.bestOutcomes([...later, ...this.#fromPlace(position, before, group, need)]);
      });
    }
    return outcomes;
  }

  /** `local`: the outcomes from the place. */
  #decideGroup(
    position: Position,
    state: State,
    question: Question,
    need: Need,
    local: readonly Outcome[],
  ): readonly Outcome[] {
    const { context, beam } = this.#parts;
    const { want } = question;
    const [type = ''] = want.on.names;
    const outcomes = [...local];
    for (const candidate of context.candidates.of(position.place, type, want.name)) {
      if (!need.tried.includes(candidate.subgraph.index)) {
        outcomes.push(...this.#fromCandidate(position, state, question, need, candidate));
      }
      const [first] = outcomes;
      if (beam.isExhausted && first !== undefined && beam.isGoodEnough(first.state, state)) {
        return [first];
      }
    }
    if (outcomes.length === 0 && !need.isDemand) {
      return [{ state: state.withLeft(want), steps: [] }];
    }
    return beam.bestOutcomes(outcomes);
  }

  /**
   * At an `@interfaceObject`, whose objects' types are not known: what other `@interfaceObject`s give of all of them. Like
   * the place's own field, it is never decided for one group of types.
   */
  #ofAllTypes(position: Position, state: State, question: Question, need: Need): readonly Outcome[] {
    const { context } = this.#parts;
    const { want } = question;
    return context.candidates
      .of(position.place, want.on.names[0] ?? '', want.name)
      .filter(
        ({ kind, subgraph, type }) =>
          kind === 'interfaceObject' &&
          want.on.names.every((name) => type.objects.includes(name)) &&
          !need.tried.includes(subgraph.index),
      )
      .flatMap((candidate) => this.#fromCandidate(position, state, question, need, candidate));
  }

  #fromPlace(position: Position, state: State, question: Question, need: Need): readonly Outcome[] {
    const { place } = position;
    if (place === undefined || question.local === undefined || need.tried.includes(place.subgraph.index)) {
      return [];
    }
    const { below } = question;
    return this.#take(position, state, question, need, {
      source: fromPlace,
      subgraph: place.subgraph.index,
      below,
    });
  }

  #fromCandidate(
    position: Position,
    state: State,
    question: Question,
    need: Need,
    candidate: Candidate,
  ): readonly Outcome[] {
    const { subgraph, field } = candidate;
    const { want } = question;
    const below =
      want.children === undefined || field === undefined
        ? undefined
        : this.#parts.context.places.belowLookup(subgraph, field);
    if (want.children !== undefined && below === undefined) {
      return [];
    }
    return this.#lookups.entries(position, state, want, need, candidate).flatMap((entry) =>
      this.#take(position, entry.state, question, need, {
        source: entry.lookup,
        subgraph: subgraph.index,
        below,
      }),
    );
  }

  /** Takes the field from a source, and what that leaves from others. */
  #take(
    position: Position,
    state: State,
    question: Question,
    need: Need,
    { source, subgraph, below: place }: Source,
  ): readonly Outcome[] {
    const { want } = question;
    if (want.children === undefined || place === undefined) {
      const { state: next, step } = state.withStep(want, source, undefined);
      return step.level < need.limit ? [{ state: next, steps: [step] }] : [];
    }
    return this.#solutionsBelow(position, want, place, want.children).flatMap((below) => {
      if (below.steps.length === 0 && below.left.length > 0) {
        return [];
      }
      return this.#contexts.meet(position, state, want.on, below).flatMap((before) => {
        const { state: next, step } = before.state.withStep(want, source, below, before.met);
        if (step.level >= need.limit) {
          return [];
        }
        if (below.left.length === 0) {
          return [{ state: next, steps: [step] }];
        }
        return this.#decideRest(position, next, want, need, below.left, subgraph).map((rest) => ({
          state: rest.state,
          steps: [step, ...rest.steps],
        }));
      });
    });
  }

  /**
   * Below a root field that other subgraphs have too, what is had without lookups is one more solution: another root field is
   * asked for the rest at once.
   */
  #solutionsBelow(
    position: Position,
    want: Want,
    below: Place,
    children: readonly Want[],
  ): readonly Solution[] {
    const { context, solve } = this.#parts;
    const { roots } = context.supergraph;
    const solutions = solve(below, children);
    const isShared =
      position.place === undefined &&
      want.on.has(roots.query) &&
      (solutions[0]?.depth ?? 0) > 0 &&
      context.candidates.of(undefined, roots.query, want.name).length > 1;
    return isShared ? [...solutions, this.#reader.solve(below, children)] : solutions;
  }

  /** Decides where `left`, which a subgraph has left below a field, comes from instead. */
  #decideRest(
    position: Position,
    state: State,
    want: Want,
    need: Need,
    left: readonly Want[],
    subgraph: number,
  ): readonly Outcome[] {
    const { context, splitter } = this.#parts;
    const rest = context.wants.narrow(want, want.on, left);
    // A root mutation is called once.
    if (position.place === undefined && want.on.has(context.supergraph.roots.mutation ?? '')) {
      return need.isDemand ? [] : [{ state: state.withLeft(rest), steps: [] }];
    }
    const [question, ...others] = splitter.split(position.place, position.objects, [rest]).questions;
    const whole: Question = { want: rest, local: undefined, below: undefined };
    const restNeed = { ...need, tried: [...need.tried, subgraph] };
    return this.decide(position, state, others.length === 0 ? (question ?? whole) : whole, restNeed);
  }
}
