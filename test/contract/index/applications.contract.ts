import { expect, test } from 'vitest';
import type { ApplicationQuery, ApplicationReading, IndexedLossReport } from '../../../store/index/port.ts';
import { stateOf } from '../../support/index/open-lists.ts';
import { cardOf, type IndexOpening } from './index-under-test.ts';

const applicationOf = (at: number, more: Partial<ApplicationReading> = {}): ApplicationReading => ({
  id: `A${String(at).padStart(7, '0')}`,
  patronId: null,
  channel: 'INTERNET',
  status: 'RECEIVED',
  submittedAt: `2026-11-20T10:00:${String(at).padStart(2, '0')}+08:00`,
  decidedAt: null,
  documents: [],
  ...more,
});

const reportOf = (id: string): IndexedLossReport => ({
  id,
  libraryCardNumber: cardOf(1),
  reportedAt: '2026-11-20T10:00:00+08:00',
});

const newest: ApplicationQuery = {
  status: null,
  channel: null,
  of: null,
  order: 'NEWEST_FIRST',
  after: null,
  maxItems: 10,
};

export function applicationIndexContract(open: IndexOpening): void {
  test('applications are listed in either order, page after page', async () => {
    await using subject = await open();
    const all = [1, 2, 3].map((at) => applicationOf(at));
    await subject.index.saveApplications(all);
    const page = await subject.index.applications({ ...newest, maxItems: 2 });
    const { documents: _, ...third } = all[2] ?? applicationOf(3);
    expect(page[0]).toEqual(third);
    const rest = await subject.index.applications({ ...newest, after: page.at(-1)?.id ?? null });
    expect([...page, ...rest].map(({ id }) => id)).toEqual(['A0000003', 'A0000002', 'A0000001']);
    const oldest = { ...newest, order: 'OLDEST_FIRST', maxItems: 2 } as const;
    const early = await subject.index.applications(oldest);
    const late = await subject.index.applications({ ...oldest, after: early.at(-1)?.id ?? null });
    expect([...early, ...late]).toEqual([...page, ...rest].toReversed());
  });

  test.each<[string, ApplicationQuery, string[]]>([
    ['a status', { ...newest, status: 'APPROVED' }, ['A0000003', 'A0000002']],
    ['a channel', { ...newest, channel: 'COUNTER' }, ['A0000002']],
    ['a patron', { ...newest, of: { patronId: 'P0000001' } }, ['A0000003']],
    ['a document', { ...newest, of: { document: 'A123456(3)' } }, ['A0000002', 'A0000001']],
    [
      'a document and a status',
      { ...newest, of: { document: 'A123456(3)' }, status: 'RECEIVED' },
      ['A0000001'],
    ],
    ['a status and a channel', { ...newest, status: 'APPROVED', channel: 'INTERNET' }, ['A0000003']],
    ['a document that nobody has', { ...newest, of: { document: 'B123456(0)' } }, []],
  ])('are found and counted by %s', async (_what, query, expected) => {
    await using subject = await open();
    const { index } = subject;
    await index.saveApplications([
      applicationOf(1, { documents: ['A123456(3)'] }),
      applicationOf(2, { documents: ['X1', 'A123456(3)'], channel: 'COUNTER', status: 'APPROVED' }),
      applicationOf(3, { patronId: 'P0000001', status: 'APPROVED' }),
    ]);
    expect((await index.applications(query)).map(({ id }) => id)).toEqual(expected);
    const oldest = await index.applications({ ...query, order: 'OLDEST_FIRST' });
    expect(oldest.map(({ id }) => id)).toEqual(expected.toReversed());
    expect(await index.countApplications(query)).toBe(expected.length);
  });

  test('are undecided until a later reading says otherwise', async () => {
    await using subject = await open();
    const { index } = subject;
    await index.saveApplications([applicationOf(1), applicationOf(2), applicationOf(3)]);
    const decidedAt = '2026-11-21T10:00:00+08:00';
    await index.saveApplications([applicationOf(2, { status: 'APPROVED', patronId: 'P0000001', decidedAt })]);
    expect(await index.undecidedAfter(null, 10)).toEqual(['A0000001', 'A0000003']);
    expect(await index.undecidedAfter('A0000001', 10)).toEqual(['A0000003']);
    expect(await index.applications({ ...newest, of: { patronId: 'P0000001' } })).toMatchObject([
      { decidedAt },
    ]);
  });

  test('are complete once that was said', async () => {
    await using subject = await open();
    expect(await subject.index.hasAllApplications()).toBe(false);
    await subject.index.begin();
    await subject.index.finishApplications(await stateOf(subject.index));
    expect(await subject.index.hasAllApplications()).toBe(true);
  });

  test('lists are read on from where they were read last, whatever was saved one by one', async () => {
    await using subject = await open();
    const { index } = subject;
    await index.begin();
    const state = await stateOf(index);
    expect(state).toMatchObject({ lastApplication: null, lastLossReport: null });
    await index.saveApplications([applicationOf(9)]);
    expect(await stateOf(index)).toMatchObject({ lastApplication: null });
    expect(await index.saveListedApplications(state, [applicationOf(1)], 'A0000001')).toBe(true);
    expect(await index.saveListedLossReports(state, [reportOf('R0000001')], 'R0000001')).toBe(true);
    expect(await stateOf(index)).toMatchObject({ lastApplication: 'A0000001', lastLossReport: 'R0000001' });
    expect(await index.countApplications(newest)).toBe(2);
  });

  test('what was listed after a position that has moved on, or in an earlier build, is not taken', async () => {
    await using subject = await open();
    const { index } = subject;
    await index.begin();
    const earlier = await stateOf(index);
    await index.saveListedApplications(earlier, [applicationOf(1)], 'A0000001');
    await index.saveListedLossReports(earlier, [reportOf('R0000001')], 'R0000001');
    expect(await index.saveListedApplications(earlier, [applicationOf(2)], 'A0000002')).toBe(false);
    expect(await index.finishApplications(earlier)).toBe(false);
    await index.clear();
    await index.begin();
    expect(await index.saveListedApplications(earlier, [applicationOf(3)], 'A0000003')).toBe(false);
    expect(await index.saveListedLossReports(earlier, [reportOf('R0000003')], 'R0000003')).toBe(false);
    expect(await index.finishApplications(earlier)).toBe(false);
    expect(await stateOf(index)).toMatchObject({ lastApplication: null, lastLossReport: null });
    expect(await index.applications(newest)).toEqual([]);
    expect(await index.countLossReports()).toBe(0);
    expect(await index.hasAllApplications()).toBe(false);
  });

  test('loss reports are listed newest first', async () => {
    await using subject = await open();
    await subject.index.saveLossReports([reportOf('R1'), reportOf('R2'), reportOf('R3')]);
    await subject.index.saveLossReports([reportOf('R3')]);
    expect(await subject.index.lossReports('R3', 10)).toEqual([reportOf('R2'), reportOf('R1')]);
    expect(await subject.index.countLossReports()).toBe(3);
  });

  test('loss reports of some cards are listed in both orders, each with the report before it', async () => {
    await using subject = await open();
    const { index } = subject;
    const ofCard = (id: string, libraryCardNumber: string) => ({ ...reportOf(id), libraryCardNumber });
    const reports = [ofCard('R1', 'x'), ofCard('R2', 'y'), ofCard('R3', 'z'), ofCard('R4', 'x')];
    await index.saveLossReports(reports);
    const wanted = { libraryCardNumbers: ['x', 'z'], after: null, maxItems: 10 };
    const found = [
      { ...ofCard('R1', 'x'), previousId: null },
      { ...ofCard('R3', 'z'), previousId: 'R2' },
      { ...ofCard('R4', 'x'), previousId: 'R3' },
    ];
    expect(await index.lossReportsOfCards({ ...wanted, order: 'OLDEST_FIRST' })).toEqual(found);
    expect(await index.lossReportsOfCards({ ...wanted, order: 'NEWEST_FIRST' })).toEqual(found.toReversed());
    const next = { ...wanted, after: 'R1', maxItems: 1 };
    expect(await index.lossReportsOfCards({ ...next, order: 'OLDEST_FIRST' })).toEqual([found[1]]);
    expect(
      await index.lossReportsOfCards({ ...wanted, libraryCardNumbers: [], order: 'OLDEST_FIRST' }),
    ).toEqual([]);
    expect(await index.countLossReportsOfCards(['x', 'z'])).toBe(3);
    expect(await index.lossReport('R3')).toEqual(found[1]);
    expect(await index.lossReport('R5')).toBeNull();
  });
}
