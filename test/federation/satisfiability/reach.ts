/**
 * Reach: all views of an object that the gateway can come to, by any number of lookups.
 *
 * It is the least fix-point of federation's rules for lookups: if a key of a subgraph can be had from the views that are
 * reached, the subgraph's view is reached too; if what a field requires can be had, the field can. Nothing is ever chosen,
 * ordered or priced, so nothing can be missed; and since it starts from nothing, no requirement is ever met by itself.
 *
 * *first* gives a `Plant` with `id`; *second* has the keys `id` and `code`; *third* has the key `code`. The reached views
 * are those of *first*; then of *second*, by `id`; then of *third*, by `code`.
 *
 * Each lookup starts from one view. If two subgraphs give one object, the key of one and a requirement that only the other
 * one has are not brought together: composers don't do that either.
 */
import type { SelectionSetNode } from 'graphql';
import type { DeclaredSubgraph } from './declared.ts';
import type { Graph, ResolvedField, View } from './views.ts';

/** An object of a known type, with what is reached of it from each view that gives it. */
export interface ReachedObject {
  readonly type: string;
  readonly closures: readonly Closure[];
}

/** What is reached of an object from one view. */
export interface Closure {
  readonly type: string;
  readonly views: ReadonlyMap<string, View>;
  /** The views and fields, as `view.id field`, whose requirement can be had. */
  readonly met: ReadonlySet<string>;
}

interface GrowingClosure extends Closure {
  readonly views: Map<string, View>;
  readonly met: Set<string>;
}

/** A view that gives a field. */
export interface Source {
  readonly view: View;
  readonly field: ResolvedField;
}

export class Reach {
  readonly #graph: Graph;
  readonly #closures = new Map<string, GrowingClosure>();
  /** Those that may still grow. What has settled depends on none of them. */
  #open: GrowingClosure[] = [];

  constructor(graph: Graph) {
    this.#graph = graph;
  }

  /** The object that a field gives in these views, with everything that is reached from them. */
  object(type: string, given: readonly View[]): ReachedObject {
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

  /** The views of the object that give a field. */
  sources({ closures }: ReachedObject, name: string): readonly Source[] {
    return closures.flatMap((closure) => this.#sources(closure, name, false));
  }

  /** Whether a value that a context gives can be had of the object. */
  has(object: ReachedObject, set: SelectionSetNode): boolean {
    return this.#has(object, set, false);
  }

  #object(type: string, given: readonly View[]): ReachedObject {
    // Every subgraph can be asked for the root of queries, wherever an operation comes to it.
    return type === 'Query'
      ? { type, closures: [this.#closure(type, 'root', this.#graph.rootViews())] }
      : { type, closures: given.map((view) => this.#closure(type, view.id, [view])) };
  }

  #closure(type: string, id: string, start: readonly View[]): GrowingClosure {
    const known = this.#closures.get(`${type} ${id}`);
    if (known !== undefined) {
      return known;
    }
    const closure = { type, views: new Map(start.map((view) => [view.id, view])), met: new Set<string>() };
    this.#closures.set(`${type} ${id}`, closure);
    this.#open.push(closure);
    return closure;
  }

  /** Adds what one more lookup in each subgraph gives. Whether there was anything. */
  #grow(closure: GrowingClosure): boolean {
    const before = closure.views.size + closure.met.size;
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
        if (!closure.met.has(id) && this.#has(alone, requires, false)) {
          closure.met.add(id);
        }
      }
    }
    return closure.views.size + closure.met.size > before;
  }

  /** The views that lookups in the subgraph would give, if the keys can be had. */
  #lookups(subgraph: DeclaredSubgraph, { type: objectType, views }: Closure): readonly View[] {
    const reached = [...views.values()];
    const isTyped = reached.some((view) => view.isTyped);
    return [...subgraph.types.values()].flatMap((type) => {
      const isOwn = type.name === objectType && type.kind === 'object' && isTyped;
      const isInterfaceObject = type.isInterfaceObject && this.#graph.objectsOf(type.name).has(objectType);
      // A lookup by the interface, which tells the type.
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

  #sources({ type, views, met }: Closure, name: string, isForKey: boolean): readonly Source[] {
    return [...views.values()].flatMap((view) => {
      const field = this.#graph.resolve(view, type, name, isForKey);
      const isMet = field?.declared.requires === undefined || field.declared.isExternal;
      return field !== undefined && (isMet || met.has(`${view.id} ${name}`)) ? [{ view, field }] : [];
    });
  }

  /** Whether a key or a requirement can be had, as far as is known yet. */
  #has({ type, closures }: ReachedObject, set: SelectionSetNode, isForKey: boolean): boolean {
    return this.#graph.fieldsFor(set, type).every(({ name, below }) => {
      if (name === '__typename') {
        return isTyped({ closures });
      }
      // No key and no requirement takes anything from a context in the supergraphs that are checked.
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
      // A representation says which type each of its abstract objects has.
      return (!isAbstract || isTyped(object)) && this.#has(object, set, isForKey);
    });
  }
}

/** Whether the gateway can learn which type the object has. */
export function isTyped({ closures }: Pick<ReachedObject, 'closures'>): boolean {
  return closures.some(({ views }) => [...views.values()].some((view) => view.isTyped));
}

/** The views of the objects that a field has in its sources. */
export function viewsBelow(graph: Graph, sources: readonly Source[]): readonly View[] {
  return sources.flatMap(({ view, field }) => graph.below(view, field) ?? []);
}

/** The types of objects that all of these views know: subgraphs that share a field give the same object. */
export function commonObjects(graph: Graph, views: readonly View[]): ReadonlySet<string> {
  const [first = new Set<string>(), ...others] = views.map((view) => graph.objectsAt(view));
  return new Set([...first].filter((type) => others.every((types) => types.has(type))));
}
