/**
 * The search: finds for everything that is wanted of an object where it comes from, at the lowest cost.
 *
 * Before: `{ name price }` of a book at the place `shop Book`, where *shop* has `name`, and *prices* has `price`.
 * After: `name` from the place, `price` by a lookup in *prices*, which demands the key `id` from the place.
 *
 * The wants are decided one after the other. Each decision has several outcomes; the best few states are kept (a beam),
 * and the best one at the end is the solution. README.md tells it with an example.
 */
import type { SelectionSetNode } from 'graphql';
import type { TypeSet } from '../type-sets.ts';
import type { Candidate } from './candidates.ts';
import type { SearchContext } from './context.ts';
import type { LocalField, Place } from './places.ts';
import { outOfReach, Reach, soonest, type WayOfReach } from './reach.ts';
import { Requirements } from './requirements.ts';
import { type Question, WantSplitter } from './split-wants.ts';
import { fromPlace, type Solution, State, type Step } from './state.ts';
import type { Want } from './wants.ts';

/** States kept after each decision, and solutions kept of each place. */
const width = 6;
const alternatives = 3;
/** Decisions of one operation. After that many, only the best state is kept: the first that fits. */
const maxTries = 4_000;

/** What an outcome has to meet. */
interface Need {
  /** The field must be there before this level. */
  readonly limit: number;
  /** Subgraphs that have given what they can. */
  readonly tried: readonly number[];
  /** A lookup demands it: it is needed as a whole. */
  readonly isDemand: boolean;
}

const anyhow: Need = { limit: outOfReach, tried: [], isDemand: false };

/** A state in which one want is decided, and the steps that give it. */
interface Outcome {
  readonly state: State;
  readonly steps: readonly Step[];
}

/** The object that is planned for. */
interface Position {
  /** Undefined for the root of the operation. */
  readonly place: Place | undefined;
  readonly objects: TypeSet;
}

export class Search {
  readonly #context: SearchContext;
  readonly #splitter: WantSplitter;
  readonly #requirements: Requirements;
  readonly #solutions = new Map<string, readonly Solution[]>();
  readonly #withoutLookups = new Map<string, Solution>();
  /** Places that are being solved, by their depth in the recursion. */
  readonly #underWay = new Map<string, number>();
  /** The lowest depth that a solution under way was needed of: what was found above it is not final. */
  #circle = outOfReach;
  readonly #reaches = new Map<string, Reach>();
  #tries = 0;

  constructor(context: SearchContext) {
    this.#context = context;
    this.#splitter = new WantSplitter(context);
    this.#requirements = new Requirements(context.wants, context.sets);
  }

  /** Decisions tried so far. */
  get tries(): number {
    return this.#tries;
  }

  /** The best solution for the root fields of an operation. */
  solveRoot(rootType: string, wants: readonly Want[]): Solution {
    const [best] = this.#solveAt({ place: undefined, objects: this.#context.sets.of([rootType]) }, wants);
    if (best === undefined) {
      throw new Error('the search ended without a solution');
    }
    return best;
  }

  /** The best solutions at a place, the best one first. At least one, which may leave everything. */
  #solve(place: Place, wants: readonly Want[]): readonly Solution[] {
    const id = idOf(place, wants);
    const known = this.#solutions.get(id);
    if (known !== undefined) {
      return known;
    }
    const circle = this.#underWay.get(id);
    if (circle !== undefined) {
      this.#circle = Math.min(this.#circle, circle);
      return [leavingAll(place, wants, this.#context.supergraph.subgraphs.length)];
    }
    const depth = this.#underWay.size;
    const outerCircle = this.#circle;
    this.#circle = outOfReach;
    this.#underWay.set(id, depth);
    const solutions = this.#solveAt({ place, objects: place.objects }, wants);
    this.#underWay.delete(id);
    if (this.#circle >= depth || this.#isExhausted) {
      this.#solutions.set(id, solutions);
      this.#circle = outerCircle;
    } else {
      this.#reaches.clear();
      this.#circle = Math.min(outerCircle, this.#circle);
    }
    return solutions;
  }

  get #isExhausted(): boolean {
    return this.#tries > maxTries;
  }

