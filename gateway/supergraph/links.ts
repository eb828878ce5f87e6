/**
 * Reads the features that a supergraph links, and the names of their directives. Source: https://specs.apollo.dev/link.
 */
import { type ConstDirectiveNode, type DocumentNode, Kind, valueFromASTUntyped } from 'graphql';

/** The names of the security directives in one supergraph. */
export interface SecurityNames {
  readonly authenticated: string;
  readonly requiresScopes: string;
  readonly policy: string;
}

/**
 * The features that the gateway implements, of those that a supergraph may need for execution or security. Two are
 * special: `cacheTag` is ignored because it is only for caches of subgraphs' answers, and a hook decides whether a
 * caller meets a `policy`.
 */
const knownFeatures = new Set([
  'join',
  'inaccessible',
  'authenticated',
  'requiresScopes',
  'policy',
  'context',
  'cacheTag',
]);

const knownJoin = /\/join\/v0\.[1-5]\/?$/;

/**
 * Rejects a supergraph that needs a feature that the gateway doesn't have. Without this feature, answers would be
 * wrong, or data would be unguarded.
 * @throws Error that names the feature.
 */
export function checkFeatures(supergraph: DocumentNode): void {
  for (const { url, feature, purpose } of [...readLinks(supergraph), ...linksOfSubgraphs(supergraph)]) {
    if (feature === 'join' && !knownJoin.test(url)) {
      throw new Error(`it is composed by ${url}, and this gateway knows join v0.1 to v0.5`);
    }
    if (purpose === 'SECURITY' && !knownFeatures.has(feature)) {
      throw new Error(`it is guarded by ${url}, which this gateway does not know`);
    }
    // A subgraph's link of the feature `connect` states no purpose. So this feature is recognised by its name.
    if ((purpose === 'EXECUTION' || feature === 'connect') && !knownFeatures.has(feature)) {
      throw new Error(`its execution needs ${url}, which this gateway does not know`);
    }
  }
}

export function securityNames(supergraph: DocumentNode): SecurityNames {
  const links = readLinks(supergraph);
  const nameOf = (feature: string): string =>
    links.find((link) => link.feature === feature)?.directiveName(feature) ?? feature;
  return {
    authenticated: nameOf('authenticated'),
    requiresScopes: nameOf('requiresScopes'),
    policy: nameOf('policy'),
  };
}

/** The content of a `@link` or `@core`. */
export interface Link {
  readonly url: string;
  /** The last name in the URL before the version, such as `cost` in `https://specs.apollo.dev/cost/v0.1`. */
  readonly feature: string;
  readonly purpose: string | undefined;
  /** Returns the supergraph's name for one of the feature's directives. Both names are without `@`. */
  directiveName(name: string): string;
}

/** Reads every link of the schema definition and its extensions: `@link`, or `@core` of Federation 1. */
export function readLinks(supergraph: DocumentNode): readonly Link[] {
  return schemaDirectives(supergraph)
    .filter(({ name }) => name.value === 'link' || name.value === 'core')
    .map((directive) => linkOf(argumentsOf(directive)));
}

/**
 * Reads the links of single subgraphs. Composition copies them into the supergraph:
 * `@join__directive(graphs: [SHOP], name: "link", args: { url: "https://specs.apollo.dev/connect/v0.1" })`.
 */
function linksOfSubgraphs(supergraph: DocumentNode): readonly Link[] {
  const join = readLinks(supergraph).find(({ feature }) => feature === 'join');
  return schemaDirectives(supergraph)
    .filter(({ name }) => name.value === join?.directiveName('directive'))
    .map(argumentsOf)
    .filter(({ name }) => name === 'link')
    .map(({ args }) => linkOf(Object(args) as Readonly<Record<string, unknown>>));
}

function schemaDirectives({ definitions }: DocumentNode): readonly ConstDirectiveNode[] {
  return definitions.flatMap((definition) =>
    definition.kind === Kind.SCHEMA_DEFINITION || definition.kind === Kind.SCHEMA_EXTENSION
      ? (definition.directives ?? [])
      : [],
  );
}

function argumentsOf({ arguments: args = [] }: ConstDirectiveNode): Readonly<Record<string, unknown>> {
  return Object.fromEntries(args.map(({ name, value }) => [name.value, valueFromASTUntyped(value)]));
}

function linkOf(args: Readonly<Record<string, unknown>>): Link {
  const url = String(args.url ?? args.feature);
  const feature = /([^/]+)\/v\d+\.\d+\/?$/.exec(url)?.[1] ?? url;
  const imported = importsOf(args.import);
  const prefix = typeof args.as === 'string' ? args.as : feature;
  return {
    url,
    feature,
    purpose: typeof args.for === 'string' ? args.for : undefined,
    // A directive with the same name as its feature has no prefix.
    directiveName: (name) => imported.get(name) ?? (name === feature ? prefix : `${prefix}__${name}`),
  };
}

/**
 * Returns the supergraph's names of imported directives, by their names in the feature:
 * `["@key", { name: "@cost", as: "@price" }]` gives `key` for `key`, and `price` for `cost`.
 */
function importsOf(imports: unknown): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const imported of Array.isArray(imports) ? (imports as unknown[]) : []) {
    const { name, as = name } =
      typeof imported === 'string' ? { name: imported } : (Object(imported) as RenamedImport);
    if (typeof name === 'string' && typeof as === 'string' && name.startsWith('@')) {
      names.set(name.slice(1), as.slice(1));
    }
  }
  return names;
}

interface RenamedImport {
  readonly name?: unknown;
  readonly as?: unknown;
}
