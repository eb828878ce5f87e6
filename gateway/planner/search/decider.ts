/**
 * Makes one decision: finds the sources that a selection may come from. If a source has only some of the fields below the
 * selection, it gives those, and the rest is decided again without this source.
 *
 * Before: `maker { name age }` of a book at `shop Book`, where *shop* has `maker { name }`, and *people* has both fields.
 * After: one outcome with `name` from the position and `age` by a lookup in *people*, and one with both by the lookup.
 */
import type { Candidate } from './candidates.ts';
import { ContextResolver } from './context-resolver.ts';
import type { Constraint, Outcome, PlannedObject } from './decision.ts';
import { LocalSolver } from './local-solver.ts';
import { LookupFinder } from './lookups.ts';
import type { PlanningPosition } from './planning-positions.ts';
import type { DecisionContext } from './search-context.ts';
import type { Selection } from './selections.ts';
import { fromPosition, type Solution } from './solution.ts';
import type { PendingSelection } from './split-selections.ts';
import type { State } from './state.ts';

/** The source of a field. */
interface Source {
  /** `fromPosition`, or the index of a lookup. */
  readonly source: number;
  readonly subgraphIndex: number;
  /** The position that the field leads to. Undefined for a leaf. */
  readonly below: PlanningPosition | undefined;
}

export class Decider {
  readonly #context: DecisionContext;
  readonly #lookups: LookupFinder;
  readonly #contexts: ContextResolver;
  readonly #localSolver: LocalSolver;

  constructor(context: DecisionContext) {
    this.#context = context;
    const decide = this.decide.bind(this);
    this.#lookups = new LookupFinder(context, decide);
    this.#contexts = new ContextResolver(context, decide);
    this.#localSolver = new LocalSolver(context, context.splitter);
  }

  /** The outcomes for one selection. A demand may have none; any other selection may stay unresolved. */
  decide(
    object: PlannedObject,
    state: State,
    pending: PendingSelection,
    constraint: Constraint,
  ): readonly Outcome[] {
    const { beam, splitter } = this.#context;
    beam.countDecision();
    const { defer } = pending.selection;
    if (defer !== undefined && !constraint.isDemand) {
      return this.#decideDeferred(object, state, pending, { ...constraint, block: defer });
    }
    const local = this.#fromPosition(object, state, pending, constraint);
    const [first] = local;
    if (first !== undefined && beam.isGoodEnough(first.state, state)) {
      return [first];
    }
    const classes = splitter.byClass(object.position, pending);
    if (classes.length === 1) {
      return this.#decideClass(object, state, pending, constraint, local);
    }
    const apart = beam.decideEach(state, classes, (before, each) =>
      this.#decideClass(
        object,
        before,
        each,
        constraint,
        this.#fromPosition(object, before, each, constraint),
      ),
    );
    return object.position?.type.isInterfaceObject === true
      ? beam.bestOutcomes([...local, ...this.#forAllTypes(object, state, pending, constraint), ...apart])
      : apart;
  }

  /** The beginning of a deferred block is looked up, so that nothing else waits for it. The position is the last resort. */
  #decideDeferred(
    object: PlannedObject,
    state: State,
    pending: PendingSelection,
    constraint: Constraint,
  ): readonly Outcome[] {
    const { beam, splitter } = this.#context;
    const classes = splitter.byClass(object.position, pending);
    return beam.decideEach(state, classes, (before, each) => {
      const later = this.#decideClass(object, before, each, constraint, []);
      return later.some((outcome) => outcome.state.unresolvedLeaves === before.unresolvedLeaves)
        ? later
        : beam.bestOutcomes([...later, ...this.#fromPosition(object, before, each, constraint)]);
    });
  }

  /** Decides a selection on types that are alike in all subgraphs. `local`: the outcomes from the position. */
  #decideClass(
    object: PlannedObject,
    state: State,
    pending: PendingSelection,
    constraint: Constraint,
    local: readonly Outcome[],
  ): readonly Outcome[] {
    const { beam } = this.#context;
    const outcomes = [...local];
    for (const candidate of this.#candidatesFor(object, pending)) {
      if (!constraint.triedSubgraphs.includes(candidate.subgraph.index)) {
        outcomes.push(...this.#fromCandidate(object, state, pending, constraint, candidate));
      }
      const [first] = outcomes;
      if (beam.isExhausted && first !== undefined && beam.isGoodEnough(first.state, state)) {
        return [first];
      }
    }
    if (outcomes.length === 0 && !constraint.isDemand) {
      return [{ state: state.withUnresolved(pending.selection), resolved: [] }];
    }
    return beam.bestOutcomes(outcomes);
  }

  #candidatesFor({ position }: PlannedObject, { selection }: PendingSelection): readonly Candidate[] {
    return this.#context.candidates.of(position, selection.on.names[0] ?? '', selection.name);
  }

  /**
   * At an `@interfaceObject`, where the types of objects are unknown: the outcomes from other `@interfaceObject`s, which
   * give the field on all types. Like the position's own field, it is never decided for one class of types.
   */
  #forAllTypes(
    object: PlannedObject,
    state: State,
    pending: PendingSelection,
    constraint: Constraint,
  ): readonly Outcome[] {
    return this.#candidatesFor(object, pending)
      .filter(
        ({ kind, subgraph, type }) =>
          kind === 'interfaceObject' &&
          pending.selection.on.names.every((name) => type.objects.includes(name)) &&
          !constraint.triedSubgraphs.includes(subgraph.index),
      )
      .flatMap((candidate) => this.#fromCandidate(object, state, pending, constraint, candidate));
  }

  #fromPosition(
    object: PlannedObject,
    state: State,
    pending: PendingSelection,
    constraint: Constraint,
  ): readonly Outcome[] {
    const subgraphIndex = object.position?.subgraph.index;
    if (
      subgraphIndex === undefined ||
      pending.local === undefined ||
      constraint.triedSubgraphs.includes(subgraphIndex)
    ) {
      return [];
    }
    const source = { source: fromPosition, subgraphIndex, below: pending.below };
    return this.#fromSource(object, state, pending.selection, constraint, source);
  }

