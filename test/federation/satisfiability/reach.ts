/**
 * Reach: all views of an object that the gateway can come to, by any number of lookups.
 *
 * It is the least fix-point of federation's rules for lookups: if a key of a subgraph can be had from the views that are
 * reached, the subgraph's view is reached too; if what a field requires can be had, the field can. Nothing is ever chosen,
 * ordered or priced, so nothing can be missed; and since it starts from nothing, no requirement is ever met by itself.
 *
 * *first* gives a `Plant` with `id`; *second* has the keys `id` and `code`; *third* has the key `code`. The reached views
 * are those of *first*; then of *second*, by `id`; then of *third*, by `code`.
 */
import type { SelectionSetNode } from 'graphql';
import type { DeclaredSubgraph } from './declared.ts';
import type { Graph, ResolvedField, View } from './views.ts';

/** An object of a known type, with what is reached of it. */
export interface ReachedObject {
  readonly type: string;
  readonly views: ReadonlyMap<string, View>;
  /** The views and fields, as `view.id field`, whose requirement can be had. */
  readonly met: ReadonlySet<string>;
}

interface GrowingObject extends ReachedObject {
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
  readonly #objects = new Map<string, GrowingObject>();
  /** Those that may still grow. What has settled depends on none of them. */
  #open: GrowingObject[] = [];

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
  sources(object: ReachedObject, name: string): readonly Source[] {
    return this.#sources(object, name, false);
  }

  #object(type: string, given: readonly View[]): GrowingObject {
    const id = `${type} ${given
      .map((view) => view.id)
      .sort()
      .join(' | ')}`;
    const known = this.#objects.get(id);
    if (known !== undefined) {
      return known;
    }
    // Every subgraph can be asked for the root of queries, wherever an operation comes to it.
    const views = type === 'Query' ? this.#graph.rootViews() : given;
    const object = { type, views: new Map(views.map((view) => [view.id, view])), met: new Set<string>() };
    this.#objects.set(id, object);
    this.#open.push(object);
    return object;
  }

  /** Adds what one more lookup in each subgraph gives. Whether there was anything. */
  #grow(object: GrowingObject): boolean {
    const before = object.views.size + object.met.size;
    for (const subgraph of this.#graph.subgraphs) {
      for (const view of this.#lookups(subgraph, object)) {
        if (!object.views.has(view.id) && view.type.keys.some((key) => this.#has(object, key, true))) {
          object.views.set(view.id, view);
        }
      }
    }
    for (const view of object.views.values()) {
      for (const { name, requires } of this.#graph.requiringFields(view, object.type)) {
        const id = `${view.id} ${name}`;
        if (!object.met.has(id) && this.#has(object, requires, false)) {
          object.met.add(id);
        }
      }
    }
    return object.views.size + object.met.size > before;
  }

  /** The views that lookups in the subgraph would give, if the keys can be had. */
  #lookups(subgraph: DeclaredSubgraph, { type: objectType, views }: ReachedObject): readonly View[] {
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

  #sources(object: ReachedObject, name: string, isForKey: boolean): readonly Source[] {
    return [...object.views.values()].flatMap((view) => {
      const field = this.#graph.resolve(view, object.type, name, isForKey);
      const isMet = field?.declared.requires === undefined || field.declared.isExternal;
      return field !== undefined && (isMet || object.met.has(`${view.id} ${name}`)) ? [{ view, field }] : [];
    });
  }

  /** Whether a key or a requirement can be had, as far as is known yet. */
  #has(object: ReachedObject, set: SelectionSetNode, isForKey: boolean): boolean {
    return this.#graph.fieldsFor(set, object.type).every(({ name, below }) => {
      if (name === '__typename') {
        return isTyped(object);
      }
      const sources = this.#sources(object, name, isForKey);
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
export function isTyped({ views }: ReachedObject): boolean {
  return [...views.values()].some((view) => view.isTyped);
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