  #solveAt(position: Position, wants: readonly Want[]): readonly Solution[] {
    let states = [State.start(position.place, this.#context.supergraph.subgraphs.length)];
    const { questions, vain } = this.#splitter.split(position.place, position.objects, wants);
    for (const want of vain) {
      states = states.map((state) => state.withLeft(want));
    }
    for (const question of this.#inOrder(position, questions)) {
      const outcomes = states.flatMap((state) => this.#outcomes(position, state, question, anyhow));
      states = this.#best(
        outcomes.map(({ state }) => state),
        width,
      );
    }
    return this.#best(states, alternatives).map((state) => state.solution());
  }

  /** What is certain first: fields of the place, then those with few candidates. */
  #inOrder({ place }: Position, questions: readonly Question[]): readonly Question[] {
    const weightOf = ({ want, local }: Question): number => {
      if (local !== undefined) {
        return want.children === undefined ? 0 : 1;
      }
      const candidates = this.#context.candidates.of(place, want.on.names[0] ?? '', want.name);
      return (
        2 + candidates.length + (candidates.some(({ field }) => field?.requires !== undefined) ? 100 : 0)
      );
    };
    return questions
      .map((question) => ({ question, weight: weightOf(question) }))
      .sort((a, b) => a.weight - b.weight)
      .map(({ question }) => question);
  }

  #best(states: readonly State[], most: number): State[] {
    if (states.length < 2) {
      return [...states];
    }
    const kept = new Map<string, State>();
    for (const state of [...states].sort((a, b) => a.cost - b.cost)) {
      const { effect } = state;
      if (!kept.has(effect)) {
        kept.set(effect, state);
      }
      if (kept.size === (this.#isExhausted ? 1 : most)) {
        break;
      }
    }
    return [...kept.values()];
  }