  #fromCandidate(
    object: PlannedObject,
    state: State,
    { selection }: PendingSelection,
    constraint: Constraint,
    candidate: Candidate,
  ): readonly Outcome[] {
    const { subgraph, field } = candidate;
    const isLeaf = selection.children === undefined;
    const below =
      isLeaf || field === undefined ? undefined : this.#context.positions.belowLookup(subgraph, field);
    if (!isLeaf && below === undefined) {
      return [];
    }
    return this.#lookups.entries({ object, selection, candidate }, state, constraint).flatMap((entry) => {
      const source = { source: entry.lookupIndex, subgraphIndex: subgraph.index, below };
      return this.#fromSource(object, entry.state, selection, constraint, source);
    });
  }

  /** Takes the selection from a source, and what that can't resolve from others. */
  #fromSource(
    object: PlannedObject,
    state: State,
    selection: Selection,
    constraint: Constraint,
    { source, subgraphIndex, below: positionBelow }: Source,
  ): readonly Outcome[] {
    if (selection.children === undefined || positionBelow === undefined) {
      const after = state.withResolved(selection, source, undefined);
      return after.resolved.level < constraint.beforeLevel
        ? [{ state: after.state, resolved: [after.resolved] }]
        : [];
    }
    return this.#solutionsBelow(object, selection, positionBelow, selection.children).flatMap((below) => {
      if (below.resolved.length === 0 && below.unresolved.length > 0) {
        return [];
      }
      return this.#contexts.satisfy(object, state, selection.on, below).flatMap((before) => {
        const after = before.state.withResolved(selection, source, below, before.contexts);
        if (after.resolved.level >= constraint.beforeLevel) {
          return [];
        }
        if (below.unresolved.length === 0) {
          return [{ state: after.state, resolved: [after.resolved] }];
        }
        const rest = this.#context.selections.narrow(selection, selection.on, below.unresolved);
        return this.#decideRest(object, after.state, rest, constraint, subgraphIndex).map((outcome) => ({
          state: outcome.state,
          resolved: [after.resolved, ...outcome.resolved],
        }));
      });
    });
  }

  /**
   * The solutions below a field. For a root field that several subgraphs have, there is one more: it takes only what
   * needs no lookup, and the rest comes from the root field of another subgraph at the same time.
   */
  #solutionsBelow(
    object: PlannedObject,
    selection: Selection,
    below: PlanningPosition,
    children: readonly Selection[],
  ): readonly Solution[] {
    const { candidates, supergraph, solve } = this.#context;
    const { query } = supergraph.roots;
    const solutions = solve(below, children);
    const isShared =
      object.position === undefined &&
      selection.on.has(query) &&
      (solutions[0]?.depth ?? 0) > 0 &&
      candidates.of(undefined, query, selection.name).length > 1;
    return isShared ? [...solutions, this.#localSolver.solve(below, children)] : solutions;
  }

  /** Decides where `rest` comes from, which a subgraph left unresolved below a field. */
  #decideRest(
    object: PlannedObject,
    state: State,
    rest: Selection,
    constraint: Constraint,
    triedSubgraph: number,
  ): readonly Outcome[] {
    const { supergraph, splitter } = this.#context;
    // A root mutation is called once.
    if (object.position === undefined && rest.on.has(supergraph.roots.mutation ?? '')) {
      return constraint.isDemand ? [] : [{ state: state.withUnresolved(rest), resolved: [] }];
    }
    const [first, ...others] = splitter.split(object, [rest]).pending;
    const whole: PendingSelection = { selection: rest, local: undefined, below: undefined };
    return this.decide(object, state, others.length === 0 ? (first ?? whole) : whole, {
      ...constraint,
      triedSubgraphs: [...constraint.triedSubgraphs, triedSubgraph],
    });
  }
}
