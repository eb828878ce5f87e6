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
 * The security features that the gateway enforces. For two of them the API schema is enough: it has no `@inaccessible`
 * elements, and no arguments from a `@context`, which the planner fills.
 */
const knownSecurity = new Set(['inaccessible', 'authenticated', 'requiresScopes', 'policy', 'context']);

/** @throws Error if the supergraph links an unknown security feature, because data would be unguarded without it. */
export function securityNames(supergraph: DocumentNode): SecurityNames {
  const links = readLinks(supergraph);
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

/** The content of a `@link`. */
export interface Link {
  readonly url: string;
  /** The last name in the URL before the version, such as `cost` in `https://specs.apollo.dev/cost/v0.1`. */
  readonly feature: string;
  readonly purpose: string | undefined;
  /** Returns the supergraph's name for one of the feature's directives. Both names are without `@`. */
  directiveName(name: string): string;
}

/** Reads every `@link` of the schema definition and its extensions. */
export function readLinks({ definitions }: DocumentNode): readonly Link[] {
  return definitions.flatMap((definition) =>
    definition.kind === Kind.SCHEMA_DEFINITION || definition.kind === Kind.SCHEMA_EXTENSION
      ? (definition.directives ?? []).filter(({ name }) => name.value === 'link').map(linkOf)
      : [],
  );
}

function linkOf({ arguments: argumentNodes = [] }: ConstDirectiveNode): Link {
  const args = Object.fromEntries(
    argumentNodes.map(({ name, value }) => [name.value, valueFromASTUntyped(value)]),
  );
  const url = String(args.url);
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
 * Returns the imported names of directives, by their names in the feature. Example:
 * `["@key", { name: "@cost", as: "@price" }]`.
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
