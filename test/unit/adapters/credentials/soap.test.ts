import { describe, expect, test } from 'vitest';
import type { CardManagement } from '../../../../adapters/credentials/port.ts';
import { createCardManagement } from '../../../../adapters/credentials/soap.ts';
import type { UpstreamReason } from '../../../../adapters/soap/port.ts';
import { DEFAULT_CREDENTIALS, type FaultKind, startSimulators } from '../../../../simulators/index.ts';
import { anySignal, expectUpstream } from '../../../contract/port-under-test.ts';
import { envelope12, reply, startRawServer } from '../soap/raw-server.ts';

const limits = { deadlineMs: 1_000, retryDelayMs: 5 };
const login = DEFAULT_CREDENTIALS.cms;

test.each([
  [25, 1],
  [26, 2],
  [130, 6],
])('%i keys take %i calls', async (count, calls) => {
  await using simulators = await startSimulators({ systems: ['cms'] });
  await using cards = createCardManagement({ url: simulators.cms.url, ...login, limits });
  const keys = (form: (digits: string) => string) =>
    Array.from({ length: count }, (_, index) => form(String(index).padStart(7, '0')));
  await cards.cardsByPatron(
    keys((digits) => `P${digits}`),
    anySignal(),
  );
  await cards.cardsByNumber(
    keys((digits) => `2185200${digits}`),
    anySignal(),
  );
  await cards.applicationsById(
    keys((digits) => `A${digits}`),
    anySignal(),
  );
  const made = (name: string) => simulators.cms.calls.get(name);
  expect([made('GetCardsByPatron'), made('GetCardsByNumber'), made('GetApplications')]).toEqual([
    calls,
    calls,
    calls,
  ]);
});

test('a page takes one call', async () => {
  await using simulators = await startSimulators({ systems: ['cms'] });
  await using cards = createCardManagement({ url: simulators.cms.url, ...login, limits });
  expect((await cards.listLossReports({ first: 2, after: null }, anySignal())).hasNextPage).toBe(true);
  expect((await cards.listLossReports({ first: 3, after: null }, anySignal())).hasNextPage).toBe(false);
  expect(simulators.cms.calls.get('ListLossReports')).toBe(2);
});

describe('the security header', () => {
  test('is new for each try, because a nonce is accepted once', async () => {
    await using server = await startRawServer((response) => reply(response, 'down', 'text/plain', 503));
    await using cards = createCardManagement({ url: server.url, ...login, limits });
    await expectUpstream(cards.ping(anySignal()), 'unreachable', [login.password]);
    const nonces = server.requests.map(({ body }) => /<wsse:Nonce[^>]*>([^<]+)</.exec(body)?.[1]);
    expect(nonces).toHaveLength(2);
    expect(new Set(nonces).size).toBe(2);
    for (const { body, headers } of server.requests) {
      expect(body).not.toContain(login.password);
      expect(headers['content-type']).toBe(
        'application/soap+xml; charset=utf-8; action="http://cms.library.example/2009/cards/GetCardsByPatron"',
      );
    }
  });

  test.each([400, 500] as const)('refused with HTTP %i is unauthorized', async (cmsSenderFaultStatus) => {
    await using simulators = await startSimulators({ systems: ['cms'], cmsSenderFaultStatus });
    await using cards = createCardManagement({
      url: simulators.cms.url,
      user: login.user,
      password: 'wrong',
      limits,
    });
    await expectUpstream(cards.ping(anySignal()), 'unauthorized', ['wrong', 'E1004']);
    expect(simulators.cms.calls.get('GetCardsByPatron')).toBe(1);
  });

  test('has the time of the given clock', async () => {
    await using simulators = await startSimulators({ systems: ['cms'] });
    const late = new Date(Date.now() - 6 * 60_000);
    await using cards = createCardManagement({
      url: simulators.cms.url,
      ...login,
      limits,
      now: () => late,
    });
    await expectUpstream(cards.ping(anySignal()), 'unauthorized');
  });
});

test.each<[FaultKind, UpstreamReason]>([
  ['busy', 'busy'],
  ['internal', 'busy'],
  ['html-page', 'invalid-response'],
  ['empty-body', 'invalid-response'],
  ['cut-off', 'invalid-response'],
])('CMS in trouble: %s is %s', async (kind, reason) => {
  await using simulators = await startSimulators({ systems: ['cms'] });
  await using cards = createCardManagement({ url: simulators.cms.url, ...login, limits });
  simulators.cms.faults.set([{ kind }]);
  await expectUpstream(cards.ping(anySignal()), reason, ['E10']);
});

