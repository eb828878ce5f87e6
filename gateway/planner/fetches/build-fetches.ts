/**
 * Turns a solution into fetches: what each asks for, and which others it waits for.
 *
 * Before: at `me`, `name` comes from *patrons*, and `loans` by a lookup in *circulation* at level 1.
 * After: a fetch from *patrons* at level 0, `{ me { __typename id name } }`, and one from *circulation* at level 1 with a
 * lookup of the object at `me`, which waits for the first.
 */
import type { PathSegment } from '../../executor/index.ts';
import type { SearchContext } from '../search/context.ts';
import { fromPlace, type Lookup, type Representation, type Solution, type Step } from '../search/state.ts';
import type { Subgraph } from '../supergraph/model.ts';
import type { TypeSet } from '../type-sets.ts';
import { Selection } from './selection.ts';

/** A lookup of objects at one path, or root fields at one path. */
export interface FetchPart {
  readonly subgraph: Subgraph;
  readonly kind: Lookup['kind'];
  /** The type by which objects are looked up, or the root type. */
  readonly type: string;
  level: number;
  readonly path: readonly PathSegment[];
  /** The type at the end of the path, where the objects come from. */
  readonly from: string | undefined;
  representations: readonly Representation[];
  readonly selection: Selection;
  /** What has to be there before. */
  readonly after: Set<FetchPart>;
}

/** Where a solution's own fields are read. */
interface Spot {
  /** Undefined for the root of the operation. */
  readonly part: FetchPart | undefined;
  readonly selection: Selection | undefined;
  readonly path: readonly PathSegment[];
  readonly level: number;
}

export class FetchBuilder {
  readonly #context: SearchContext;
  readonly #parts = new Map<string, FetchPart>();

  constructor(context: SearchContext) {
    this.#context = context;
  }

  /** In order of their levels. A part stands after all that it waits for. */
  build(solution: Solution, path: readonly PathSegment[] = []): readonly FetchPart[] {
    this.#place(solution, { part: undefined, selection: undefined, path, level: 0 });
    return [...this.#parts.values()].sort((a, b) => a.level - b.level);
  }

  /** Adds a solution's fields to the fetches. Returns the parts that it takes. */
  #place(solution: Solution, spot: Spot): Set<FetchPart> {
    const used = new Set<FetchPart>(spot.part === undefined ? [] : [spot.part]);
    /** The parts that a step comes from, with everything below it. */
    const sources: Sources = new Map();
    const steps = Map.groupBy(solution.steps, ({ source }) => source);
    const placeStep = (step: Step, on: TypeSet, part: FetchPart | undefined): void => {
      const taken = this.#placeStep(step, on, part, solution, spot);
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
        const part = this.#partOf(lookup, on, solution, spot, sources);
        for (const step of own) {
          if (on === undefined || this.#context.sets.covers(step.want.on, on)) {
            placeStep(step, on ?? step.want.on, part);
          }
        }
      }
    }
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

  #placeStep(
    { want, below, source }: Step,
    on: TypeSet,
    part: FetchPart | undefined,
    solution: Solution,
    spot: Spot,
  ): ReadonlySet<FetchPart> {
    const selection = source === fromPlace ? spot.selection : part?.selection;
    if (selection === undefined || part === undefined) {
      throw new Error(`the plan reads ${want.name} from nowhere`);
    }
    const field = { key: want.key, name: want.name, args: want.args, on };
    if (below?.place === undefined) {
      selection.addLeaf(field);
      return new Set([part]);
    }
    const inner = selection.addObject(field, below.place);
    const types = this.#conditionOn(on, solution, spot);
    const segment: PathSegment = { kind: 'field', key: want.key };
    return this.#place(below, {
      part,
      selection: inner,
      path: [...spot.path, ...types, segment],
      level: source === fromPlace ? spot.level : part.level,
    });
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

  /** The part of a lookup. `on`: of these types only. */
  #partOf(
    lookup: Lookup,
    on: TypeSet | undefined,
    solution: Solution,
    spot: Spot,
    sources: Sources,
  ): FetchPart {
    const { sets } = this.#context;
    const { subgraph, kind, type } = lookup;
    const level = spot.level + lookup.level;
    const representations = lookup.representations.flatMap((each) => {
      const types = on === undefined ? each.types : sets.intersect(each.types, on);
      return types.names.length === 0 ? [] : [{ ...each, types }];
    });
    const types = on ?? representations.reduce((all, each) => sets.union(all, each.types), sets.of([]));
    const path = [...spot.path, ...(kind === 'root' ? [] : this.#conditionOn(types, solution, spot))];
    const id = JSON.stringify([subgraph.index, kind, type.name, level, path, idsOf(representations)]);
    const place = {
      subgraph,
      type: kind === 'entity' ? undefined : type,
      objects: kind === 'entity' ? types : sets.of(type.objects),
    };
    const part = this.#parts.get(id) ?? {
      ...{ subgraph, kind, type: type.name, level, path },
      from: solution.place?.type.name,
      representations,
      selection: new Selection(place, sets),
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
function idsOf(representations: readonly Representation[]): readonly unknown[] {
  return representations.map(({ types, keyWants, required }) => [
    types.id,
    keyWants.map(({ id }) => id),
    required.map(({ id }) => id),
  ]);
}