  #bestOutcomes(outcomes: readonly Outcome[]): readonly Outcome[] {
    const byState = new Map(outcomes.map((outcome) => [outcome.state, outcome]));
    return this.#best([...byState.keys()], width).flatMap((state) => byState.get(state) ?? []);
  }

  /** The outcomes of one want. For a demand there may be none; otherwise the want may be left. */
  #outcomes(position: Position, state: State, question: Question, need: Need): readonly Outcome[] {
    this.#tries++;
    const local = need.tried.includes(position.place?.subgraph.index ?? -1)
      ? []
      : this.#localOutcomes(position, state, question, need);
    const [first] = local;
    if (first !== undefined && this.#isGoodEnough(first.state, state)) {
      return [first];
    }
    const groups = this.#splitter.byClass(position.place, question);
    if (groups.length === 1) {
      return this.#outcomesOfGroup(position, state, question, need, local);
    }
    let outcomes: readonly Outcome[] = [{ state, steps: [] }];
    for (const group of groups) {
      outcomes = this.#bestOutcomes(
        outcomes.flatMap((before) => {
          const own = need.tried.includes(position.place?.subgraph.index ?? -1)
            ? []
            : this.#localOutcomes(position, before.state, group, need);
          return this.#outcomesOfGroup(position, before.state, group, need, own).map((outcome) => ({
            state: outcome.state,
            steps: [...before.steps, ...outcome.steps],
          }));
        }),
      );
    }
    return outcomes;
  }

  /** Whether nothing better need be looked for: it costs nothing, or tries are over and nothing is left. */
  #isGoodEnough(after: State, before: State): boolean {
    return after.cost === before.cost || (this.#isExhausted && after.unanswered === before.unanswered);
  }

  #outcomesOfGroup(
    position: Position,
    state: State,
    question: Question,
    need: Need,
    local: readonly Outcome[],
  ): readonly Outcome[] {
    const { want } = question;
    const [type = ''] = want.on.names;
    const outcomes = [...local];
    for (const candidate of this.#context.candidates.of(position.place, type, want.name)) {
      if (!need.tried.includes(candidate.subgraph.index)) {
        outcomes.push(...this.#outcomesOfCandidate(position, state, question, need, candidate));
      }
      const [first] = outcomes;
      if (this.#isExhausted && first !== undefined && this.#isGoodEnough(first.state, state)) {
        return [first];
      }
    }
    if (outcomes.length === 0 && !need.isDemand) {
      return [{ state: state.withLeft(want), steps: [] }];
    }
    return this.#bestOutcomes(outcomes);
  }

  #localOutcomes(position: Position, state: State, question: Question, need: Need): readonly Outcome[] {
    const { place } = position;
    if (place === undefined || question.local === undefined) {
      return [];
    }
    return this.#goOn(position, state, question, need, {
      source: fromPlace,
      level: 0,
      subgraph: place.subgraph.index,
      below: question.below,
    });
  }

  #outcomesOfCandidate(
    position: Position,
    state: State,
    question: Question,
    need: Need,
    candidate: Candidate,
  ): readonly Outcome[] {
    const { subgraph, field } = candidate;
    if (field !== undefined && field.contextArguments.length > 0) {
      return [];
    }
    const below =
      question.want.children === undefined || field === undefined
        ? undefined
        : this.#context.places.below(subgraph, lookedUp(field));
    if (question.want.children !== undefined && below === undefined) {
      return [];
    }
    return this.#entries(position, state, question.want, need.limit, candidate).flatMap((entry) =>
      this.#goOn(position, entry.state, question, need, {
        source: entry.lookup,
        level: entry.state.lookups[entry.lookup]?.level ?? 0,
        subgraph: subgraph.index,
        below,
      }),
    );
  }

  /** Takes the field from a source, and what that leaves from others. */
  #goOn(
    position: Position,
    state: State,
    question: Question,
    need: Need,
    source: {
      readonly source: number;
      readonly level: number;
      readonly subgraph: number;
      readonly below: Place | undefined;
    },
  ): readonly Outcome[] {
    const { want } = question;
    if (want.children === undefined || source.below === undefined) {
      const { state: next, step } = state.withStep(want, source.source, undefined);
      return step.level < need.limit ? [{ state: next, steps: [step] }] : [];
    }
    const solutions = this.#solutionsBelow(position, question, source.below, want.children);
    return solutions.flatMap((below) => {
      if (below.steps.length === 0 && below.left.length > 0) {
        return [];
      }
      const { state: next, step } = state.withStep(want, source.source, below);
      if (step.level >= need.limit) {
        return [];
      }
      if (below.left.length === 0) {
        return [{ state: next, steps: [step] }];
      }
      return this.#outcomesOfRest(position, next, question, need, below.left, source.subgraph).map(
        (rest) => ({
          state: rest.state,
          steps: [step, ...rest.steps],
        }),
      );
    });
  }

  /** Below a root field that other subgraphs have too, what is had without lookups is one more solution. */
  #solutionsBelow(
    position: Position,
    { want }: Question,
    below: Place,
    children: readonly Want[],
  ): readonly Solution[] {
    const { roots } = this.#context.supergraph;
    const solutions = this.#solve(below, children);
    const isShared =
      position.place === undefined &&
      want.on.has(roots.query) &&
      (solutions[0]?.depth ?? 0) > 0 &&
      this.#context.candidates.of(undefined, roots.query, want.name).length > 1;
    return isShared ? [...solutions, this.#solveWithoutLookups(below, children)] : solutions;
  }

  /** Only the fields that a place has itself. The rest is left, so that another root field is asked for it at once. */
  #solveWithoutLookups(place: Place, wants: readonly Want[]): Solution {
    const id = idOf(place, wants);
    const known = this.#withoutLookups.get(id) ?? this.#readFromPlace(place, wants);
    this.#withoutLookups.set(id, known);
    return known;
  }

  #readFromPlace(place: Place, wants: readonly Want[]): Solution {
    let state = State.start(place, this.#context.supergraph.subgraphs.length);
    const { questions, vain } = this.#splitter.split(place, place.objects, wants);
    for (const { want, local, below: next } of questions) {
      const below = next && want.children && this.#solveWithoutLookups(next, want.children);
      const isVain = below !== undefined && below.steps.length === 0;
      if (local === undefined || isVain) {
        state = state.withLeft(want);
        continue;
      }
      state = state.withStep(want, fromPlace, below).state;
      if (below !== undefined && below.left.length > 0) {
        state = state.withLeft(this.#context.wants.narrow(want, want.on, below.left));
      }
    }
    return vain.reduce((all, want) => all.withLeft(want), state).solution();
  }

  #outcomesOfRest(
    position: Position,
    state: State,
    { want }: Question,
    need: Need,
    left: readonly Want[],
    subgraph: number,
  ): readonly Outcome[] {
    const rest = this.#context.wants.narrow(want, want.on, left);
    // A root mutation is called once.
    if (position.place === undefined && want.on.has(this.#context.supergraph.roots.mutation ?? '')) {
      return need.isDemand ? [] : [{ state: state.withLeft(rest), steps: [] }];
    }
    const question: Question = { want: rest, local: undefined, below: undefined };
    const own = this.#splitter.split(position.place, position.objects, [rest]).questions;
    const restNeed = { ...need, tried: [...need.tried, subgraph] };
    return own.length === 1
      ? this.#outcomes(position, state, own[0] ?? question, restNeed)
      : this.#outcomes(position, state, question, restNeed);
  }

  /** The ways into a subgraph: by a lookup that is there already, or by a new one. */
  #entries(
    position: Position,
    state: State,
    want: Want,
    limit: number,
    candidate: Candidate,
  ): readonly { readonly state: State; readonly lookup: number }[] {
    const { kind, subgraph, type } = candidate;
    const same = [...state.lookups.entries()].filter(
      ([, lookup]) =>
        lookup.subgraph === subgraph && lookup.kind === kind && lookup.type === type && lookup.level < limit,
    );
    if (kind === 'root') {
      const [joined] = same;
      const level = position.place === undefined ? 0 : 1;
      if (joined !== undefined) {
        return [{ state, lookup: joined[0] }];
      }
      return level < limit
        ? [
            {
              state: state.withLookup({ subgraph, kind, type, level, representations: [] }),
              lookup: state.lookups.length,
            },
          ]
        : [];
    }
    const joined = same.flatMap(([index]) => this.#joining(position, state, want, candidate, index));
    const levels = new Set(joined.map(({ state: next, lookup }) => next.lookups[lookup]?.level));
    const fresh = this.#keysInOrder(position, want, candidate, limit).flatMap(({ key, level }) =>
      this.#meet(position, state, candidate, key, want.on, level).flatMap((met) => {
        const at = 1 + Math.max(0, ...met.representation.steps.map((step) => step.level));
        return levels.has(at)
          ? []
          : [
              {
                state: met.state.withLookup({
                  subgraph,
                  kind,
                  type,
                  level: at,
                  representations: [met.representation],
                }),
                lookup: met.state.lookups.length,
              },
            ];
      }),
    );
    return [...joined, ...fresh];
  }

  /** Joins a lookup that the state has. */
  #joining(
    position: Position,
    state: State,
    want: Want,
    candidate: Candidate,
    index: number,
  ): readonly { readonly state: State; readonly lookup: number }[] {
    const lookup = state.lookups[index];
    if (lookup === undefined) {
      return [];
    }
    const { sets } = this.#context;
    const types = this.#requirements.typesOf(position.place, candidate, want.on);
    const isCovered = lookup.representations.some(
      (each) => each.key !== undefined && sets.covers(each.types, types),
    );
    const keys = isCovered ? [undefined] : candidate.keys;
    for (const key of keys) {
      const demands = this.#requirements.of(position.place, candidate, key, want.on);
      const sent = [...demands.keyWants, ...demands.required];
      if (
        isCovered &&
        demands.typename.length === 0 &&
        sent.every((each) => lookup.representations.some(({ required }) => required.includes(each)))
      ) {
        return [{ state, lookup: index }];
      }
      if (!this.#requirements.clash(lookup, types, sent)) {
        const met = this.#meet(position, state, candidate, key, want.on, lookup.level);
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
    const reach = this.#reachOf(position, want);
    return candidate.keys
      .map((key) => {
        const { keyWants, required, typename } = this.#requirements.of(
          position.place,
          candidate,
          key,
          want.on,
        );
        return { key, level: 1 + reach.earliestOfAll([...keyWants, ...required, ...typename]) };
      })
      .filter(({ level }) => level < limit)
      .sort((a, b) => a.level - b.level)
      .slice(0, this.#isExhausted ? 1 : 2);
  }

  /** Has all that a lookup demands, before `limit`. */
  #meet(
    position: Position,
    state: State,
    candidate: Candidate,
    key: SelectionSetNode | undefined,
    on: TypeSet,
    limit: number,
  ): readonly {
    readonly state: State;
    readonly representation: {
      types: TypeSet;
      key: SelectionSetNode | undefined;
      keyWants: readonly Want[];
      required: readonly Want[];
      steps: readonly Step[];
    };
  }[] {
    const { types, keyWants, required, typename } = this.#requirements.of(position.place, candidate, key, on);
    let outcomes: readonly Outcome[] = [{ state, steps: [] }];
    for (const demand of [...typename, ...keyWants, ...required]) {
      const { questions, vain } = this.#splitter.split(position.place, position.objects, [demand]);
      if (vain.length > 0) {
        return [];
      }
      for (const question of questions) {
        outcomes = this.#bestOutcomes(
          outcomes.flatMap((before) =>
            this.#outcomes(position, before.state, question, { limit, tried: [], isDemand: true }).map(
              (outcome) => ({
                state: outcome.state,
                steps: [...before.steps, ...outcome.steps],
              }),
            ),
          ),
        );
      }
    }
    return outcomes.map((outcome) => ({
      state: outcome.state,
      representation: { types, key, keyWants, required, steps: outcome.steps },
    }));
  }

  #reachOf(position: Position, want: Want): Reach {
    const [type = ''] = want.on.names;
    const id = `${position.place?.id ?? 'root'} ${type} ${want.on.id}`;
    const known = this.#reaches.get(id);
    if (known !== undefined) {
      return known;
    }
    const reach = new Reach((each) => this.#waysOfReach(position, each, type));
    this.#reaches.set(id, reach);
    return reach;
  }

  #waysOfReach(position: Position, want: Want, type: string): readonly WayOfReach[] {
    const { place } = position;
    const { places, candidates } = this.#context;
    const [question] = this.#splitter.split(place, position.objects, [want]).questions;
    const ways: WayOfReach[] = [];
    const add = (below: Place | undefined, levels: number, after: readonly Want[]): void => {
      if (want.children === undefined) {
        ways.push({ levels, after });
      } else if (below !== undefined) {
        const solutions = this.#solve(below, want.children);
        const whole = soonest(solutions);
        const [part] = solutions;
        if (whole !== undefined) {
          ways.push({ levels: levels + whole.depth, after });
        } else if (part !== undefined && part.steps.length > 0) {
          const rest = this.#context.wants.narrow(want, want.on, part.left);
          ways.push({ levels: levels + part.depth, after: [...after, rest] });
        }
      }
    };
    if (question?.local !== undefined) {
      add(question.below, 0, []);
    }
    for (const candidate of candidates.of(place, type, want.name)) {
      const { field, subgraph, keys } = candidate;
      const below = field === undefined ? undefined : places.below(subgraph, lookedUp(field));
      if (field === undefined || field.contextArguments.length === 0) {
        for (const key of keys) {
          const { keyWants, required, typename } = this.#requirements.of(place, candidate, key, want.on);
          add(below, 1, [...keyWants, ...required, ...typename]);
        }
      }
    }
    return ways;
  }
}

function idOf(place: Place, wants: readonly Want[]): string {
  return `${place.id} ${wants.map(({ id }) => id).join(' ')}`;
}

/** A field of an object that was looked up, so nothing is provided but by the field itself. */
function lookedUp(field: NonNullable<Candidate['field']>): LocalField {
  return { field, provided: field.provides === undefined ? [] : [field.provides], isStrict: false };
}

function leavingAll(place: Place, wants: readonly Want[], subgraphs: number): Solution {
  return wants.reduce((state, want) => state.withLeft(want), State.start(place, subgraphs)).solution();
}
