/**
 * Finds all views of an object that are reachable by any number of lookups.
 *
 * The reachable views are the least fixed point of two rules of federation. If the reachable views can resolve a key of
 * a subgraph, the subgraph's view is reachable, too. If they can resolve the requirement of a field, they can resolve
 * the field. The search makes no choices and compares no costs, so it misses nothing. It starts from an empty set, so
 * no requirement satisfies itself.
 *
 * Example: *first* gives a `Plant` with `id`; *second* has the keys `id` and `code`; *third* has the key `code`. The
 * view of *first* is reachable. So is the view of *second*, by `id`, and then the view of *third*, by `code`.
 *
 * Each search starts from one view. If two subgraphs give one object, a key that only one of them has is not combined
 * with a requirement that only the other has. Composers don't combine them either.
 */
import type { SelectionSetNode } from 'graphql';
import type { DeclaredSubgraph } from './declared.ts';
import type { Graph, ResolvedField, View } from './views.ts';

/** An object of one type. Each view that gives the object has its own closure. */
export interface ReachableObject {
  readonly type: string;
  readonly closures: readonly Closure[];
}

/** Everything that is reachable from one view of an object. */
export interface Closure {
  readonly type: string;
  readonly views: ReadonlyMap<string, View>;
  /** The fields whose requirements can be resolved, in the form `view.id field`. */
  readonly satisfied: ReadonlySet<string>;
}

interface GrowingClosure extends Closure {
  readonly views: Map<string, View>;
  readonly satisfied: Set<string>;
}

/** A view from which a field can be resolved. */
export interface Source {
  readonly view: View;
  readonly field: ResolvedField;
}

export class ReachableViews {
  readonly #graph: Graph;
  readonly #closures = new Map<string, GrowingClosure>();
  /** The closures that may still grow. No other closure depends on them. */
  #open: GrowingClosure[] = [];

  constructor(graph: Graph) {
    this.#graph = graph;
  }

  /** The object that a field gives in the given views, with everything that is reachable from them. */
  object(type: string, given: readonly View[]): ReachableObject {
    const object = this.#object(type, given);
    for (let hasGrown = this.#open.length > 0; hasGrown; ) {
      const before = this.#open.length;
      hasGrown = false;
      for (const each of [...this.#open]) {
        hasGrown = this.#grow(each) || hasGrown;
      }
      hasGrown ||= this.#open.length > before;
    }
    this.#open = [];
    return object;
  }

  /** The views of the object from which a field can be resolved. */
  sources({ closures }: ReachableObject, name: string): readonly Source[] {
    return closures.flatMap((closure) => this.#sources(closure, name, false));
  }

  /** Whether the object can resolve the value of a context. */
  has(object: ReachableObject, set: SelectionSetNode): boolean {
    return this.#has(object, set, false);
  }

  #object(type: string, given: readonly View[]): ReachableObject {
    // Wherever the root type of queries occurs, every subgraph can be asked for it.
    return type === 'Query'
      ? { type, closures: [this.#closure(type, 'root', this.#graph.rootViews())] }
      : { type, closures: given.map((view) => this.#closure(type, view.id, [view])) };
  }

  #closure(type: string, id: string, start: readonly View[]): GrowingClosure {
    const existing = this.#closures.get(`${type} ${id}`);
    if (existing !== undefined) {
      return existing;
    }
    const closure = {
      type,
      views: new Map(start.map((view) => [view.id, view])),
      satisfied: new Set<string>(),
    };
    this.#closures.set(`${type} ${id}`, closure);
    this.#open.push(closure);
    return closure;
  }

  /** Adds the results of one more lookup in each subgraph. Returns whether there were new results. */
  #grow(closure: GrowingClosure): boolean {
    const before = closure.views.size + closure.satisfied.size;
    const alone = { type: closure.type, closures: [closure] };
    for (const subgraph of this.#graph.subgraphs) {
      for (const view of this.#lookups(subgraph, closure)) {
        if (!closure.views.has(view.id) && view.type.keys.some((key) => this.#has(alone, key, true))) {
          closure.views.set(view.id, view);
        }
      }
    }
    for (const view of closure.views.values()) {
      for (const { name, requires } of this.#graph.requiringFields(view, closure.type)) {
        const id = `${view.id} ${name}`;
        if (!closure.satisfied.has(id) && this.#has(alone, requires, false)) {
          closure.satisfied.add(id);
        }
      }
    }
    return closure.views.size + closure.satisfied.size > before;
  }

  /** The views that lookups in the subgraph give if the keys can be resolved. */
  #lookups(subgraph: DeclaredSubgraph, { type: objectType, views }: Closure): readonly View[] {
    const reached = [...views.values()];
    const isTyped = reached.some((view) => view.isTyped);
    return [...subgraph.types.values()].flatMap((type) => {
      const isOwn = type.name === objectType && type.kind === 'object' && isTyped;
      const isInterfaceObject = type.isInterfaceObject && this.#graph.objectsOf(type.name).has(objectType);
      // A lookup by the interface's key gives the object's type.
      const tellsType =
        type.kind === 'interface' &&
        type.objects.has(objectType) &&
        reached.some((view) => view.type.isInterfaceObject && view.type.name === type.name);
      const view =
        isOwn || isInterfaceObject || tellsType
          ? this.#graph.view(subgraph, type.name, {
              isLookedUp: true,
              isTyped: isTyped || !isInterfaceObject,
            })
          : undefined;
      return view === undefined ? [] : [view];
    });
  }

