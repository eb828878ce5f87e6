import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningSimulators, startSimulators } from '../../simulators/index.ts';
import { cms, el, nil } from './wire-client.ts';

let legacy: RunningSimulators;
beforeAll(async () => {
  legacy = await startSimulators({ systems: ['cms'] });
});
afterAll(() => legacy[Symbol.asyncDispose]());

const patrons = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `P${String(index + 1).padStart(7, '0')}`);

test('GetCardsByPatron answers all cards of known patrons, not in the order of the request', async () => {
  const answer = await cms(
    legacy,
    'GetCardsByPatron',
    el('patronNo', ...patrons(18), 'P9999999', 'P0000001'),
  );
  expect([answer.status, answer.contentType]).toEqual([200, 'application/soap+xml; charset=utf-8']);
  const got = answer.texts('cardNo');
  expect(got.length).toBe(25);
  expect(new Set(got).size).toBe(25);
  expect(got).not.toEqual([...got].sort());
});

test('a card has type and status as attributes, dates dd/MM/yyyy, and xsi:nil for what is absent', async () => {
  const answer = await cms(legacy, 'GetCardsByNumber', el('cardNos', '21852000000017'));
  expect(answer.value("//*[local-name() = 'card']/@type")).toBe('LC');
  expect(answer.value("//*[local-name() = 'card']/@status")).toBe('ACT');
  expect(answer.texts('issuedOn')).toEqual(['02/05/2012']);
  for (const name of ['closedOn', 'hkid', 'dateOfIssue', 'onReplacement', 'infoCardPrintedOn']) {
    const nilled = `//*[local-name() = '${name}']/@*[local-name() = 'nil' and contains(namespace-uri(), 'XMLSchema-instance')]`;
    expect(answer.value(nilled), name).toBe('true');
  }
  expect(answer.xml).not.toContain('1234');
});

test('GetCardsByNumber takes one list value, white space as it comes, and leaves out unknown cards', async () => {
  const list = ' 21852000000116\n 21852000000017\t21852000000999 21852000000017 ';
  const answer = await cms(legacy, 'GetCardsByNumber', el('cardNos', list));
  expect(answer.texts('cardNo').sort()).toEqual(['21852000000017', '21852000000116']);
  expect((await cms(legacy, 'GetCardsByNumber', el('cardNos', ''))).texts('card')).toEqual([]);
});

test('twenty-five keys are taken, twenty-six are E1005, in elements and in a list', async () => {
  const list = (count: number) => Array.from({ length: count }, () => '21852000000017').join(' ');
  for (const [operation, content] of [
    ['GetCardsByPatron', (count: number) => el('patronNo', ...patrons(count))],
    ['GetApplications', (count: number) => el('applicationNo', ...patrons(count))],
    ['GetCardsByNumber', (count: number) => el('cardNos', list(count))],
  ] as const) {
    expect((await cms(legacy, operation, content(25))).status, operation).toBe(200);
    const more = await cms(legacy, operation, content(26));
    expect([more.status, more.texts('code')], operation).toEqual([400, ['E1005']]);
    expect(more.value("//*[local-name() = 'Value']")).toBe('env:Sender');
  }
});

const found = async (hkid: string, dateOfIssue: string): Promise<string[]> => {
  const answer = await cms(legacy, 'FindSmartCard', el('hkid', hkid) + el('dateOfIssue', dateOfIssue));
  expect(answer.status).toBe(200);
  return answer.texts('cardNo');
};

test('FindSmartCard finds a card in use by its very date of issue', async () => {
  expect(await found('A123456(3)', '20/02/2019')).toEqual(['21852000000025']);
  expect(await found('A123456(3)', '21/02/2019')).toEqual([]);
  expect(await found('A123456(3)', '19/02/2019')).toEqual([]);
});

test('FindSmartCard finds a lost card to be continued by a newer date only, and answers it unchanged', async () => {
  expect(await found('K778899(1)', '01/02/2018')).toEqual([]);
  expect(await found('K778899(1)', '31/01/2018')).toEqual([]);
  const answer = await cms(
    legacy,
    'FindSmartCard',
    el('hkid', 'K778899(1)') + el('dateOfIssue', '02/02/2018'),
  );
  expect(answer.texts('cardNo')).toEqual(['21852000000116']);
  expect(answer.value("//*[local-name() = 'card']/@status")).toBe('LST');
  expect(answer.texts('dateOfIssue')).toEqual(['01/02/2018']);
});

