import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema, parse, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { writeFile } from '../../../../edge/web/my-data/file.ts';
import {
  type AskGraph,
  entriesPerPage,
  maxEntries,
  parseAnswer,
} from '../../../../edge/web/my-data/read-section.ts';
import { documentOf, exportDocument, sections } from '../../../../edge/web/my-data/sections.ts';

interface File {
  readonly madeAt: string;
  readonly isComplete: boolean;
  readonly missing: readonly {
    readonly section: string;
    readonly field: string | null;
    readonly reason: string;
  }[];
  readonly sections: readonly {
    readonly name: string;
    readonly title: object;
    readonly entries: readonly unknown[];
    readonly missing: readonly object[];
  }[];
}

const never = () => false;
const madeAt = '2026-11-30T09:00:00+08:00';

/** A graph in which each list has this many entries, and every other field has a value. */
const graphWith =
  (entries: number): AskGraph =>
  async (document, { first, after }) => {
    const section = sections.find((one) => documentOf(one) === document);
    const field = section?.pagedField;
    if (field == null) {
      return {
        data: { me: section?.name === 'record' ? { id: 'P1', status: 'ACTIVE' } : { list: [] } },
        errors: [],
      };
    }
    const start = Number(after ?? 0);
    const end = Math.min(start + Number(first), entries);
    const edges = Array.from({ length: end - start }, (_, index) => ({
      node: { id: `${field} ${start + index}` },
    }));
    const pageInfo = { hasNextPage: end < entries, endCursor: String(end) };
    return { data: { me: { [field]: { edges, pageInfo } } }, errors: [] };
  };

async function read(ask: AskGraph, isOver = never): Promise<File> {
  let text = '';
  for await (const piece of writeFile(madeAt, ask, isOver)) {
    text += piece;
  }
  return JSON.parse(text);
}

const sectionIn = (file: File, name: string) => file.sections.find((one) => one.name === name);

describe('the documents of my data', () => {
  const schema = buildSchema(
    readFileSync(join(import.meta.dirname, '../../../../schema/audiences/reader.graphql'), 'utf8'),
  );

  test.each([...sections.map(documentOf), exportDocument])('%s is valid for readers', (document) => {
    expect(validate(schema, parse(document))).toEqual([]);
  });

  test.each(sections)(
    '$name has labels for fields that it selects, in both languages',
    ({ fields, labels }) => {
      for (const [field, label] of Object.entries(labels)) {
        expect(fields).toMatch(new RegExp(`\\b${field}\\b`));
        expect([label.en, label['zh-Hant']].every((text) => text !== '')).toBe(true);
      }
    },
  );
});

describe('the file', () => {
  test('has every page of every section, and says that it is complete', async () => {
    const file = await read(graphWith(2 * entriesPerPage + 1));
    expect(file).toMatchObject({ madeAt, isComplete: true, missing: [] });
    expect(file.sections.map(({ name }) => name)).toEqual(sections.map(({ name }) => name));
    expect(sectionIn(file, 'record')?.entries).toEqual([{ id: 'P1', status: 'ACTIVE' }]);
    const loans = sectionIn(file, 'loans')?.entries ?? [];
    expect(new Set(loans.map((loan) => JSON.stringify(loan))).size).toBe(2 * entriesPerPage + 1);
  });

  test('names what a system that is away would have had', async () => {
    const graph = graphWith(1);
    const ask: AskGraph = async (document, variables) =>
      document.includes('loans(')
        ? {
            data: { me: { loans: null } },
            errors: [{ path: ['me', 'loans'], extensions: { code: 'UPSTREAM_UNAVAILABLE' } }],
          }
        : document.includes('charges {')
          ? null
          : await graph(document, variables);
    const file = await read(ask);
    expect(file.isComplete).toBe(false);
    expect(file.missing).toEqual([
      { section: 'loans', field: 'loans', reason: 'UPSTREAM_UNAVAILABLE' },
      { section: 'charges', field: null, reason: 'NO_ANSWER' },
    ]);
    expect(sectionIn(file, 'loans')).toMatchObject({
      entries: [],
      missing: [{ field: 'loans', reason: 'UPSTREAM_UNAVAILABLE' }],
    });
    expect(sectionIn(file, 'holds')?.missing).toEqual([]);
  });

  test('is complete without the section of a system that the library does not have', async () => {
    const graph = graphWith(1);
    const ask: AskGraph = async (document, variables) =>
      document.includes('account')
        ? { data: null, errors: [{ path: [], extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] }
        : await graph(document, variables);
    const file = await read(ask);
    expect(file).toMatchObject({ isComplete: true, missing: [] });
    expect(sectionIn(file, 'account')).toMatchObject({ entries: [], missing: [] });
  });

  test('names the records that were merged into the reader’s, and is not complete without them', async () => {
    const graph = graphWith(1);
    const ask: AskGraph = async (document, variables) =>
      document.includes('mergedFrom')
        ? { data: { me: { id: 'P1', mergedFrom: [{ id: 'P2' }] } }, errors: [] }
        : await graph(document, variables);
    const file = await read(ask);
    expect(file.isComplete).toBe(false);
    expect(file.missing).toEqual([{ section: 'record', field: 'mergedFrom.P2', reason: 'ANOTHER_RECORD' }]);
  });

  test('names all that is left when the time is up', async () => {
    let asked = 0;
    const graph = graphWith(1);
    const file = await read(
      (document, variables) => {
        asked += 1;
        return graph(document, variables);
      },
      () => asked >= 2,
    );
    expect(file.missing.map(({ section, reason }) => `${section} ${reason}`)).toEqual(
      sections.slice(2).map(({ name }) => `${name} TIME_IS_UP`),
    );
  });

  test('names the rest of a list that is longer than any should be', async () => {
    const [long, short] = [graphWith(maxEntries + 1), graphWith(1)];
    const file = await read((document, variables) =>
      (document.includes('accessLog') ? long : short)(document, variables),
    );
    expect(sectionIn(file, 'accessLog')?.entries).toHaveLength(maxEntries);
    expect(file.missing).toEqual([{ section: 'accessLog', field: null, reason: 'TOO_MANY' }]);
  });

  test('asks for a page only once the page before was taken', async () => {
    let asked = 0;
    const graph = graphWith(maxEntries);
    const file = writeFile(
      madeAt,
      (document, variables) => {
        asked += 1;
        return graph(document, variables);
      },
      never,
    );
    for (let taken = 0; taken < 10; taken += 1) {
      await file.next();
    }
    expect(asked).toBeLessThanOrEqual(3);
    await file.return(undefined);
  });

  test.each(['', 'null', '{"data":1}', '<html>'])('takes %j for no answer', (body) => {
    expect(parseAnswer(body)).toBeNull();
  });
});
