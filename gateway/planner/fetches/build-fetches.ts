/**
 * Turns solutions into fetches. A solution says from which subgraph each selected field of an object comes. A fetch has
 * the fields to request, and the fetches of lower levels for which it waits.
 *
 * Before: for the object at `me`, `name` comes from *patrons*, and `loans` from a lookup in *circulation* at level 1.
 * After: a fetch from *patrons* at level 0, `{ me { __typename id name } }`, and a fetch from *circulation* at level 1.
 * The second fetch looks up the object at `me` and waits for the first.
 */
import { type ArgumentNode, Kind } from 'graphql';
import type { InventedNames, PathSegment } from '../../executor/index.ts';
import type { DeferredBlock } from '../deferred-blocks.ts';
import type { SearchContext } from '../search/search-context.ts';
import { idsOf } from '../search/selections.ts';
import {
  fromPosition,
  type Lookup,
  type Representation,
  type ResolvedSelection,
  type SatisfiedContext,
  type Solution,
} from '../search/solution.ts';
import type { ContextArgument, ContextValue } from '../supergraph/model.ts';
import type { TypeSet } from '../type-sets.ts';
import { FetchSelectionSet } from './fetch-selection-set.ts';
import type { PlannedFetch, TakenContext } from './planned-fetch.ts';

/**
 * An object that sets a context (`@context`). Fields below it may take an argument from the context (`@fromContext`).
 */
interface ContextSetter {
  readonly context: SatisfiedContext;
  /** The number of fields on the path to the object. */
  readonly depth: number;
  /** The fetches that use the value. */
  readonly takers: Set<PlannedFetch>;
}

/**
 * The object that a solution is about. Its fields that need no lookup are added to `selectionSet`, in the fetch that
 * returns the object.
 */
interface Target {
  /** `fetch` and `selectionSet` are undefined for the root of the operation. */
  readonly fetch: PlannedFetch | undefined;
  readonly selectionSet: FetchSelectionSet | undefined;
  readonly path: readonly PathSegment[];
  readonly level: number;
  readonly block: DeferredBlock | undefined;
  readonly contexts: ReadonlyMap<ContextValue, ContextSetter>;
}

/** For each selection, the fetches that return it or a field below it. */
type Givers = Map<ResolvedSelection, ReadonlySet<PlannedFetch>>;

/** A solution that is being added to the fetches. It says from which subgraph each field of an object comes. */
interface Addition {
  readonly solution: Solution;
  readonly target: Target;
  readonly givers: Givers;
  /** The objects of the solution that set a context for fields below them. */
  readonly setters: ContextSetter[];
}

export class FetchBuilder {
  readonly #context: SearchContext;
  readonly #names: InventedNames;
  readonly #fetches = new Map<string, PlannedFetch>();

  constructor(context: SearchContext, names: InventedNames) {
    this.#context = context;
    this.#names = names;
  }

