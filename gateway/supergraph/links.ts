/** What a supergraph links to, and the names that go with it: `@link` of https://specs.apollo.dev/link. */
import { type ConstDirectiveNode, type DocumentNode, Kind, valueFromASTUntyped } from 'graphql';

/** The names under which a supergraph has the directives that guard it. */
export interface SecurityNames {
  readonly authenticated: string;
  readonly requiresScopes: string;
  readonly policy: string;
}

/**
 * Features for security that are seen to here: what is inaccessible is left out of the clients' schema, and what takes an
 * argument from a context is not planned (decision 6).
 */
const knownSecurity = new Set(['inaccessible', 'authenticated', 'requiresScopes', 'policy', 'context']);

/** Throws where the supergraph links to a feature for security that is not known here: it must not be served without. */
export function securityNames(supergraph: DocumentNode): SecurityNames {
  const links = linksOf(supergraph);
  const unknown = links.find((link) => link.purpose === 'SECURITY' && !knownSecurity.has(link.feature));
  if (unknown !== undefined) {
    throw new Error(`it is guarded by ${unknown.url}, which this gateway does not know`);
  }
  const nameOf = (feature: string): string =>
    links.find((link) => link.feature === feature)?.directiveName(feature) ?? feature;
  return {
    authenticated: nameOf('authenticated'),
    requiresScopes: nameOf('requiresScopes'),
    policy: nameOf('policy'),
  };
}

/** One `@link`. */
export interface Link {
  readonly url: string;
  /** The last name in the URL before its version, as `cost` in `https://specs.apollo.dev/cost/v0.1`. */
  readonly feature: string;
  readonly purpose: string | undefined;
  /** What the supergraph calls a directive of the feature. Both without the `@`. */
  directiveName(name: string): string;
}

/** Every `@link` of the schema definition and its extensions. */
export function linksOf({ definitions }: DocumentNode): readonly Link[] {
  return definitions.flatMap((definition) =>
    definition.kind === Kind.SCHEMA_DEFINITION || definition.kind === Kind.SCHEMA_EXTENSION
      ? (definition.directives ?? []).filter(({ name }) => name.value === 'link').map(linkOf)
      : [],
  );
}

function linkOf({ arguments: given = [] }: ConstDirectiveNode): Link {
  const args = Object.fromEntries(given.map(({ name, value }) => [name.value, valueFromASTUntyped(value)]));
  const url = String(args.url);
  const feature = /([^/]+)\/v\d+\.\d+\/?$/.exec(url)?.[1] ?? url;
  const imported = importsOf(args.import);
  const prefix = typeof args.as === 'string' ? args.as : feature;
  return {
    url,
    feature,
    purpose: typeof args.for === 'string' ? args.for : undefined,
    // A directive that is called as its feature is needs no prefix.
    directiveName: (name) => imported.get(name) ?? (name === feature ? prefix : `${prefix}__${name}`),
  };
}

/** Names of directives, by what the feature calls them. */
function importsOf(imports: unknown): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const each of Array.isArray(imports) ? (imports as unknown[]) : []) {
    const { name, as = name } = typeof each === 'string' ? { name: each } : (Object(each) as Renamed);
    if (typeof name === 'string' && typeof as === 'string' && name.startsWith('@')) {
      names.set(name.slice(1), as.slice(1));
    }
  }
  return names;
}

interface Renamed {
  readonly name?: unknown;
  readonly as?: unknown;
}
