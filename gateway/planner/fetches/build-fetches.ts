/**
 * Turns a solution into fetches: what each asks for, and which others it waits for.
 *
 * Before: at `me`, `name` comes from *patrons*, and `loans` by a lookup in *circulation* at level 1.
 * After: a fetch from *patrons* at level 0, `{ me { __typename id name } }`, and one from *circulation* at level 1 with a
 * lookup of the object at `me`, which waits for the first.
 */
import { type ArgumentNode, Kind } from 'graphql';
import type { InventedNames, PathSegment } from '../../executor/index.ts';
import type { DeferredBlock } from '../deferred-blocks.ts';
import type { SearchContext } from '../search/context.ts';
import {
  fromPlace,
  type Lookup,
  type MetContext,
  type Representation,
  type Solution,
  type Step,
} from '../search/state.ts';
import { idsOf } from '../search/wants.ts';
import type { ContextArgument, ContextValue, Subgraph } from '../supergraph/model.ts';
import type { TypeSet } from '../type-sets.ts';
import { Selection } from './selection.ts';

/** A lookup of objects at one path, or root fields at one path. */
export interface FetchPart {
  /** Its place among the parts of the operation, from 0. */
  readonly number: number;
  readonly subgraph: Subgraph;
  readonly kind: Lookup['kind'];
  /** The type by which objects are looked up, or the root type. */
  readonly type: string;
  level: number;
  /** The deferred block that it is for: none of its fields is needed outside. */
  block: DeferredBlock | undefined;
  readonly path: readonly PathSegment[];
  /** Equal for equal paths. */
  readonly pathText: string;
  /** The type at the end of the path, where the objects come from. */
  readonly from: string | undefined;
  representations: readonly Representation[];
  readonly selection: Selection;
  /** By the variable that takes it. */
  readonly contexts: Map<string, TakenContext>;
  /** What has to be there before. */
  readonly after: Set<FetchPart>;
}

/** A value that a part takes from an object above its own. */
export interface TakenContext extends Pick<MetContext, 'on' | 'wants'> {
  /** The type of the argument that gets it. */
  readonly type: string;
  /** Fields between the two objects. */
  readonly up: number;
}

/** An object that sets a context for what is below it. */
interface ContextSpot {
  readonly met: MetContext;
  /** The fields that lead to it. */
  readonly depth: number;
  readonly takers: Set<FetchPart>;
}

/** Where a solution's own fields are read. */
interface Spot {
  /** Undefined for the root of the operation. */
  readonly part: FetchPart | undefined;
  readonly selection: Selection | undefined;
  readonly path: readonly PathSegment[];
  readonly level: number;
  readonly block: DeferredBlock | undefined;
  readonly contexts: ReadonlyMap<ContextValue, ContextSpot>;
}

/** A solution whose fields are being added. */
interface Placing {
  readonly solution: Solution;
  readonly spot: Spot;
  /** What its objects set for what is below them. */
  readonly contexts: ContextSpot[];
}

export class FetchBuilder {
  readonly #context: SearchContext;
  readonly #names: InventedNames;
  readonly #parts = new Map<string, FetchPart>();

  constructor(context: SearchContext, names: InventedNames) {
    this.#context = context;
    this.#names = names;
  }