  /** Returns the fetches for these solutions. Each solution is for root fields of the operation. */
  build(solutions: readonly Solution[]): readonly PlannedFetch[] {
    for (const solution of solutions) {
      this.#add(solution, {
        fetch: undefined,
        selectionSet: undefined,
        path: [],
        level: 0,
        block: undefined,
        contexts: new Map(),
      });
    }
    return [...this.#fetches.values()].filter(canBeAsked);
  }

  /** Adds a solution's fields to the fetches. Returns the fetches that return these fields. */
  #add(solution: Solution, target: Target): ReadonlySet<PlannedFetch> {
    const addition: Addition = { solution, target, givers: new Map(), setters: [] };
    const bySource = Map.groupBy(solution.resolved, ({ source }) => source);
    for (const resolved of bySource.get(fromPosition) ?? []) {
      this.#addResolved(resolved, resolved.selection.on, target.fetch, addition);
    }
    // Lookups are sorted by level: the key and the required fields of a lookup come only from lower levels.
    const lookups = [...solution.lookups.entries()].sort(([, a], [, b]) => a.level - b.level);
    for (const [index, lookup] of lookups) {
      this.#addLookup(lookup, bySource.get(index) ?? [], addition);
    }
    awaitContexts(addition);
    const givers = [...addition.givers.values()].flatMap((fetches) => [...fetches]);
    return new Set(target.fetch === undefined ? givers : [target.fetch, ...givers]);
  }

  /** Adds a lookup, and `own`, the selections that it returns. */
  #addLookup(lookup: Lookup, own: readonly ResolvedSelection[], addition: Addition): void {
    const takesContexts = own.some((resolved) => contextArgumentsOf(resolved, addition.solution).length > 0);
    for (const on of this.#typesLookedUp(lookup, own)) {
      const fetch = this.#fetchFor(lookup, on, takesContexts, addition);
      for (const resolved of own) {
        if (on === undefined || this.#context.typeSets.covers(resolved.selection.on, on)) {
          this.#addResolved(resolved, on ?? resolved.selection.on, fetch, addition);
        }
      }
    }
  }

  /**
   * Returns the groups of object types that need separate lookups. A subgraph with an `@interfaceObject` doesn't know
   * the types of its objects. So objects with different selected fields are looked up separately. For other subgraphs,
   * the result is one undefined group: one lookup for all types.
   */
  #typesLookedUp({ kind }: Lookup, own: readonly ResolvedSelection[]): readonly (TypeSet | undefined)[] {
    if (kind !== 'interfaceObject') {
      return [undefined];
    }
    const names = new Set(own.flatMap(({ selection }) => selection.on.names));
    const groups = Map.groupBy(names, (name) => own.map(({ selection }) => selection.on.has(name)).join());
    return [...groups.values()].map((group) => this.#context.typeSets.of(group));
  }

  /** Returns the fetch for a lookup. If `on` is given, the fetch looks up only objects of these types. */
  #fetchFor(
    lookup: Lookup,
    on: TypeSet | undefined,
    takesContexts: boolean,
    { solution, target, givers }: Addition,
  ): PlannedFetch {
    const { typeSets } = this.#context;
    const { subgraph, kind, type } = lookup;
    const level = target.level + lookup.level;
    const block = lookup.block ?? target.block;
    const representations = lookup.representations.flatMap((representation) => {
      const types = on === undefined ? representation.types : typeSets.intersect(representation.types, on);
      return types.names.length === 0 ? [] : [{ ...representation, types }];
    });
    const types = on ?? typeSets.of(representations.flatMap((each) => each.types.names));
    const path = [...target.path, ...(kind === 'root' ? [] : this.#conditionOn(types, solution, target))];
    const pathText = JSON.stringify(path);
    const sent = idsOfRepresentations(representations);
    const id = `${subgraph.index} ${kind} ${type.name} ${level} ${block?.id ?? ''} ${takesContexts} ${sent} ${pathText}`;
    const parent =
      kind === 'entity'
        ? { subgraph, type: undefined, objects: types }
        : { subgraph, type, objects: typeSets.of(type.objects) };
    const fetch = this.#fetches.get(id) ?? {
      subgraph,
      kind,
      type: type.name,
      level,
      block,
      path,
      pathText,
      number: this.#fetches.size,
      from: solution.position?.type.name,
      representations,
      selectionSet: new FetchSelectionSet(parent, typeSets),
      contexts: new Map<string, TakenContext>(),
      after: new Set<PlannedFetch>(),
    };
    this.#fetches.set(id, fetch);
    if (kind !== 'root') {
      target.selectionSet?.addTypename();
    }
    const demanded = representations.flatMap((representation) => giversOf(representation, givers));
    waitFor(fetch, target.fetch === undefined ? demanded : [target.fetch, ...demanded]);
    return fetch;
  }

  /** Adds a selection, with everything below it, for the object types `on`. */
  #addResolved(
    resolved: ResolvedSelection,
    on: TypeSet,
    fetch: PlannedFetch | undefined,
    addition: Addition,
  ): void {
    const { selection, below, source } = resolved;
    const { solution, target, givers } = addition;
    const selectionSet = source === fromPosition ? target.selectionSet : fetch?.selectionSet;
    if (selectionSet === undefined || fetch === undefined) {
      throw new Error(`the plan reads ${selection.name} from nowhere`);
    }
    const taken = contextArgumentsOf(resolved, solution).map((argument) =>
      this.#take(argument, fetch, target),
    );
    const { key, name, forms } = selection;
    const field = { key, name, forms, args: [...selection.args, ...taken], on };
    let fetches: ReadonlySet<PlannedFetch>;
    if (below?.position === undefined) {
      selectionSet.addLeaf(field);
      fetches = new Set([fetch]);
    } else {
      const inner = selectionSet.addObject(field, below.position);
      fetches = this.#add(below, this.#targetBelow(resolved, on, fetch, inner, addition));
    }
    givers.set(resolved, new Set([...(givers.get(resolved) ?? []), ...fetches]));
  }

  /** Says where the fields below a selection are added: to `selectionSet`, in the fetch that returns the selection. */
  #targetBelow(
    { selection, source, contexts }: ResolvedSelection,
    on: TypeSet,
    fetch: PlannedFetch,
    selectionSet: FetchSelectionSet,
    { solution, target, setters }: Addition,
  ): Target {
    const condition = this.#conditionOn(on, solution, target);
    if (condition.length > 0 && source !== fromPosition && fetch.kind === 'interface') {
      // The lookup by an interface is the only fetch that returns the objects' types.
      fetch.selectionSet.addTypename();
    }
    const { typeSets } = this.#context;
    const own = contexts.map((context) => ({
      context,
      depth: fieldsIn(target.path),
      takers: new Set<PlannedFetch>(),
    }));
    setters.push(...own);
    if (
      contexts.some((context) => context.selections.some((each) => !typeSets.covers(each.on, context.on)))
    ) {
      target.selectionSet?.addTypename();
    }
    return {
      fetch,
      selectionSet,
      path: [...target.path, ...condition, { kind: 'field', key: selection.key }],
      level: source === fromPosition ? target.level : fetch.level,
      block: selection.defer ?? solution.lookups[source]?.block ?? target.block,
      contexts: new Map([
        ...target.contexts,
        ...own.map((setter) => [setter.context.value, setter] as const),
      ]),
    };
  }

  /**
   * Returns the type condition for the end of the path. Empty if the path leads only to objects of the types `on`. A
   * condition needs the objects' types, so the fetch that returns the objects also requests `__typename`. An
   * `@interfaceObject` is not asked, because it doesn't know the types.
   */
  #conditionOn(on: TypeSet, { position }: Solution, { selectionSet }: Target): readonly PathSegment[] {
    if (position === undefined || this.#context.typeSets.covers(on, position.objects)) {
      return [];
    }
    if (!position.type.isInterfaceObject) {
      selectionSet?.addTypename();
    }
    return [{ kind: 'types', names: on.names }];
  }

  /** Adds an argument that takes its value from an object above (`@fromContext`): as a variable of the fetch. */
  #take({ name, type, value }: ContextArgument, fetch: PlannedFetch, target: Target): ArgumentNode {
    const setter = target.contexts.get(value);
    if (setter === undefined) {
      throw new Error(`the plan takes ${name} from nowhere`);
    }
    setter.takers.add(fetch);
    const { on, selections } = setter.context;
    const up = fieldsIn(target.path) - setter.depth;
    const purpose = JSON.stringify([fetch.number, up, type, idsOf(selections)]);
    const variable = this.#names.choose(purpose, `_context_${fetch.number}_${name}`);
    fetch.contexts.set(variable, { type, up, on, selections });
    return {
      kind: Kind.ARGUMENT,
      name: { kind: Kind.NAME, value: name },
      value: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: variable } },
    };
  }
}

