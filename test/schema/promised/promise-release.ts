/**
 * `npm run promise`, in a release: what clients are served now is promised from then on. Writes the SDLs of subgraphs and
 * audiences into this folder, without descriptions, guards and costs, which may change. Then empty `changedNext` in
 * `promise.test.ts` and `audiences.test.ts`.
 */
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type ASTNode, parse, print, visit } from 'graphql';

/** What changes the meaning of an input. */
const keptDirectives = new Set(['oneOf']);

function promiseOf(sdl: string): string {
  const document = visit(parse(sdl), {
    enter(node: ASTNode) {
      if (node.kind === 'Directive') {
        return keptDirectives.has(node.name.value) ? undefined : null;
      }
      if (node.kind === 'DirectiveDefinition' || node.kind === 'SchemaExtension') {
        return null;
      }
      return 'description' in node ? { ...node, description: undefined } : undefined;
    },
  });
  return `${print(document)}\n`;
}

const schema = join(import.meta.dirname, '../../../schema');
for (const file of globSync('{*,audiences/*}.graphql', { cwd: schema })) {
  if (basename(file) !== 'supergraph.graphql') {
    const path = join(import.meta.dirname, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, promiseOf(readFileSync(join(schema, file), 'utf8')));
  }
}
