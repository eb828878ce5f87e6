import type { DefinitionNode } from 'graphql';

/** Returns the name of a definition. Empty if it has none, like `schema`. */
export function nameOf(definition: DefinitionNode): string {
  return 'name' in definition ? (definition.name?.value ?? '') : '';
}
