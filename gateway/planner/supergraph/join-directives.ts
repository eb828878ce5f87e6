/**
 * Reads the directives of https://specs.apollo.dev/join, v0.1 to v0.5, and the specifications that a supergraph links.
 *
 * Before: `@join__field(graph: SHOP, requires: "weight")`. After: `stringOf(directive, 'requires')` is `weight`.
 */
import {
  type ConstDirectiveNode,
  type ConstObjectValueNode,
  type ConstValueNode,
  type DocumentNode,
  Kind,
  parse,
  type SelectionSetNode,
  type TypeNode,
} from 'graphql';

/** A specification that the supergraph links, by `@link` or `@core`. */
interface LinkedSpecification {
  /** The specification's own name: `join` for https://specs.apollo.dev/join/v0.3. */
  readonly feature: string;
  /** The specification's name in this supergraph. The names of its directives are equal to it, or begin with it. */
  readonly name: string;
  readonly link: ConstDirectiveNode;
}

export function linkedSpecifications({ definitions }: DocumentNode): readonly LinkedSpecification[] {
  return definitions
    .flatMap((definition) =>
      definition.kind === Kind.SCHEMA_DEFINITION || definition.kind === Kind.SCHEMA_EXTENSION
        ? (definition.directives ?? [])
        : [],
    )
    .flatMap((link) => {
      const url = stringOf(link, 'url') ?? stringOf(link, 'feature') ?? '';
      const [, feature] = /\/(\w+)\/v\d+\.\d+$/.exec(url) ?? [];
      return feature === undefined ? [] : [{ feature, name: stringOf(link, 'as') ?? feature, link }];
    });
}

/**
 * The name of a specification in this supergraph. It is the specification's own name, unless the supergraph links it under
 * another name.
 */
export function specificationName(document: DocumentNode, specification: string): string {
  return (
    linkedSpecifications(document).find(({ feature }) => feature === specification)?.name ?? specification
  );
}

export function argumentOf(
  { arguments: args = [] }: ConstDirectiveNode,
  name: string,
): ConstValueNode | undefined {
  return args.find((argument) => argument.name.value === name)?.value;
}

/** The string or the enum value of an argument. */
export function stringOf(directive: ConstDirectiveNode, name: string): string | undefined {
  const value = argumentOf(directive, name);
  return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : undefined;
}

export function booleanOf(directive: ConstDirectiveNode, name: string): boolean | undefined {
  const value = argumentOf(directive, name);
  return value?.kind === Kind.BOOLEAN ? value.value : undefined;
}

/** The string in a field of an input object. */
export function stringIn({ fields }: ConstObjectValueNode, name: string): string | undefined {
  const value = fields.find((field) => field.name.value === name)?.value;
  return value?.kind === Kind.STRING ? value.value : undefined;
}

/** The name of a type without its lists and `!`. */
export function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}

/** The fields in the text of a `key`, `requires` or `provides`. @throws Error if the text is not a set of fields. */
export function parseFieldSet(text: string): SelectionSetNode {
  const [definition] = parse(`{ ${text} }`, { noLocation: true }).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) {
    throw new Error(`"${text}" is no set of fields`);
  }
  return definition.selectionSet;
}
