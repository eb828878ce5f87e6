/**
 * A small supergraph and all that it knows, as objects. They answer in every subgraph, each of which sees no more of
 * them than a subgraph elsewhere would: what its schema says is its own, what was provided where it was reached, and
 * what a representation brought.
 */
import type { GraphQLFieldResolver, GraphQLResolveInfo } from 'graphql';
import type { Resolvers, Subgraph } from '../cases/subgraphs.ts';
import { type OwnTypes, readTypes } from './own-types.ts';

/** Fields are values, or functions of their arguments that read others by `read`. */
export interface Thing {
  readonly __typename?: string;
  readonly [field: string]: unknown;
}

export interface Graph {
  /** The SDL of each subgraph, by name. */
  readonly subgraphs: Readonly<Record<string, string>>;
  /** What can be looked up by its key. */
  readonly entities?: readonly Thing[];
  /** Entities that a subgraph does not know: what only it has of them has to be null. */
  readonly unknown?: Readonly<Record<string, readonly Thing[]>>;
  /** The fields of the root types. */
  readonly root: Readonly<Record<string, (args: never) => unknown>>;
}

const imported = [
  ...['key', 'shareable', 'external', 'requires', 'provides', 'override', 'inaccessible', 'tag'],
  ...['interfaceObject', 'extends', 'authenticated', 'requiresScopes', 'policy', 'composeDirective'],
].map((name) => `"@${name}"`);

export const federation2Link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${imported}])`;

/** Federation 2, with all its directives. */
export function federation2(sdl: TemplateStringsArray): string {
  return `${federation2Link}\n${sdl.raw.join('')}`;
}

/** A field of an object that may be a function: in a subgraph, what was required for it is a value. */
export function read(of: Thing, name: string, args: object = {}): unknown {
  const value = of[name];
  return typeof value === 'function' ? Reflect.apply(value, of, [args]) : value;
}

/** Marks an object that came of a representation. */
const isLookedUp: unique symbol = Symbol('looked up');

/** What a subgraph keeps of its answers while it makes them. */
interface Answering {
  /** The fields' names at each place of an answer, where an alias may stand. */
  readonly names: WeakMap<object, string>;
}

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
): GraphQLFieldResolver<Thing, unknown> {
  return (source, args, _context, info) => {
    names.set(info.path, info.fieldName);
    if (types.isRoot(type)) {
      const answer = root[info.fieldName];
      return answer === undefined ? null : Reflect.apply(answer, root, [args]);
    }
    const isKnown = Object.hasOwn(source, isLookedUp) && source[info.fieldName] !== undefined;
    if (types.isExternal(type, info.fieldName) && !isKnown && !types.isProvided(pathOf(info, names))) {
      throw new Error(`${type}.${info.fieldName} is not for this subgraph to know`);
    }
    if (types.requires(type, info.fieldName) && !Object.hasOwn(source, isLookedUp)) {
      throw new Error(`${type}.${info.fieldName} was asked without what it requires`);
    }
    return read(source, info.fieldName, args);
  };
}

/** The fields, each with the type that it is of, from the root to the one that is resolved. */
function pathOf(
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

/** Looks an entity up by its representation, which may have more than a key. */
function find(
  subgraph: string,
  type: string,
  types: OwnTypes,
  { entities = [], unknown = {} }: Graph,
  implementations: ReadonlyMap<string, ReadonlySet<string>>,
): (representation: Thing) => Thing | null {
  const mayBe = (thing: Thing) =>
    thing.__typename === type || implementations.get(type)?.has(thing.__typename ?? '') === true;
  return (representation) => {
    const thing = entities.find(
      (entity) =>
        mayBe(entity) &&
        types.keysOf(type).some((key) => key.every((name) => isLike(representation[name], entity[name]))),
    );
    if (thing === undefined || unknown[subgraph]?.includes(thing)) {
      return null;
    }
    const own = Object.entries(thing).filter(([name]) => !types.isExternal(thing.__typename ?? type, name));
    const { __typename: _, ...brought } = representation;
    return {
      ...Object(over(brought, Object.fromEntries(own))),
      // To an @interfaceObject it is of no other type.
      ...(types.objects.has(type) && { __typename: type }),
      [isLookedUp]: true,
    } as Thing;
  };
}

/** What a representation brought, and what the subgraph has itself of the same objects. */
function over(brought: unknown, own: unknown): unknown {
  if (Array.isArray(brought) && Array.isArray(own) && brought.length === own.length) {
    return brought.map((item, at) => over(item, own[at]));
  }
  if (!isObject(brought) || !isObject(own)) {
    return brought;
  }
  const fields = Object.entries(brought).map(([name, value]) => [name, over(value, own[name])]);
  return { ...own, ...Object.fromEntries(fields) };
}

export function isObject(value: unknown): value is Thing {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a key's value in a representation is that of the entity; an object may have more than the key. */
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

/** A supergraph with queries that have to be answered as one schema would. */
export interface Supergraph extends Graph {
  readonly queries: readonly string[];
  /** Some other queries have no plan (decision 6). */
  readonly planless?: boolean;
}
