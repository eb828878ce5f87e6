/**
 * Contexts: what lookups below a field take from the object that has the field. A solution below does not know the objects
 * above it. So it says which values it takes (`Solution.contexts`), and the nearest object that sets the context has them.
 *
 * Before: `shelf { label }` of a room at `rooms Room`, where *rooms* has `label(floor: Int @fromContext(field: "$room { floor }"))`.
 * The solution below `shelf` takes the value `$room { floor }`.
 * After: `floor` of the room is decided too, and the lookup for `label` waits for it.
 */
import type { ContextValue } from '../supergraph/model.ts';
import type { TypeSet } from '../type-sets.ts';
import type { Beam } from './beam.ts';
import type { SearchContext } from './context.ts';
import type { Decide, Outcome, Position } from './decision.ts';
import { outOfReach } from './reach/reach.ts';
import type { WantSplitter } from './split-wants.ts';
import type { MetContext, Solution, State } from './state.ts';
import { idsOf, type Want } from './wants.ts';

/** A state that has the values of contexts. */
interface MetContexts {
  readonly state: State;
  readonly met: readonly MetContext[];
}

interface ContextFinderParts {
  readonly context: SearchContext;
  readonly splitter: WantSplitter;
  readonly beam: Beam;
  /** Decides where a value comes from. */
  readonly decide: Decide;
}

const demand = { limit: outOfReach, tried: [], isDemand: true, block: undefined };

export class ContextFinder {
  readonly #parts: ContextFinderParts;
  /** Values that are being looked for: none may need itself. */
  readonly #underWay = new Set<string>();

  constructor(parts: ContextFinderParts) {
    this.#parts = parts;
  }

  /**
   * The ways to have what `below` takes from objects of the types `on`. None where a value can't be had: at the root of
   * the operation there is no object above that it could come from.
   */
  meet(position: Position, state: State, on: TypeSet, below: Solution): readonly MetContexts[] {
    let ways: readonly MetContexts[] = [{ state, met: [] }];
    for (const { value } of below.contexts) {
      if (this.#isSetBy(on, value)) {
        ways = ways.flatMap((way) => this.#find(position, way, on, value));
      } else if (position.place === undefined) {
        return [];
      }
    }
    return ways;
  }

  /** The types that a field is decided for are alike in the contexts that they set (`WantSplitter`). */
  #isSetBy({ names: [type = ''] }: TypeSet, { context }: ContextValue): boolean {
    const { supergraph } = this.#parts.context;
    // No mutation is called for another one's argument.
    return type !== supergraph.roots.mutation && supergraph.contextsOf(type).has(context);
  }

  #find(
    position: Position,
    { state, met }: MetContexts,
    on: TypeSet,
    value: ContextValue,
  ): readonly MetContexts[] {
    const { context, splitter, beam, decide } = this.#parts;
    const wants = this.#wantsOf(on, value);
    const id = `${position.place?.id} ${idsOf(wants)}`;
    const needsType =
      position.place?.type.isInterfaceObject === true &&
      wants.some((want) => !context.sets.covers(want.on, on));
    const demanded = needsType ? [context.wants.narrow(context.wants.typename, on), ...wants] : wants;
    const { questions, vain } = splitter.split(position.place, position.objects, demanded);
    if (this.#underWay.has(id) || vain.length > 0) {
      return [];
    }
    this.#underWay.add(id);
    let outcomes: readonly Outcome[] = [{ state, steps: [] }];
    for (const question of questions) {
      outcomes = beam.goOn(outcomes, (before) => decide(position, before, question, demand));
    }
    this.#underWay.delete(id);
    return outcomes.map((outcome) => ({
      state: outcome.state,
      met: [...met, { value, on, wants, steps: outcome.steps }],
    }));
  }

  #wantsOf(on: TypeSet, { selection }: ContextValue): readonly Want[] {
    const { wants, sets } = this.#parts.context;
    return wants
      .ofFieldSet(selection, on.names[0] ?? '', false)
      .map((want) => wants.narrow(want, sets.intersect(want.on, on)));
  }
}
