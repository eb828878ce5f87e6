/**
 * An independent check of "this query has no plan". From the SDLs of the subgraphs, it decides whether federation's
 * rules allow a gateway to resolve every field of a query at all. It shares no code with the planner. It also makes no
 * plan: it follows all routes, and compares no costs.
 *
 * A query can be satisfied if each field has a source among all reachable views of its object (`reachable-views.ts`),
 * for every type that the object may have. An object that several subgraphs share is one object. So its fields may come
 * from all of them, and all of them know its type.
 */
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  getDirectiveValues,
  Kind,
  parse,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import {
  commonObjects,
  isTyped,
  type ReachableObject,
  ReachableViews,
  type Source,
  viewsBelow,
} from './reachable-views.ts';
import { Graph, type View } from './views.ts';

type Variables = Readonly<Record<string, unknown>>;

export class Satisfiability {
  readonly #graph: Graph;
  readonly #views: ReachableViews;

  /**
   * `percentage` decides progressive overrides. Requests draw it, from 0 to below 100. At 100, all progressive
   * overrides are off.
   */
  constructor(sdls: Readonly<Record<string, string>>, percentage = 100) {
    this.#graph = new Graph(sdls, percentage);
    this.#views = new ReachableViews(this.#graph);
  }

  /** The path of a field that can't be resolved, such as `Query.plants.Plant.height`. Undefined if all fields can. */
  missing(query: string, variables: Variables = {}): string | undefined {
    const document = parse(query, { noLocation: true });
    const operation = document.definitions.find((each) => each.kind === Kind.OPERATION_DEFINITION);
    if (operation === undefined || operation.operation === 'subscription') {
      throw new Error('only queries and mutations are checked');
    }
    const root = operation.operation === 'query' ? 'Query' : 'Mutation';
    const defaults = Object.fromEntries(
      (operation.variableDefinitions ?? []).map(({ variable, defaultValue }) => [
        variable.name.value,
        defaultValue?.kind === Kind.BOOLEAN ? defaultValue.value : undefined,
      ]),
    );
    const walk = new Walk(this.#graph, this.#views, document, { ...defaults, ...variables });
    return walk.missing('', this.#graph.rootViews(root), new Set([root]), [operation.selectionSet], []);
  }
}

/** Walks through one query from its root to its leaves. */
class Walk {
  readonly #graph: Graph;
  readonly #views: ReachableViews;
  readonly #variables: Variables;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;

  constructor(graph: Graph, views: ReachableViews, { definitions }: DocumentNode, variables: Variables) {
    this.#graph = graph;
    this.#views = views;
    this.#variables = variables;
    this.#fragments = new Map(
      definitions.flatMap((definition) =>
        definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition] as const] : [],
      ),
    );
  }

  /**
   * Returns the path of a field that can't be resolved on an object of one of `objectTypes`. Undefined if every field
   * can be resolved. `given` are the views that give the object. `above` are the objects on the way to it, the nearest
   * first.
   */
  missing(
    path: string,
    given: readonly View[],
    objectTypes: ReadonlySet<string>,
    sets: readonly SelectionSetNode[],
    above: readonly ReachableObject[],
  ): string | undefined {
    const selected = new Map([...objectTypes].map((type) => [type, this.#fieldsOf(type, sets)]));
    for (const [objectType, fields] of selected) {
      const object = this.#views.object(objectType, given);
      for (const [key, nodes] of fields) {
        const types = new Set([...selected].filter(([, each]) => each.has(key)).map(([type]) => type));
        const missing = this.#missingOf(`${path}${objectType}.`, object, nodes, types, above);
        if (missing !== undefined) {
          return missing;
        }
      }
    }
    return undefined;
  }

  #missingOf(
    path: string,
    object: ReachableObject,
    nodes: readonly FieldNode[],
    types: ReadonlySet<string>,
    above: readonly ReachableObject[],
  ): string | undefined {
    const name = nodes[0]?.name.value ?? '';
    const here = `${path}${name}`;
    if (name === '__typename') {
      return isTyped(object) ? undefined : here;
    }
    if (name === '__schema' || name === '__type') {
      return undefined;
    }
    const sources = this.#views
      .sources(object, name)
      .filter((source) => this.#isHarmless(source, types) && this.#hasContexts(source, above));
    if (sources.length === 0) {
      return here;
    }
    const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    if (sets.length === 0) {
      return undefined;
    }
    const below = viewsBelow(this.#graph, sources);
    // `objects` is empty if a subgraph knows no object type of an interface. Then the subgraph can only answer null.
    const objects = commonObjects(this.#graph, below);
    return this.missing(`${here}.`, below, objects, sets, [object, ...above]);
  }

  /**
   * Whether the source can be asked without harm. An `@interfaceObject` without types is asked for a field on objects
   * of all types, even if the client wants the field for some types only. If the field fails on an object of another
   * type, its null must not spread to fields that the client asked for.
   */
  #isHarmless({ view, field: { declared } }: Source, types: ReadonlySet<string>): boolean {
    const isNullableLeaf = !declared.isNonNull && !this.#graph.isComposite(declared.named);
    return (
      view.isTyped || isNullableLeaf || [...this.#graph.objectsAt(view)].every((type) => types.has(type))
    );
  }

  /**
   * Whether the field's values from contexts can be resolved. Each value belongs to the nearest object above that sets
   * the context.
   */
  #hasContexts({ view, field: { declared } }: Source, above: readonly ReachableObject[]): boolean {
    return declared.taken.every(({ context, selection }) => {
      const setting = [...view.subgraph.types.values()].filter(({ contexts }) => contexts.has(context));
      const nearest = above.find(({ type }) => setting.some(({ objects }) => objects.has(type)));
      return nearest !== undefined && this.#views.has(nearest, selection);
    });
  }

  /** The fields that a query selects on an object of the type, by response key. */
  #fieldsOf(objectType: string, sets: readonly SelectionSetNode[]): ReadonlyMap<string, FieldNode[]> {
    const fields = new Map<string, FieldNode[]>();
    const collect = ({ selections }: SelectionSetNode): void => {
      for (const selection of selections.filter((each) => this.#isIncluded(each))) {
        if (selection.kind === Kind.FIELD) {
          const key = (selection.alias ?? selection.name).value;
          fields.set(key, [...(fields.get(key) ?? []), selection]);
          continue;
        }
        const fragment =
          selection.kind === Kind.INLINE_FRAGMENT ? selection : this.#fragments.get(selection.name.value);
        const condition = fragment?.typeCondition?.name.value;
        if (
          fragment !== undefined &&
          (condition === undefined || this.#graph.objectsOf(condition).has(objectType))
        ) {
          collect(fragment.selectionSet);
        }
      }
    };
    sets.forEach(collect);
    return fields;
  }

  #isIncluded(node: SelectionNode): boolean {
    return (
      getDirectiveValues(GraphQLSkipDirective, node, this.#variables)?.if !== true &&
      getDirectiveValues(GraphQLIncludeDirective, node, this.#variables)?.if !== false
    );
  }
}
