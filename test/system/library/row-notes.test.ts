/** Notes of staff at rows of lists of work: who writes them, who reads them, and at which rows. */
import { beforeAll, describe, expect, test } from 'vitest';
import { codesIn } from '../../support/graph/ask-graph.ts';
import { openedForTests } from '../../support/set-up/opened-for-tests.ts';
import { startSystem } from '../running-system.ts';

const now = new Date('2026-11-24T12:00:00+08:00');
const system = openedForTests(() => startSystem(now, {}, { buildsIndex: true }), 40_000);
const tokens = { chan: '', lee: '', owing: '', reader: '', other: '' };
beforeAll(async () => {
  const scope = 'circulation:read circulation:write';
  tokens.chan = await system.token({ subject: 'chan', scope });
  tokens.lee = await system.token({ subject: 'lee', scope });
  tokens.owing = await system.token({ subject: 'till', scope: 'charges:read' });
  tokens.reader = await system.token({ patronId: 'P0000002' });
  tokens.other = await system.token({ patronId: 'P0000001' });
});
type Who = keyof typeof tokens;

const selection = 'isKept note { row isCalled text colleague isYours }';
/** A loan and a reservation of P0000002. P0000016 owes something. */
const [loan, hold, debt] = ['L00000014', 'H0000001', 'P0000016'];

const write = (who: Who, row: string, isCalled: boolean, text: string) =>
  system.mutate('noteOnRow', selection, { row, isCalled, text }, { token: tokens[who] });
const notesOf = async (who: Who, patronId: string, fields: string) => {
  const { body } = await system.ask(`{ patron(id: "${patronId}") { rowNotes { ${fields} } } }`, {
    token: tokens[who],
  });
  expect(body.errors).toBeUndefined();
  return (body.data as { readonly patron: { readonly rowNotes: readonly object[] } }).patron.rowNotes;
};

describe('a note', () => {
  test('stands at the row of a loan, a reservation or a debt, and takes the place of the one before', async () => {
    for (const row of [loan, hold, debt]) {
      expect((await write('chan', row, false, 'first')).body.data).toMatchObject({
        noteOnRow: { isKept: true },
      });
      expect((await write('chan', row, true, '  No answer ')).body.data).toEqual({
        noteOnRow: {
          isKept: true,
          note: { row, isCalled: true, text: 'No answer', colleague: 'chan', isYours: true },
        },
      });
    }
    await write('lee', loan, true, '');
    expect(await notesOf('chan', 'P0000002', 'row text colleague isYours')).toEqual([
      { row: loan, text: null, colleague: 'lee', isYours: false },
      { row: hold, text: 'No answer', colleague: 'chan', isYours: true },
      { row: loan, text: 'No answer', colleague: 'chan', isYours: true },
    ]);
    expect(await notesOf('owing', debt, 'row colleague')).toEqual([{ row: debt, colleague: 'chan' }]);
  });

  test('is removed by an empty one, and by nobody else', async () => {
    await write('lee', hold, false, ' ');
    expect(await notesOf('chan', 'P0000002', 'row colleague')).toContainEqual({
      row: hold,
      colleague: 'chan',
    });
    expect((await write('chan', hold, false, '')).body.data).toEqual({
      noteOnRow: { isKept: true, note: null },
    });
    expect(await notesOf('chan', 'P0000002', 'row')).not.toContainEqual({ row: hold });
  });

  test.each(['L99999999', 'H9999999', 'P0000004', 'P9999999', 'A0000001', 'x', ''])(
    'is kept at no row like %j',
    async (row) => {
      expect((await write('chan', row, true, '')).body.data).toEqual({
        noteOnRow: { isKept: false, note: null },
      });
    },
  );

  test('is read by the reader without a name, and by no other reader', async () => {
    expect(await notesOf('reader', 'P0000002', 'row isCalled isYours')).toContainEqual({
      row: loan,
      isCalled: true,
      isYours: false,
    });
    const { body } = await system.ask('{ me { rowNotes { colleague } } }', { token: tokens.reader });
    expect(codesIn(body)).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    const { body: others } = await system.ask('{ patron(id: "P0000002") { rowNotes { row } } }', {
      token: tokens.other,
    });
    expect(codesIn(others)).toContain('FORBIDDEN');
  });

  test('needs circulation:write, and 500 characters at most', async () => {
    expect(codesIn((await write('owing', debt, true, '')).body)).toEqual(['FORBIDDEN']);
    expect(codesIn((await write('chan', loan, true, 'x'.repeat(501))).body)).toEqual(['BAD_USER_INPUT']);
  });
});
