/**
 * Resolves the values of contexts. With `@fromContext`, an argument of a field takes its value from an object above.
 * The plan of an object (`Solution`) is made without the objects above it, so it only lists the values that it needs
 * (`contextDemands`). The nearest object above that sets the context reads these values from its own fields.
 *
 * Before: `shelf { label }` of a room at `rooms Room`, where *rooms* has `label(floor: Int @fromContext(field: "$room {
 * floor }"))`. The plan below `shelf` needs the value `$room { floor }`.
 * After: `floor` of the room is read too, and the lookup for `label` waits for it.
 */
import type { ContextValue } from '../supergraph/model.ts';
import type { TypeSet } from '../type-sets.ts';
import { type Decide, type DecisionContext, unconstrained } from './decision.ts';
import type { PlannedObject } from './planning-positions.ts';
import { idsOf, type Selection } from './selections.ts';
import type { SatisfiedContext, Solution } from './solution.ts';
import type { State } from './state.ts';

/** A state in which the values of contexts are resolved. */
interface ContextOutcome {
  readonly state: State;
  readonly contexts: readonly SatisfiedContext[];
}

const constraint = { ...unconstrained, isDemand: true };

export class ContextResolver {
  readonly #context: DecisionContext;
  readonly #decide: Decide;
  /**
   * The values that are being resolved now. If one of them is needed again, it depends on itself and can't be resolved.
   */
  readonly #underWay = new Set<string>();

  /** `decide` finds out where a value is read. */
  constructor(context: DecisionContext, decide: Decide) {
    this.#context = context;
    this.#decide = decide;
  }

  /**
   * Returns the ways to read the context values that lookups in `below` need. `below` is the plan of a field's objects,
   * and `on` has the types of `object`. A context that none of these types sets is left to the objects above. The
   * result is empty if a value can't be read, or if only some of the types set the context. The second case occurs only
   * at an `@interfaceObject`, and `Decider` then plans these types separately.
   */
  satisfy(object: PlannedObject, state: State, on: TypeSet, below: Solution): readonly ContextOutcome[] {
    let outcomes: readonly ContextOutcome[] = [{ state, contexts: [] }];
    for (const { value } of below.contextDemands) {
      const setting = on.names.filter((type) => this.#isSetBy(type, value)).length;
      if (setting === 0 ? object.position === undefined : setting < on.names.length) {
        return [];
      }
      if (setting > 0) {
        outcomes = outcomes.flatMap((before) => this.#resolve(object, before, on, value));
      }
    }
    return outcomes;
  }

  #isSetBy(type: string, { context }: ContextValue): boolean {
    const { supergraph } = this.#context;
    const { mutation, subscription } = supergraph.roots;
    // A root field of a mutation or a subscription is never called only to get a value for another field's argument.
    return type !== mutation && type !== subscription && supergraph.contextsOf(type).has(context);
  }

  #resolve(
    object: PlannedObject,
    { state, contexts }: ContextOutcome,
    on: TypeSet,
    value: ContextValue,
  ): readonly ContextOutcome[] {
    const { selections: allSelections, typeSets, splitter, beam } = this.#context;
    const selections = this.#selectionsOf(on, value);
    const id = `${object.position?.id} ${idsOf(selections)}`;
    const needsTypename =
      object.position?.type.isInterfaceObject === true &&
      selections.some((selection) => !typeSets.covers(selection.on, on));
    const { pending, impossible } = splitter.split(
      object,
      needsTypename ? [allSelections.narrow(allSelections.typename, on), ...selections] : selections,
    );
    if (this.#underWay.has(id) || impossible.length > 0) {
      return [];
    }
    this.#underWay.add(id);
    const outcomes = beam.decideEach(state, pending, (before, each) =>
      this.#decide({ object, pending: each, constraint }, before),
    );
    this.#underWay.delete(id);
    return outcomes.map((outcome) => ({
      state: outcome.state,
      contexts: [...contexts, { value, on, selections, resolved: outcome.resolved }],
    }));
  }

  #selectionsOf(on: TypeSet, { selection: fieldSet }: ContextValue): readonly Selection[] {
    const { selections, typeSets } = this.#context;
    return selections
      .ofFieldSet(fieldSet, on.names[0] ?? '', false)
      .map((selection) => selections.narrow(selection, typeSets.intersect(selection.on, on)));
  }
}
