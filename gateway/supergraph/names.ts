import type { DefinitionNode } from 'graphql';

/** Returns the name of a definition. Empty for a definition without a name, such as `schema`. */
export function nameOf(definition: DefinitionNode): string {
  return 'name' in definition ? (definition.name?.value ?? '') : '';
}
