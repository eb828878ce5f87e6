import { readFileSync } from 'node:fs';
import { type DefinitionNode, type DocumentNode, parse, print } from 'graphql';
import { expect, test } from 'vitest';

/**
 * Every definition and member by its coordinate, printed without its description and directives: names, types, arguments
 * and defaults are what is promised, not what guards them.
 */
function coordinates(document: DocumentNode): Map<string, string> {
  const found = new Map<string, string>();
  for (const definition of document.definitions) {
    if ('name' in definition && definition.name !== undefined) {
      found.set(definition.name.value, definition.kind);
      for (const member of membersOf(definition)) {
        const { description: _, ...bare } = member;
        found.set(`${definition.name.value}.${member.name.value}`, print({ ...bare, directives: [] }));
      }
    }
  }
  return found;
}

function membersOf(definition: DefinitionNode) {
  if ('fields' in definition) {
    return definition.fields ?? [];
  }
  return 'values' in definition ? (definition.values ?? []) : [];
}

const read = (url: string) => coordinates(parse(readFileSync(new URL(url, import.meta.url), 'utf8')));

test.each(['patrons', 'credentials', 'circulation'])(
  '%s serves every name that was promised, as it was promised',
  (subgraph) => {
    const served = read(`../../schema/${subgraph}.graphql`);
    for (const [coordinate, definition] of read(`./promised/${subgraph}.graphql`)) {
      expect(served.get(coordinate), coordinate).toBe(definition);
    }
  },
);
