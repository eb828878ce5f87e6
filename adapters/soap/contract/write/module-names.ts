import type { ComplexType, Contract, ElementDeclaration, SchemaType } from '../contract-types.ts';
import { leavesOf, particlesOf } from '../particles.ts';
import { rootsOf } from '../read/reachable-types.ts';
import { identifierOf, Names } from '../read/schema/names.ts';
import { xs } from '../tables/xsd-types.ts';

/** Names that the generated module itself uses. The functions from `tables/` are not among them. */
const ownNames = [
  ...Object.keys(xs),
  ...[
    'Operations',
    'Contract',
    'SchemaType',
    'XmlTree',
    'AnyValue',
    'contract',
    'namespace',
    'xs',
    'Map',
    'Uint8Array',
  ],
  ...['Record', 'Readonly', 'anyType'],
];

/** The names that no type of a contract may have. `functions` are the names of the functions in `tables/`. */
export const reservedNames = (functions: Iterable<string>): string[] => [...ownNames, ...functions];

/** The constants of a generated module for namespaces and root elements. */
export interface ModuleNames {
  /**
   * The names of the constants for namespaces, by namespace. `namespace` is the constant of the contract's own
   * namespace.
   */
  readonly namespaces: ReadonlyMap<string, string>;
  /** The root elements of all messages, by `{namespace}name`, and their constants. */
  readonly roots: ReadonlyMap<string, { readonly name: string; readonly element: ElementDeclaration }>;
}

export const rootKey = ({ namespace, name }: ElementDeclaration): string => `{${namespace}}${name}`;

export function moduleNames(
  contract: Contract,
  types: readonly SchemaType[],
  reserved: Iterable<string>,
): ModuleNames {
  const names = new Names([...reserved, ...types.map(({ name }) => name)]);
  const roots = new Map<string, { name: string; element: ElementDeclaration }>();
  for (const element of [...contract.operations.values()].flatMap(rootsOf)) {
    const key = rootKey(element);
    if (!roots.has(key)) {
      roots.set(key, { name: names.take(`${identifierOf(element.name)}Element`), element });
    }
  }
  return { namespaces: namespacesOf(contract, roots.values(), types, names), roots };
}

function namespacesOf(
  contract: Contract,
  roots: Iterable<{ readonly element: ElementDeclaration }>,
  types: readonly SchemaType[],
  names: Names,
): ReadonlyMap<string, string> {
  const constants = new Map([[contract.namespace, 'namespace']]);
  const used = [
    ...[...roots].map(({ element }) => element.namespace),
    ...[...contract.types.keys()].map((name) => name.slice(1, name.indexOf('}'))),
    ...types.flatMap((type) => (type.kind === 'complex' ? namespacesIn(type) : [])),
  ];
  for (const namespace of used) {
    if (namespace !== '' && !constants.has(namespace)) {
      constants.set(namespace, names.take(`namespace${constants.size + 1}`));
    }
  }
  return constants;
}

function namespacesIn(type: ComplexType): string[] {
  const elements = leavesOf(particlesOf(type)).map(({ namespace }) => namespace);
  return [...elements, ...type.attributes.map(({ namespace }) => namespace)];
}
