/**
 * A small supergraph with its data, as one graph of objects. All subgraphs answer from the same objects. But a subgraph
 * reads only the fields that a real subgraph has: its own fields, the fields that are provided on the way to the
 * object, and the fields of the representation. Reading any other field fails.
 */
import type { GraphQLFieldResolver, GraphQLResolveInfo } from 'graphql';
import { plusDirectives } from '../support/plus-directive.ts';
import type { Resolvers, Subgraph } from '../support/subgraphs.ts';
import { type OwnTypes, readTypes } from './own-types.ts';

/**
 * An object of the data. A field is a value or a function of its arguments. Such a function gets other fields with
 * `read`.
 */
export interface DataObject {
  readonly __typename?: string;
  readonly [field: string]: unknown;
}

export interface Graph {
  /** The SDL of each subgraph, by name. */
  readonly subgraphs: Readonly<Record<string, string>>;
  /** The objects that can be looked up by key. */
  readonly entities?: readonly DataObject[];
  /**
   * The entities that a subgraph does not know, by subgraph. In `root`, the fields of these entities that only this
   * subgraph has must be null.
   */
  readonly unknown?: Readonly<Record<string, readonly DataObject[]>>;
  /** The fields of the root types. */
  readonly root: Readonly<Record<string, (args: never) => unknown>>;
}

const imported = [
  'key',
  'shareable',
  'external',
  'requires',
  'provides',
  'override',
  'inaccessible',
  'tag',
  'interfaceObject',
  'extends',
  'authenticated',
  'requiresScopes',
  'policy',
  'composeDirective',
  'context',
  'fromContext',
].map((name) => `"@${name}"`);

