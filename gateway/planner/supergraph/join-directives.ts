/**
 * The directives of https://specs.apollo.dev/join, v0.1 to v0.5, and what stands in them.
 *
 * Before: `@join__field(graph: SHOP, requires: "weight")`. After: `stringOf(directive, 'requires')` is `weight`.
 */
import {
  type ConstDirectiveNode,
  type ConstValueNode,
  type DocumentNode,
  Kind,
  parse,
  type SelectionSetNode,
  type TypeNode,
} from 'graphql';

/**
 * The name of a specification in this supergraph, which its directives have, or begin with: `join`, unless the supergraph
 * links https://specs.apollo.dev/join under another name.
 */
export function specificationName({ definitions }: DocumentNode, specification: string): string {
  for (const definition of definitions) {
    if (definition.kind === Kind.SCHEMA_DEFINITION || definition.kind === Kind.SCHEMA_EXTENSION) {
      for (const directive of definition.directives ?? []) {
        const url = stringOf(directive, 'url') ?? stringOf(directive, 'feature') ?? '';
        if (/\/(\w+)\/v\d+\.\d+$/.exec(url)?.[1] === specification) {
          return stringOf(directive, 'as') ?? specification;
        }
      }
    }
  }
  return specification;
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

/** The boolean of an argument. Undefined where there is none. */
export function booleanOf(directive: ConstDirectiveNode, name: string): boolean | undefined {
  const value = argumentOf(directive, name);
  return value?.kind === Kind.BOOLEAN ? value.value : undefined;
}

/** The name of a type without its lists and `!`. */
export function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}

/** The fields in the text of a `key`, `requires` or `provides`. Throws where the text is no set of fields. */
export function parseFieldSet(text: string): SelectionSetNode {
  const [definition] = parse(`{ ${text} }`, { noLocation: true }).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) {
    throw new Error(`"${text}" is no set of fields`);
  }
  return definition.selectionSet;
}