/** Returns a text that is equal for lookups that send the same values. */
function idsOfRepresentations(representations: readonly Representation[]): string {
  return representations
    .map(({ types, keySelections, required }) => `${types.id}:${idsOf(keySelections)}:${idsOf(required)}`)
    .join();
}

function contextArgumentsOf(
  { selection, source }: ResolvedSelection,
  { lookups }: Solution,
): readonly ContextArgument[] {
  return lookups[source]?.type.fields.get(selection.name)?.contextArguments ?? [];
}

function fieldsIn(path: readonly PathSegment[]): number {
  return path.filter(({ kind }) => kind === 'field').length;
}

/** Returns the fetches that return the key and the required fields of a representation, or the value of a context. */
function giversOf({ resolved }: Pick<Representation, 'resolved'>, givers: Givers): readonly PlannedFetch[] {
  return resolved.flatMap((each) => [...(givers.get(each) ?? [])]);
}

function waitFor(fetch: PlannedFetch, others: readonly PlannedFetch[]): void {
  for (const other of others) {
    if (other !== fetch) {
      fetch.after.add(other);
    }
  }
}

/** If a fetch takes a value from a context, it must wait for the fetches that return the value. */
function awaitContexts({ setters, givers }: Addition): void {
  for (const { context, takers } of setters) {
    for (const taker of takers) {
      for (const giver of giversOf(context, givers)) {
        taker.after.add(giver);
      }
    }
  }
}

/**
 * Whether a server accepts the fetch. A server rejects a lookup of an interface that no object type implements, because
 * `_Entity` has no member for it. The whole request would be rejected. So such a lookup is left out, and its fields are
 * null, with an error.
 */
function canBeAsked({ subgraph, type }: PlannedFetch): boolean {
  const own = subgraph.types.get(type);
  return own?.kind !== 'interface' || !own.objects.includes(type);
}