test('FindSmartCard leaves card out for an ended card and for nobody’s number', async () => {
  expect(await found('M300300(6)', '12/12/2016')).toEqual([]);
  expect(await found('M300300(6)', '01/01/2026')).toEqual([]);
  expect(await found('A987654(8)', '04/04/2015')).toEqual([]);
  expect(await found('Z683365(A)', '04/04/2015')).toEqual([]);
});

test('a well-formed date that does not exist makes the request invalid', async () => {
  const answer = await cms(
    legacy,
    'FindSmartCard',
    el('hkid', 'A123456(3)') + el('dateOfIssue', '31/02/2019'),
  );
  expect([answer.status, answer.texts('cmsFault')]).toEqual([400, []]);
});

test('GetApplications answers whole applications with +08:00 moments, and leaves out unknown ones', async () => {
  const answer = await cms(
    legacy,
    'GetApplications',
    el('applicationNo', 'A0000002', 'A0000001', 'A9999999'),
  );
  expect(answer.texts('applicationNo').sort()).toEqual(['A0000001', 'A0000002']);
  expect(answer.texts('submittedAt')).toContain('2026-11-23T10:00:00+08:00');
  expect(answer.texts('allowsSmartCard')).toEqual(['false']);
  expect(answer.value("//*[local-name() = 'application'][@status = 'RCV']/@channel")).toBe('WEB');
});

const page = (
  status: string | null,
  patronNo: string | null,
  after: string | null,
  maxRows: number,
): string =>
  (status === null ? nil('status') : el('status', status)) +
  (patronNo === null ? nil('patronNo') : el('patronNo', patronNo)) +
  (after === null ? nil('afterApplicationNo') : el('afterApplicationNo', after)) +
  el('maxRows', maxRows);

test('ListApplications filters, counts all that match, and pages oldest first', async () => {
  const all = await cms(legacy, 'ListApplications', page(null, null, null, 1));
  expect([all.texts('total'), all.texts('applicationNo')]).toEqual([['2'], ['A0000001']]);
  const rest = await cms(legacy, 'ListApplications', page(null, null, 'A0000001', 500));
  expect([rest.texts('total'), rest.texts('applicationNo')]).toEqual([['2'], ['A0000002']]);
  const received = await cms(legacy, 'ListApplications', page('RCV', null, null, 10));
  expect([received.texts('total'), received.texts('applicationNo')]).toEqual([['1'], ['A0000001']]);
  const none = await cms(legacy, 'ListApplications', page('RCV', 'P0000006', null, 10));
  expect([none.texts('total'), none.texts('applicationNo')]).toEqual([['0'], []]);
});

test('ListLossReports pages oldest first and counts all', async () => {
  const first = await cms(legacy, 'ListLossReports', nil('afterReportNo') + el('maxRows', 2));
  expect([first.texts('total'), first.texts('reportNo')]).toEqual([['3'], ['R0000001', 'R0000002']]);
  const second = await cms(legacy, 'ListLossReports', el('afterReportNo', 'R0000002') + el('maxRows', 2));
  expect([second.texts('total'), second.texts('reportNo')]).toEqual([['3'], ['R0000003']]);
  expect(second.texts('reportedAt')).toEqual(['2026-11-18T16:45:00+08:00']);
});

test.each([0, 501])('maxRows %i makes the request invalid', async (maxRows) => {
  const answer = await cms(legacy, 'ListLossReports', nil('afterReportNo') + el('maxRows', maxRows));
  expect([answer.status, answer.texts('cmsFault')]).toEqual([400, []]);
});

test('trouble is a Receiver fault E1009 with HTTP 500', async () => {
  for (const kind of ['busy', 'housekeeping', 'internal'] as const) {
    legacy.cms.faults.set([{ kind }]);
    const answer = await cms(legacy, 'GetCardsByNumber', el('cardNos', '21852000000017'));
    expect([answer.status, answer.texts('code')]).toEqual([500, ['E1009']]);
    expect(answer.texts('Value')).toEqual(['env:Receiver']);
  }
  legacy.cms.faults.clear();
});

test('a release that sends 500 for Sender faults too can be simulated', async () => {
  await using release = await startSimulators({ systems: ['cms'], cmsSenderFaultStatus: 500 });
  const answer = await cms(release, 'GetCardsByPatron', el('patronNo', ...patrons(26)));
  expect([answer.status, answer.texts('code'), answer.texts('Value')]).toEqual([
    500,
    ['E1005'],
    ['env:Sender'],
  ]);
});