export const federation2Link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${imported}])`;

/** SDL with a @link that imports all directives of Federation 2. */
export function federation2(sdl: TemplateStringsArray): string {
  return `${federation2Link}\n${sdl.raw.join('')}`;
}

/** The value of a field, which may be a function. In a subgraph, the fields of a representation are always values. */
export function read(object: DataObject, name: string, args: object = {}): unknown {
  const value = object[name];
  return typeof value === 'function' ? Reflect.apply(value, object, [args]) : value;
}

/** Marks an object that was looked up by a representation. */
const isLookedUp: unique symbol = Symbol('looked up');

/** The state of a subgraph while it answers. */
export interface Answering {
  /** The names of the fields on the path of an answer. The path itself has their aliases. */
  readonly names: WeakMap<object, string>;
}

/** The subgraphs of a graph. Their resolvers read the graph's objects. */
export function subgraphsOf(graph: Graph): Readonly<Record<string, Subgraph>> {
  const implementations = new Map<string, Set<string>>();
  const types = new Map(Object.entries(graph.subgraphs).map(([name, sdl]) => [name, readTypes(sdl)]));
  for (const { interfaces } of types.values()) {
    for (const [name, members] of interfaces) {
      implementations.set(name, new Set([...(implementations.get(name) ?? []), ...members]));
    }
  }
  return Object.fromEntries(
    Object.entries(graph.subgraphs).map(([name, sdl]) => [
      name,
      { sdl, resolvers: resolversOf(name, types.get(name) ?? readTypes(sdl), graph, implementations) },
    ]),
  );
}

function resolversOf(
  subgraph: string,
  types: OwnTypes,
  graph: Graph,
  implementations: ReadonlyMap<string, ReadonlySet<string>>,
): Resolvers {
  const answering: Answering = { names: new WeakMap() };
  const resolvers: Record<string, Record<string, unknown>> = {};
  for (const [type, { fields, keys }] of types.objects) {
    resolvers[type] = Object.fromEntries(
      fields.map((field) => [field, resolve(type, types, graph.root, answering)]),
    );
    if (keys.length > 0) {
      resolvers[type].__resolveReference = find(subgraph, type, types, graph, implementations);
    }
  }
  for (const [type, keys] of types.interfaceKeys) {
    if (keys.length > 0) {
      resolvers[type] = {
        __resolveReference: find(subgraph, type, types, graph, implementations),
      };
    }
  }
  return resolvers as Resolvers;
}

function resolve(
  type: string,
  types: OwnTypes,
  root: Graph['root'],
  { names }: Answering,
): GraphQLFieldResolver<DataObject, unknown> {
  return (source, args, _context, info) => {
    names.set(info.path, info.fieldName);
    if (types.isRoot(type)) {
      const answer = root[info.fieldName];
      return answer === undefined ? null : plusDirectives(Reflect.apply(answer, root, [args]), info);
    }
    const isInRepresentation = Object.hasOwn(source, isLookedUp) && source[info.fieldName] !== undefined;
    if (
      types.isExternal(type, info.fieldName) &&
      !isInRepresentation &&
      !types.isProvided(pathOf(info, names))
    ) {
      throw new Error(
        `${type}.${info.fieldName} is external, and neither provided nor in the representation`,
      );
    }
    if (types.requires(type, info.fieldName) && !Object.hasOwn(source, isLookedUp)) {
      throw new Error(`${type}.${info.fieldName} was requested without the fields that it requires`);
    }
    return plusDirectives(read(source, info.fieldName, args), info);
  };
}

/** The fields from the root to the resolved field, each with its parent type. */
export function pathOf(
  { path }: GraphQLResolveInfo,
  names: Answering['names'],
): readonly (readonly [string, string])[] {
  const steps: [string, string][] = [];
  for (let at: typeof path | undefined = path; at !== undefined; at = at.prev) {
    if (at.typename !== undefined) {
      steps.unshift([at.typename, names.get(at) ?? '']);
    }
  }
  return steps;
}

/** Looks up an entity by its representation, which may contain more fields than a key. */
function find(
  subgraph: string,
  type: string,
  types: OwnTypes,
  { entities = [], unknown = {} }: Graph,
  implementations: ReadonlyMap<string, ReadonlySet<string>>,
): (representation: DataObject) => DataObject | null {
  const hasType = (object: DataObject) =>
    object.__typename === type || implementations.get(type)?.has(object.__typename ?? '') === true;
  return (representation) => {
    const found = entities.find(
      (entity) =>
        hasType(entity) &&
        types.keysOf(type).some((key) => key.every((name) => isLike(representation[name], entity[name]))),
    );
    if (found === undefined || unknown[subgraph]?.includes(found)) {
      return null;
    }
    const ownFields = Object.entries(found).filter(
      ([name]) => !types.isExternal(found.__typename ?? type, name),
    );
    const { __typename: _, ...represented } = representation;
    return {
      ...Object(withOwnFields(represented, Object.fromEntries(ownFields))),
      // A subgraph with an @interfaceObject knows the interface as the object's type.
      ...(types.objects.has(type) && { __typename: type }),
      [isLookedUp]: true,
    } as DataObject;
  };
}

/** The values of a representation. To each object in it, the subgraph's own fields of that object are added. */
function withOwnFields(represented: unknown, own: unknown): unknown {
  if (Array.isArray(represented) && Array.isArray(own) && represented.length === own.length) {
    return represented.map((item, index) => withOwnFields(item, own[index]));
  }
  if (!isObject(represented) || !isObject(own)) {
    return represented;
  }
  const fields = Object.entries(represented).map(([name, value]) => [name, withOwnFields(value, own[name])]);
  return { ...own, ...Object.fromEntries(fields) };
}

export function isObject(value: unknown): value is DataObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a key's value in a representation equals the entity's value. The entity's objects may have more fields. */
function isLike(represented: unknown, value: unknown): boolean {
  if (Array.isArray(represented) && Array.isArray(value)) {
    return represented.length === value.length && represented.every((item, at) => isLike(item, value[at]));
  }
  if (
    typeof represented === 'object' &&
    represented !== null &&
    typeof value === 'object' &&
    value !== null
  ) {
    return Object.entries(represented).every(
      ([name, field]) => name === '__typename' || isLike(field, Reflect.get(value, name)),
    );
  }
  return represented !== undefined && represented !== null && String(represented) === String(value);
}

/** A supergraph with queries that the gateway must answer like one schema. */
export interface Supergraph extends Graph {
  readonly queries: readonly string[];
}