const card = (parts: { no?: string; patron?: string; type?: string; issued?: string }): string =>
  `<card type="${parts.type ?? 'LC'}" status="ACT"><cardNo>${parts.no ?? '21852000000017'}</cardNo>` +
  `<patronNo>${parts.patron ?? 'P0000001'}</patronNo><issuedOn>${parts.issued ?? '02/05/2012'}</issuedOn>` +
  '<closedOn i:nil="true"/><hkid i:nil="true"/><dateOfIssue i:nil="true"/><onReplacement i:nil="true"/>' +
  '<infoCardPrintedOn i:nil="true"/></card>';
const report = (at: string): string =>
  '<total>1</total><report><reportNo>R1</reportNo><cardNo>21852000000017</cardNo><patronNo>P0000001</patronNo>' +
  `<reportedAt>${at}</reportedAt><onReplacement i:nil="true"/></report>`;
const smartCard = (status: string, onReplacement: string | null): string =>
  card({ type: 'SC' })
    .replace('status="ACT"', `status="${status}"`)
    .replace('<hkid i:nil="true"/>', '<hkid>A123456(3)</hkid>')
    .replace('<dateOfIssue i:nil="true"/>', '<dateOfIssue>20/02/2019</dateOfIssue>')
    .replace(
      '<onReplacement i:nil="true"/>',
      onReplacement === null ? '$&' : `<onReplacement>${onReplacement}</onReplacement>`,
    );
const smartId = { identityNumber: 'A123456(3)', dateOfIssue: '2019-02-20' };
const page = { first: 1, after: null };

describe('an answer is an invalid response to', () => {
  test.each<[string, string, string, (cards: CardManagement) => Promise<unknown>]>([
    [
      'GetCardsByNumber',
      'a date that does not exist',
      card({ issued: '31/02/2012' }),
      (cards) => cards.cardsByNumber(['21852000000017'], anySignal()),
    ],
    [
      'GetCardsByNumber',
      'another card',
      card({ no: '21852000000025' }),
      (cards) => cards.cardsByNumber(['21852000000017'], anySignal()),
    ],
    [
      'GetCardsByNumber',
      'the same card twice',
      card({}) + card({}),
      (cards) => cards.cardsByNumber(['21852000000017'], anySignal()),
    ],
    [
      'GetCardsByPatron',
      'the card of another patron',
      card({ patron: 'P0000002' }),
      (cards) => cards.cardsByPatron(['P0000001'], anySignal()),
    ],
    ['FindSmartCard', 'a library card', card({}), (cards) => cards.findSmartId(smartId, anySignal())],
    [
      'ListLossReports',
      'a timestamp without an offset',
      report('2026-11-10T09:30:00'),
      (cards) => cards.listLossReports(page, anySignal()),
    ],
    [
      'ListLossReports',
      'a timestamp that does not exist',
      report('2026-11-31T09:30:00+08:00'),
      (cards) => cards.listLossReports(page, anySignal()),
    ],
  ])('%s with %s', async (name, _what, content, call) => {
    const xml = envelope12(
      `<${name}Response xmlns="http://cms.library.example/2009/cards" ` +
        `xmlns:i="http://www.w3.org/2001/XMLSchema-instance">${content}</${name}Response>`,
    );
    await using server = await startRawServer((response) => reply(response, xml, 'application/soap+xml'));
    await using cards = createCardManagement({ url: server.url, ...login, limits });
    await expectUpstream(call(cards), 'invalid-response', ['2185200', 'P0000', '2026', '2012']);
  });
});

describe('R18: of the cards that CMS may find by an identity number, only the one in hand is told', () => {
  test.each([
    ['one in use', 'ACT', null, '2019-02-20', true],
    ['one in use, shown with an older date', 'ACT', null, '2018-01-01', false],
    ['one in use, shown with a newer date', 'ACT', null, '2020-01-01', false],
    ['the replacement of a lost one', 'LST', 'CONT', '2019-02-21', true],
    ['the lost one itself', 'LST', 'CONT', '2019-02-20', false],
    ['one older than the lost one', 'LST', 'CONT', '2018-01-01', false],
    ['one whose service has ended', 'CAN', 'DISC', '2019-02-21', false],
    ['one that was surrendered', 'SUR', null, '2019-02-20', false],
  ] as const)('%s', async (_what, status, onReplacement, dateOfIssue, isTold) => {
    const xml = envelope12(
      '<FindSmartCardResponse xmlns="http://cms.library.example/2009/cards" ' +
        `xmlns:i="http://www.w3.org/2001/XMLSchema-instance">${smartCard(status, onReplacement)}</FindSmartCardResponse>`,
    );
    await using server = await startRawServer((response) => reply(response, xml, 'application/soap+xml'));
    await using cards = createCardManagement({ url: server.url, ...login, limits });
    const found = await cards.findSmartId({ ...smartId, dateOfIssue }, anySignal());
    expect(found?.identityNumber ?? null).toBe(isTold ? 'A123456(3)' : null);
  });
});
