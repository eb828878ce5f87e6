/** The file of all rows of a work list: how its rows are read, and how they are written as CSV. */
import { type GraphAnswer, GraphError } from '@patron-graph/kit';
import { expect, test, vi } from 'vitest';
import { inFile, type ListColumn } from '../../../../apps/staff/src/lists/work/columns.tsx';
import { csvOf } from '../../../../apps/staff/src/lists/work/csv.ts';
import { type ListPage, maxRows, readRows } from '../../../../apps/staff/src/lists/work/read-rows.ts';

interface Row {
  readonly title: string | null;
  readonly at: string;
  readonly reader: { readonly id: string; readonly name: { english: string | null; chinese: string | null } };
}

const columns: readonly ListColumn<Row>[] = [
  { heading: 'Title', text: ({ title }) => title },
  { heading: 'At', as: 'time', text: ({ at }) => at },
  { heading: 'Patron', patron: ({ reader }) => reader },
  { heading: 'Action', only: 'page', text: () => null },
];

const row: Row = {
  title: 'Walden',
  at: '2026-11-24T16:05:00Z',
  reader: { id: 'P0000001', name: { english: 'CHAN, TAI MAN', chinese: '陳大文' } },
};

test('a file has its headings, a patron’s number beside the names, times of Hong Kong, and no actions', () => {
  const text = csvOf(inFile(columns, 'en', 'Patron number'), [row, { ...row, title: null }]);
  expect(text).toBe(
    '\uFEFF"Title","At","Patron","Patron number"\r\n' +
      '"Walden","2026-11-25 00:05","CHAN, TAI MAN 陳大文","P0000001"\r\n' +
      '"","2026-11-25 00:05","CHAN, TAI MAN 陳大文","P0000001"\r\n',
  );
});

test.each([
  ['=1+1', `"'=1+1"`],
  ['+85221113333', `"'+85221113333"`],
  ['-2', `"'-2"`],
  ['@SUM(A1)', `"'@SUM(A1)"`],
  ['  =HYPERLINK("http://example.org")', `"'  =HYPERLINK(""http://example.org"")"`],
  ['\t=1', `"'\t=1"`],
  ['\r=1', `"'\r=1"`],
  ['＝１＋１', `"'＝１＋１"`],
  ['1+1', '"1+1"'],
  ['a "b", c', '"a ""b"", c"'],
  ['two\nlines', '"two\nlines"'],
])('the text %j is no formula in a spreadsheet', (title, cell) => {
  expect(csvOf([{ heading: 'Title', text: () => title }], [row])).toBe(`\uFEFF"Title"\r\n${cell}\r\n`);
});

type Answer = GraphAnswer<{ readonly list: ListPage<number> | null }>;

const pageFrom = (start: number, rows: number, total: number): Answer => ({
  data: {
    list: {
      edges: Array.from({ length: rows }, (_, index) => start + index),
      pageInfo: { hasNextPage: start + rows < total, endCursor: String(start + rows) },
      totalCount: total,
    },
  },
  missing: [],
});

const tooMany = (retryAfterMs: number) =>
  new GraphError('too many', {
    status: 429,
    missing: [
      { path: [], code: 'RATE_LIMITED', remedy: 'later', message: 'Too many requests.', retryAfterMs },
    ],
  });

/** Reads a list whose pages have 100 rows. */
const read = (ask: (after: string | undefined) => Promise<Answer>, signal = new AbortController().signal) => {
  const told: string[] = [];
  const all = readRows(ask, ({ list }) => list, {
    signal,
    onProgress: (rows, total) => told.push(`${rows} of ${total}`),
  });
  return { all, told };
};

test('all pages of a list are read in order, each once, and what is read is told', async () => {
  const { all, told } = read(async (after = '0') =>
    pageFrom(Number(after), Number(after) < 200 ? 100 : 50, 250),
  );
  const { rows, isCut, isPartial } = await all;
  expect(rows).toEqual(Array.from({ length: 250 }, (_, index) => index));
  expect([isCut, isPartial]).toEqual([false, false]);
  expect(told).toEqual(['100 of 250', '200 of 250']);
});

test('a file has 10,000 rows at most, and says so where the list is longer', async () => {
  const { all } = read(async (after = '0') => pageFrom(Number(after), 100, 10_001));
  const { rows, isCut } = await all;
  expect([rows.length, isCut]).toEqual([maxRows, true]);
  const whole = read(async (after = '0') => pageFrom(Number(after), 100, 10_000));
  expect(await whole.all).toMatchObject({ isCut: false });
});

test('at the limit of requests it waits as long as the graph asks, and then goes on with the same page', async () => {
  vi.useFakeTimers();
  try {
    const asked: string[] = [];
    const { all } = read(async (after = '0') => {
      asked.push(after);
      if (asked.length === 2) {
        throw tooMany(1_500);
      }
      return pageFrom(Number(after), 100, 200);
    });
    await vi.advanceTimersByTimeAsync(1_499);
    expect(asked).toEqual(['0', '100']);
    await vi.advanceTimersByTimeAsync(1);
    expect((await all).rows).toHaveLength(200);
    expect(asked).toEqual(['0', '100', '100']);
  } finally {
    vi.useRealTimers();
  }
});

test('a wait ends when the reading is cancelled, and a limit that never ends is given up', async () => {
  const controller = new AbortController();
  const { all } = read(async () => {
    throw tooMany(60_000);
  }, controller.signal);
  setTimeout(() => controller.abort(), 0);
  await expect(all).rejects.toThrow('aborted');
  const { all: never } = read(async () => {
    throw tooMany(0);
  });
  await expect(never).rejects.toThrow('too many');
});

test('without one of its pages there is no file, and without some values the file says so', async () => {
  const missing = [
    { path: ['list'], code: 'UPSTREAM', remedy: 'later', message: '', retryAfterMs: null },
  ] as const;
  const { all } = read(async (after = '0') =>
    after === '0' ? pageFrom(0, 100, 200) : { data: { list: null }, missing },
  );
  await expect(all).rejects.toBeInstanceOf(GraphError);
  const partial = read(async () => ({ ...pageFrom(0, 100, 100), missing }));
  expect(await partial.all).toMatchObject({ isPartial: true });
});