  #sources({ type, views, satisfied }: Closure, name: string, isForKey: boolean): readonly Source[] {
    return [...views.values()].flatMap((view) => {
      const field = this.#graph.resolve(view, type, name, isForKey);
      const isSatisfied = field?.declared.requires === undefined || field.declared.isExternal;
      return field !== undefined && (isSatisfied || satisfied.has(`${view.id} ${name}`))
        ? [{ view, field }]
        : [];
    });
  }

  /** Whether the present closures can resolve a key or a requirement. */
  #has({ type, closures }: ReachableObject, set: SelectionSetNode, isForKey: boolean): boolean {
    return this.#graph.fieldsFor(set, type).every(({ name, below }) => {
      if (name === '__typename') {
        return isTyped({ closures });
      }
      // A field that takes the value of a context is left out. In the checked supergraphs, no key and no requirement
      // has such a field.
      const sources = closures
        .flatMap((closure) => this.#sources(closure, name, isForKey))
        .filter(({ field }) => field.declared.taken.length === 0);
      return sources.length > 0 && (below === undefined || this.#hasBelow(sources, below, isForKey));
    });
  }

  #hasBelow(sources: readonly Source[], set: SelectionSetNode, isForKey: boolean): boolean {
    const views = viewsBelow(this.#graph, sources);
    const isAbstract = views.some(({ type }) => type.kind !== 'object' || type.isInterfaceObject);
    return [...commonObjects(this.#graph, views)].every((type) => {
      const object = this.#object(type, views);
      // A representation contains the types of its abstract objects.
      return (!isAbstract || isTyped(object)) && this.#has(object, set, isForKey);
    });
  }
}

/** Whether the gateway can find out the object's type. */
export function isTyped({ closures }: Pick<ReachableObject, 'closures'>): boolean {
  return closures.some(({ views }) => [...views.values()].some((view) => view.isTyped));
}

/** The views of the objects that a field gives in these sources. */
export function viewsBelow(graph: Graph, sources: readonly Source[]): readonly View[] {
  return sources.flatMap(({ view, field }) => graph.below(view, field) ?? []);
}

/**
 * The object types that all of the views know. Subgraphs that share a field give the same object, so its type is one of
 * them.
 */
export function commonObjects(graph: Graph, views: readonly View[]): ReadonlySet<string> {
  const [first = new Set<string>(), ...others] = views.map((view) => graph.objectsAt(view));
  return new Set([...first].filter((type) => others.every((types) => types.has(type))));
}
