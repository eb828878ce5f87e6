import type { DefinitionNode } from 'graphql';

/** The name of a definition; empty for those that have none, such as `schema`. */
export function nameOf(definition: DefinitionNode): string {
  return 'name' in definition ? (definition.name?.value ?? '') : '';
}
