import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';
import { type Page, readPages } from './pages.ts';
import { type Reference, readReferences } from './reference.ts';
import { createSearch, type Entry } from './search.ts';

const picturesFolder = join(import.meta.dirname, '../../../docs/guides/pictures');

/** The data for the navigation, which is shown before any page is loaded. */
export interface Contents {
  readonly pages: readonly Pick<Page, 'id' | 'title'>[];
  readonly audiences: readonly string[];
}

/**
 * Makes the module `virtual:contents` and the files in `content/`. There is a file for each guide, each picture and
 * each audience's reference, and one for the search. The page loads each file when it needs it.
 */
export function content(): Plugin {
  const pages = readPages();
  const references = readReferences();
  const contents: Contents = {
    pages: pages.map(({ id, title }) => ({ id, title })),
    audiences: references.map(({ audience }) => audience),
  };
  return {
    name: 'content',
    resolveId: (id) => (id === 'virtual:contents' ? '\0contents' : undefined),
    load: (id) => (id === '\0contents' ? `export default ${JSON.stringify(contents)}` : undefined),
    generateBundle() {
      const emit = (name: string, value: unknown) =>
        this.emitFile({ type: 'asset', fileName: `content/${name}.json`, source: JSON.stringify(value) });
      for (const { id, title, html } of pages) {
        emit(`page-${id}`, { id, title, html });
      }
      for (const name of new Set(pages.flatMap(({ pictures }) => pictures))) {
        const source = readFileSync(join(picturesFolder, name));
        this.emitFile({ type: 'asset', fileName: `content/pictures/${name}`, source });
      }
      for (const reference of references) {
        emit(`schema-${reference.audience}`, reference);
      }
      emit('search', createSearch([...pages.flatMap(entriesOfPage), ...entriesOfReferences(references)]));
    },
  };
}

const entriesOfPage = ({ id, title, sections }: Page): readonly Entry[] =>
  sections.map((section) => ({
    id: section.id === '' ? `/${id}` : `/${id}#${section.id}`,
    title: section.id === '' ? title : section.title,
    source: title,
    text: section.text,
  }));

/**
 * The search entries for the schema: one for each type and field. If several audiences have the same type or field, its
 * entry leads to the schema of the first of these audiences.
 */
function entriesOfReferences(references: readonly Reference[]): readonly Entry[] {
  const found = new Map<string, { readonly audiences: string[]; readonly text: string }>();
  for (const { audience, types } of references) {
    for (const { name, description, fields } of types) {
      const coordinates = fields.map((field) => [`${name}.${field.name}`, field.description] as const);
      for (const [coordinate, text] of [[name, description] as const, ...coordinates]) {
        const entry = found.get(coordinate) ?? { audiences: [], text };
        entry.audiences.push(audience);
        found.set(coordinate, entry);
      }
    }
  }
  return [...found].map(([coordinate, { audiences, text }]) => ({
    id: `/schema/${audiences[0]}#${coordinate}`,
    title: coordinate,
    source: `Schema: ${audiences.join(', ')}`,
    text,
  }));
}
