/**
 * Makes one decision: where a selection is read. The possible sources are the response that has the object, and
 * lookups. A source may have only some of the fields below the selection. The other fields are then decided again,
 * without this source. A decision has several outcomes: one for each way to read the selection.
 *
 * Before: `maker { name age }` of a book at `shop Book`, where *shop* has `maker { name }`, and *people* has both
 * fields.
 * After: one outcome with `name` from *shop* and `age` from a lookup in *people*, and one outcome with both from the
 * lookup.
 */
import { type Candidate, canBeSent, candidatesBeside } from './candidates.ts';
import { ContextResolver } from './context-resolver.ts';
import type { Decision, DecisionContext } from './decision.ts';
import { LocalSolver } from './local-solver.ts';
import { LookupFinder } from './lookups.ts';
import type { PlannedObject, PlanningPosition } from './planning-positions.ts';
import type { Selection } from './selections.ts';
import { fromPosition, type Solution } from './solution.ts';
import type { PendingSelection } from './split-selections.ts';
import type { Outcome, State } from './state.ts';

/** One way to read a field: from the response that has the object, or by a lookup. */
interface Source {
  /** Where the field is read: together with the object (`fromPosition`), or by a lookup (the index of this lookup). */
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

  /**
   * The possible outcomes of a decision. If no source has the selection, the only outcome leaves it unresolved. A
   * selection that a lookup needs (`isDemand`) then has no outcome.
   */
  decide(decision: Decision, state: State): readonly Outcome[] {
    const { beam } = this.#context;
    const { object, pending, constraint } = decision;
    beam.countDecision();
    const { defer } = pending.selection;
    if (defer !== undefined && !constraint.isDemand) {
      return this.#decideDeferred({ object, pending, constraint: { ...constraint, block: defer } }, state);
    }
    const local = this.#fromPosition(decision, state);
    const [first] = local;
    if (first !== undefined && beam.isGoodEnough(first.state, state)) {
      return [first];
    }
    const classes = this.#byClass(decision);
    if (classes.length === 1) {
      return this.#decideClass(decision, state, local);
    }
    const apart = beam.decideEach(state, classes, (before, each) =>
      this.#decideClass(each, before, this.#fromPosition(each, before)),
    );
    return object.position?.type.isInterfaceObject === true
      ? beam.bestOutcomes([...local, ...this.#forAllTypes(decision, state), ...apart])
      : apart;
  }

  /** Splits the decision by types. Types on which every subgraph resolves the field in the same way stay together. */
  #byClass(decision: Decision): readonly Decision[] {
    return this.#context.splitter
      .byClass(decision.object.position, decision.pending)
      .map((pending) => ({ ...decision, pending }));
  }

  /**
   * Decides the selection at which a `@defer` block begins. An additional lookup reads the selection, so that the
   * initial answer does not wait for it. If the subgraph that returned the object has the field, the lookup is in that
   * subgraph, because another one may not know the object. If this lookup can't read the whole selection, the selection
   * is read together with the object. If that is incomplete, too, a lookup in any subgraph reads it.
   */
  #decideDeferred(decision: Decision, state: State): readonly Outcome[] {
    const { beam } = this.#context;
    return beam.decideEach(state, this.#byClass(decision), (before, each) => {
      const isWhole = (outcome: Outcome) => outcome.state.unresolvedLeaves === before.unresolvedLeaves;
      const candidates = this.#candidatesFor(each).filter(canBeSent);
      const local = this.#fromPosition(each, before);
      const { position } = each.object;
      if (position !== undefined && local.length > 0) {
        const own = candidatesBeside(position, each.pending.selection, candidates);
        const beside = this.#decideClass(each, before, [], own);
        if (beside.some(isWhole) || local.some(isWhole)) {
          return beside.some(isWhole) ? beside : beam.bestOutcomes(local);
        }
      }
      const later = this.#decideClass(each, before, [], candidates);
      return later.some(isWhole) ? later : beam.bestOutcomes([...later, ...local]);
    });
  }

  /** `local` are the outcomes from the position. */
  #decideClass(
    decision: Decision,
    state: State,
    local: readonly Outcome[],
    candidates: readonly Candidate[] = this.#candidatesFor(decision),
  ): readonly Outcome[] {
    const { beam } = this.#context;
    const { pending, constraint } = decision;
    const outcomes = [...local];
    for (const candidate of candidates) {
      if (!constraint.triedSubgraphs.includes(candidate.subgraph.index)) {
        outcomes.push(...this.#fromCandidate(decision, candidate, state));
      }
      const [first] = outcomes;
      if (beam.isExhausted && first !== undefined && beam.isGoodEnough(first.state, state)) {
        return [first];
      }
    }
    return outcomes.length === 0 && !constraint.isDemand
      ? [{ state: state.withUnresolved(pending.selection), resolved: [] }]
      : beam.bestOutcomes(outcomes);
  }

  /** The candidates for the selection's first type. The caller makes sure that they suit the other types, too. */
  #candidatesFor({ object, pending: { selection } }: Decision): readonly Candidate[] {
    return this.#context.candidates.of(object.position, selection.on.names[0] ?? '', selection.name);
  }

  /**
   * The outcomes of reading the field from another subgraph's `@interfaceObject`. They are needed if the position is an
   * `@interfaceObject` itself, because it doesn't know the types of its objects. An `@interfaceObject` returns the
   * field on all types, so all types are decided together.
   */
  #forAllTypes(decision: Decision, state: State): readonly Outcome[] {
    const { pending, constraint } = decision;
    return this.#candidatesFor(decision)
      .filter(
        ({ kind, subgraph, type }) =>
          kind === 'interfaceObject' &&
          pending.selection.on.names.every((name) => type.objects.includes(name)) &&
          !constraint.triedSubgraphs.includes(subgraph.index),
      )
      .flatMap((candidate) => this.#fromCandidate(decision, candidate, state));
  }

  #fromPosition(decision: Decision, state: State): readonly Outcome[] {
    const { object, pending, constraint } = decision;
    const subgraphIndex = object.position?.subgraph.index;
    return subgraphIndex === undefined ||
      pending.local === undefined ||
      constraint.triedSubgraphs.includes(subgraphIndex)
      ? []
      : this.#fromSource(decision, state, { source: fromPosition, subgraphIndex, below: pending.below });
  }

  #fromCandidate(decision: Decision, candidate: Candidate, state: State): readonly Outcome[] {
    const { subgraph, field } = candidate;
    const isLeaf = decision.pending.selection.children === undefined;
    const below =
      isLeaf || field === undefined ? undefined : this.#context.positions.belowLookup(subgraph, field);
    return !isLeaf && below === undefined
      ? []
      : this.#lookups.entries(decision, candidate, state).flatMap((entry) => {
          const source = { source: entry.lookupIndex, subgraphIndex: subgraph.index, below };
          return this.#fromSource(decision, entry.state, source);
        });
  }

  /** Reads the selection from a source. The parts that this source can't resolve are read from other sources. */
  #fromSource(decision: Decision, state: State, source: Source): readonly Outcome[] {
    const { object, constraint } = decision;
    const { selection } = decision.pending;
    if (selection.children === undefined || source.below === undefined) {
      const after = state.withResolved(selection, source.source, undefined);
      return after.resolved.level < constraint.beforeLevel
        ? [{ state: after.state, resolved: [after.resolved] }]
        : [];
    }
    return this.#solutionsBelow(object, selection, source.below, selection.children).flatMap((below) => {
      if (below.resolved.length === 0 && below.unresolved.length > 0) {
        return [];
      }
      return this.#contexts.satisfy(object, state, selection.on, below).flatMap((before) => {
        const after = before.state.withResolved(selection, source.source, below, before.contexts);
        if (after.resolved.level >= constraint.beforeLevel) {
          return [];
        }
        if (below.unresolved.length === 0) {
          return [{ state: after.state, resolved: [after.resolved] }];
        }
        const rest = this.#context.selections.narrow(selection, selection.on, below.unresolved);
        return this.#decideRest(decision, after.state, rest, source.subgraphIndex).map((outcome) => ({
          state: outcome.state,
          resolved: [after.resolved, ...outcome.resolved],
        }));
      });
    });
  }

  /**
   * The plans for the fields below a field. A root field of queries gets an additional plan if several subgraphs have
   * the field and the best plan needs a lookup. The additional plan reads only the fields that need no lookup. The same
   * root field of another subgraph then returns the other fields, and both requests run at the same time.
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

  /** Decides where `rest` is read. It is the part of a selection that a subgraph left unresolved. */
  #decideRest(
    { object, constraint }: Decision,
    state: State,
    rest: Selection,
    triedSubgraph: number,
  ): readonly Outcome[] {
    const { supergraph, splitter } = this.#context;
    const { mutation, subscription } = supergraph.roots;
    // Another source would call the root field again. But a mutation must run only once, and a subscription must open
    // only one stream.
    if (object.position === undefined && (rest.on.has(mutation ?? '') || rest.on.has(subscription ?? ''))) {
      return constraint.isDemand ? [] : [{ state: state.withUnresolved(rest), resolved: [] }];
    }
    const [first, ...others] = splitter.split(object, [rest]).pending;
    const whole: PendingSelection = { selection: rest, local: undefined, below: undefined };
    const pending = others.length === 0 ? (first ?? whole) : whole;
    const triedSubgraphs = [...constraint.triedSubgraphs, triedSubgraph];
    return this.decide({ object, pending, constraint: { ...constraint, triedSubgraphs } }, state);
  }
}
