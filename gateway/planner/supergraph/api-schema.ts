/**
 * The schema that clients see: the supergraph without the definitions for its composition, and without everything that
 * is `@inaccessible`.
 *
 * Before: `type Book @join__type(graph: SHOP, key: "id") { id: ID! @inaccessible  title: String @deprecated }`.
 * After: `type Book { title: String @deprecated }`.
 */
import {
  type ASTVisitorKeyMap,
  type ConstDirectiveNode,
  type DefinitionNode,
  type DirectiveDefinitionNode,
  type DocumentNode,
  Kind,
  type NameNode,
  specifiedDirectives,
  visit,
} from 'graphql';
import { argumentOf, linkedSpecifications, stringIn } from './join-directives.ts';

const specified = new Set(specifiedDirectives.map(({ name }) => name));
/**
 * If a supergraph defines these directives, their definitions are hidden from clients. A client could otherwise send
 * them to a subgraph, and the subgraph would answer in several parts.
 */
const ofDelivery = new Set(['defer', 'stream']);
/**
 * The locations in an operation where a directive is sent to subgraphs. A directive on a fragment spread is sent on an
 * inline fragment, because the gateway sends no named fragments.
 */
const sentLocations = new Set([
  'QUERY',
  'MUTATION',
  'SUBSCRIPTION',
  'FIELD',
  'INLINE_FRAGMENT',
  'VARIABLE_DEFINITION',
]);

/**
 * The nodes that may be hidden from clients, and the nodes around them. All other nodes are skipped, because most nodes
 * of a supergraph are arguments of its directives.
 */
const visitedKeys: ASTVisitorKeyMap = {
  Document: ['definitions'],
  SchemaDefinition: ['directives', 'operationTypes'],
  SchemaExtension: ['directives', 'operationTypes'],
  DirectiveDefinition: ['arguments'],
  ScalarTypeDefinition: ['directives'],
  ObjectTypeDefinition: ['interfaces', 'directives', 'fields'],
  InterfaceTypeDefinition: ['interfaces', 'directives', 'fields'],
  UnionTypeDefinition: ['directives', 'types'],
  EnumTypeDefinition: ['directives', 'values'],
  InputObjectTypeDefinition: ['directives', 'fields'],
  FieldDefinition: ['arguments', 'directives'],
  InputValueDefinition: ['directives'],
  EnumValueDefinition: ['directives'],
};

export function apiSchemaOf(supergraph: DocumentNode): DocumentNode {
  const { prefixes, inaccessible } = linkedNames(supergraph);
  const isInaccessible = ({ directives = [] }: { readonly directives?: readonly ConstDirectiveNode[] }) =>
    directives.some(({ name }) => name.value === inaccessible);
  const hiddenTypes = new Set<string>();
  for (const definition of supergraph.definitions) {
    const name = nameOf(definition);
    if (
      name !== undefined &&
      (prefixes.some((prefix) => name.startsWith(`${prefix}__`)) ||
        isInaccessible(definition as { directives?: readonly ConstDirectiveNode[] }))
    ) {
      hiddenTypes.add(name);
    }
  }
  const isVisible = (definition: DefinitionNode): boolean => !hiddenTypes.has(nameOf(definition) ?? '');
  const removeIfInaccessible = (node: { readonly directives?: readonly ConstDirectiveNode[] }) =>
    isInaccessible(node) ? null : undefined;
  return visit(
    { ...supergraph, definitions: supergraph.definitions.filter(isVisible) },
    {
      DirectiveDefinition: (definition) => {
        const locations = locationsFor(definition);
        return locations.length === 0 ? null : { ...definition, locations };
      },
      FieldDefinition: removeIfInaccessible,
      InputValueDefinition: removeIfInaccessible,
      EnumValueDefinition: removeIfInaccessible,
      OperationTypeDefinition: ({ type }) => (hiddenTypes.has(type.name.value) ? null : undefined),
      NamedType: {
        // A named type in a list is an interface that a type implements, or a member of a union. It is removed if it is
        // hidden. The type of a field stays, because no visible field has a hidden type.
        enter: ({ name }, key) => (typeof key === 'number' && hiddenTypes.has(name.value) ? null : undefined),
      },
      Directive: {
        leave: ({ name }) => (specified.has(name.value) ? undefined : null),
      },
    },
    visitedKeys,
  );
}

/**
 * Returns the locations at which clients may use a directive that is sent to subgraphs. Empty if it is not sent: if it
 * has no meaning in operations, is one of GraphQL itself, or is `@defer` or `@stream`.
 */
function locationsFor({ name, locations }: DirectiveDefinitionNode): readonly NameNode[] {
  const values = new Set(locations.map(({ value }) => value));
  return specified.has(name.value) || ofDelivery.has(name.value)
    ? []
    : locations.filter(
        ({ value }) =>
          sentLocations.has(value) || (value === 'FRAGMENT_SPREAD' && values.has('INLINE_FRAGMENT')),
      );
}

function nameOf(definition: DefinitionNode): string | undefined {
  return 'name' in definition ? definition.name?.value : undefined;
}

interface LinkedNames {
  /** The prefixes of the names that belong to a linked specification. */
  readonly prefixes: readonly string[];
  /** The name of `@inaccessible` in this supergraph. */
  readonly inaccessible: string;
}

const knownPrefixes = ['join', 'link', 'core', 'tag', 'inaccessible', 'federation', 'context', 'cost'];

function linkedNames(supergraph: DocumentNode): LinkedNames {
  const specifications = linkedSpecifications(supergraph);
  const inaccessible = specifications.findLast(({ feature }) => feature === 'inaccessible');
  return {
    prefixes: [...new Set([...knownPrefixes, ...specifications.map(({ name }) => name)])],
    inaccessible:
      inaccessible === undefined
        ? 'inaccessible'
        : (importedAs(inaccessible.link, '@inaccessible') ?? inaccessible.name),
  };
}

/** The name that `import: [{ name, as }]` gives an element, without its `@`. */
function importedAs(link: ConstDirectiveNode, element: string): string | undefined {
  const imports = argumentOf(link, 'import');
  for (const imported of imports?.kind === Kind.LIST ? imports.values : []) {
    if (imported.kind === Kind.STRING && imported.value === element) {
      return element.slice(1);
    }
    if (imported.kind === Kind.OBJECT && stringIn(imported, 'name') === element) {
      return (stringIn(imported, 'as') ?? element).slice(1);
    }
  }
  return undefined;
}