  /** The parts of a solution for the root of the operation. */
  build(solution: Solution): readonly FetchPart[] {
    this.#place(solution, {
      part: undefined,
      selection: undefined,
      path: [],
      level: 0,
      block: undefined,
      contexts: new Map(),
    });
    return [...this.#parts.values()];
  }

  /** Adds a solution's fields to the fetches. Returns the parts that it takes. */
  #place(solution: Solution, spot: Spot): Set<FetchPart> {
    const placing: Placing = { solution, spot, contexts: [] };
    const used = new Set<FetchPart>(spot.part === undefined ? [] : [spot.part]);
    /** The parts that a step comes from, with everything below it. */
    const sources: Sources = new Map();
    const steps = Map.groupBy(solution.steps, ({ source }) => source);
    const placeStep = (step: Step, on: TypeSet, part: FetchPart | undefined): void => {
      const taken = this.#placeStep(step, on, part, placing);
      sources.set(step, new Set([...(sources.get(step) ?? []), ...taken]));
      for (const each of taken) {
        used.add(each);
      }
    };
    for (const step of steps.get(fromPlace) ?? []) {
      placeStep(step, step.want.on, spot.part);
    }
    // A lookup demands only what comes from lower levels.
    const lookups = [...solution.lookups.entries()].sort(([, a], [, b]) => a.level - b.level);
    for (const [index, lookup] of lookups) {
      const own = steps.get(index) ?? [];
      for (const on of this.#typesLookedUp(lookup, own)) {
        const takes = own.some((step) => contextArgumentsOf(step, solution).length > 0);
        const part = this.#partOf(lookup, on, takes, placing, sources);
        for (const step of own) {
          if (on === undefined || this.#context.sets.covers(step.want.on, on)) {
            placeStep(step, on ?? step.want.on, part);
          }
        }
      }
    }
    awaitContexts(placing.contexts, sources);
    return used;
  }

  /**
   * The types that make a lookup of their own. Undefined: all types are in one. An `@interfaceObject` does not know types,
   * so objects that are asked for different fields are looked up apart.
   */
  #typesLookedUp({ kind }: Lookup, steps: readonly Step[]): readonly (TypeSet | undefined)[] {
    if (kind !== 'interfaceObject') {
      return [undefined];
    }
    const names = new Set(steps.flatMap(({ want }) => want.on.names));
    const groups = Map.groupBy(names, (name) => steps.map(({ want }) => want.on.has(name)).join());
    return [...groups.values()].map((group) => this.#context.sets.of(group));
  }

  #placeStep(step: Step, on: TypeSet, part: FetchPart | undefined, placing: Placing): ReadonlySet<FetchPart> {
    const { want, below, source } = step;
    const { solution, spot } = placing;
    const selection = source === fromPlace ? spot.selection : part?.selection;
    if (selection === undefined || part === undefined) {
      throw new Error(`the plan reads ${want.name} from nowhere`);
    }
    const given = contextArgumentsOf(step, solution).map((argument) => this.#take(argument, part, spot));
    const field = { key: want.key, name: want.name, args: [...want.args, ...given], on };
    if (below?.place === undefined) {
      selection.addLeaf(field);
      return new Set([part]);
    }
    const inner = selection.addObject(field, below.place);
    const types = this.#conditionOn(on, solution, spot);
    if (types.length > 0 && source !== fromPlace && part.kind === 'interface') {
      // Only this lookup knows the types.
      selection.addTypename();
    }
    const own = step.contexts.map((met) => ({
      met,
      depth: fieldsIn(spot.path),
      takers: new Set<FetchPart>(),
    }));
    placing.contexts.push(...own);
    if (
      step.contexts.some(({ wants, on: all }) =>
        wants.some((each) => !this.#context.sets.covers(each.on, all)),
      )
    ) {
      spot.selection?.addTypename();
    }
    const segment: PathSegment = { kind: 'field', key: want.key };
    return this.#place(below, {
      part,
      selection: inner,
      path: [...spot.path, ...types, segment],
      level: source === fromPlace ? spot.level : part.level,
      block: want.defer ?? solution.lookups[source]?.block ?? spot.block,
      contexts: new Map([...spot.contexts, ...own.map((each) => [each.met.value, each] as const)]),
    });
  }

  /** The argument that a part takes from an object above. */
  #take({ name, type, value }: ContextArgument, part: FetchPart, { path, contexts }: Spot): ArgumentNode {
    const spot = contexts.get(value);
    if (spot === undefined) {
      throw new Error(`the plan takes ${name} from nowhere`);
    }
    spot.takers.add(part);
    const taken = { type, up: fieldsIn(path) - spot.depth, on: spot.met.on, wants: spot.met.wants };
    const purpose = JSON.stringify([part.number, taken.up, type, idsOf(taken.wants)]);
    const variable = this.#names.choose(purpose, `_context_${part.number}_${name}`);
    part.contexts.set(variable, taken);
    return {
      kind: Kind.ARGUMENT,
      name: { kind: Kind.NAME, value: name },
      value: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: variable } },
    };
  }

  /** The path's condition if only some of the objects at a place are meant: then the objects must tell their types. */
  #conditionOn(on: TypeSet, { place }: Solution, { selection }: Spot): readonly PathSegment[] {
    if (place === undefined || this.#context.sets.covers(on, place.objects)) {
      return [];
    }
    if (!place.type.isInterfaceObject) {
      selection?.addTypename();
    }
    return [{ kind: 'types', names: on.names }];
  }

  /** The part of a lookup. `on`: of these types only. `takes`: it takes values from objects above. */
  #partOf(
    lookup: Lookup,
    on: TypeSet | undefined,
    takes: boolean,
    { solution, spot }: Placing,
    sources: Sources,
  ): FetchPart {
    const { sets } = this.#context;
    const { subgraph, kind, type } = lookup;
    const level = spot.level + lookup.level;
    const block = lookup.block ?? spot.block;
    const representations = lookup.representations.flatMap((each) => {
      const types = on === undefined ? each.types : sets.intersect(each.types, on);
      return types.names.length === 0 ? [] : [{ ...each, types }];
    });
    const types = on ?? sets.of(representations.flatMap((each) => each.types.names));
    const path = [...spot.path, ...(kind === 'root' ? [] : this.#conditionOn(types, solution, spot))];
    const pathText = JSON.stringify(path);
    const sent = idsOfRepresentations(representations);
    const id = `${subgraph.index} ${kind} ${type.name} ${level} ${block?.id ?? ''} ${takes} ${sent} ${pathText}`;
    const place = {
      subgraph,
      type: kind === 'entity' ? undefined : type,
      objects: kind === 'entity' ? types : sets.of(type.objects),
    };
    const part = this.#parts.get(id) ?? {
      subgraph,
      kind,
      type: type.name,
      level,
      block,
      path,
      pathText,
      number: this.#parts.size,
      from: solution.place?.type.name,
      representations,
      selection: new Selection(place, sets),
      contexts: new Map<string, TakenContext>(),
      after: new Set<FetchPart>(),
    };
    this.#parts.set(id, part);
    if (kind !== 'root') {
      spot.selection?.addTypename();
    }
    const demanded = representations.flatMap(({ steps }) =>
      steps.flatMap((step) => [...(sources.get(step) ?? [])]),
    );
    for (const before of [spot.part, ...demanded]) {
      if (before !== undefined && before !== part) {
        part.after.add(before);
      }
    }
    return part;
  }
}

/** The parts that steps come from. */
type Sources = Map<Step, ReadonlySet<FetchPart>>;

/** Equal for lookups that send the same. */
function idsOfRepresentations(representations: readonly Representation[]): string {
  return representations
    .map(({ types, keyWants, required }) => `${types.id}:${idsOf(keyWants)}:${idsOf(required)}`)
    .join();
}

function contextArgumentsOf({ want, source }: Step, { lookups }: Solution): readonly ContextArgument[] {
  return lookups[source]?.type.fields.get(want.name)?.contextArguments ?? [];
}

function fieldsIn(path: readonly PathSegment[]): number {
  return path.filter(({ kind }) => kind === 'field').length;
}

/** What takes a value waits for it. */
function awaitContexts(contexts: readonly ContextSpot[], sources: Sources): void {
  for (const { met, takers } of contexts) {
    for (const taker of takers) {
      for (const part of met.steps.flatMap((step) => [...(sources.get(step) ?? [])])) {
        taker.after.add(part);
      }
    }
  }
}
