/**
 * Attempts of readers, stations and partners to learn about other people. Here they see the whole graph, so that only
 * guards and resolvers stop them.
 */
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { codesIn, postJson } from '../../support/graph/ask-graph.ts';
import { openedForTests } from '../../support/set-up/opened-for-tests.ts';
import { callsOfRequests } from '../calls-of-requests.ts';
import { startSystem } from '../running-system.ts';
import { callerForTests } from '../system-for-tests.ts';

const now = new Date('2026-11-24T12:00:00+08:00');
const system = openedForTests(
  () => startSystem(now, {}, { buildsIndex: true, showsWholeGraph: true }),
  60_000,
);
const subject = 'one-sub-for-two';
const reader = callerForTests(system, { subject, patronId: 'P0000002' });
const otherReader = callerForTests(system, { subject, patronId: 'P0000003' });
const station = callerForTests(system, { subject: 'station-1', scope: 'station', branch: 'STCL' });
const strangers = {
  reader,
  station,
  'a station with a patron': callerForTests(system, { subject: 's', scope: 'station', patronId: 'P0000002' }),
  partner: callerForTests(system, { subject: 'ebooks', clientId: 'ebooks', scope: 'partner:verify' }),
  telephone: callerForTests(system, { subject: 'telephone', scope: 'telephone' }),
  'somebody with an unknown scope': callerForTests(system, { subject: 'x', scope: 'circulation:read:all' }),
};

describe.each(Object.entries(strangers))('%s', (_who, caller) => {
  const fields = '__typename id ... on Loan { dueOn patron { id } } ... on Hold { state patron { id } }';

  /** The answer about an id, and the calls to the system that has the object. The index calls circulation all the time. */
  async function find(id: string) {
    const { prs, cms } = system.legacy;
    for (const simulator of system.legacy.all.values()) {
      simulator.resetCalls();
    }
    const { body } = await system.ask(`{ node(id: "${id}") { ${fields} } }`, caller);
    const byId = ['GetApplications', 'GetPatrons'];
    const calls = [...callsOfRequests(prs), ...callsOfRequests(cms)].filter(([name]) => byId.includes(name));
    return { body, calls };
  }

  test.each([
    ['patron', 'P0000001', 'P9999999'],
    ['application', 'A0000001', 'A9999999'],
    ['loan', 'L00000001', 'L99999999'],
    ['reservation', 'H0000002', 'H9999999'],
  ])('does not learn whether there is a %s', async (_what, existing, other) => {
    const found = await find(existing);
    expect(found.body).toEqual({ data: { node: null } });
    expect(await find(other)).toEqual(found);
  });

  test('reads of a copy when it is due and how many wait, and not who has it or waits', async () => {
    const query = `{ node(id: "31852000000445") { ... on Item {
      dueOn work { queueLength } loan { id } holds { id }
    } } }`;
    const { body } = await system.ask(query, caller);
    expect(body.data).toEqual({
      node: { dueOn: '2026-10-29', work: { queueLength: 1 }, loan: null, holds: null },
    });
    expect(codesIn(body)).toEqual(['FORBIDDEN', 'FORBIDDEN']);
  });

  test.each([
    'loans { totalCount }',
    'holdShelf(filter: { branch: "HKCL" }) { totalCount }',
    'pullList(filter: { branch: "HKCL" }) { totalCount }',
    'operations(filter: { patronId: "P0000001" }) { totalCount }',
    'operations(filter: { state: UNSETTLED }) { totalCount }',
    'owingPatrons { totalCount }',
    'patrons(search: { name: "CHAN" }) { totalCount advice }',
    'applications(filter: { patronId: "P0000004" }) { totalCount }',
    'branches { loansOut }',
  ])('does not count with %s', async (field) => {
    const { body } = await system.ask(`{ ${field} }`, caller);
    expect(new Set(codesIn(body))).toEqual(new Set(['FORBIDDEN']));
    expect(JSON.stringify(body.data)).not.toMatch(/\d/);
  });
});

test('two patrons with one `sub` find their own operations, and those of no other', async () => {
  const input = { reference: randomUUID(), reader: { patronId: 'P0000002' }, loanId: 'L00000014' };
  await system.mutate('renewLoan', 'operation { state }', input, reader);
  const query = '{ myOperations { reference } }';
  expect(await system.read(query, reader)).toEqual({ myOperations: [{ reference: input.reference }] });
  expect(await system.read(query, otherReader)).toEqual({ myOperations: [] });
  for (const caller of [station, strangers.partner]) {
    expect(codesIn((await system.ask(query, caller)).body)).toEqual(['FORBIDDEN']);
  }
});

test('a station learns nothing of readers from a return, neither at once nor later, whatever its branch', async () => {
  const forged = { token: await system.token({ subject: 's2', scope: 'station', branch: 'X'.repeat(4000) }) };
  const fields = `destination { shelf branch isHere readyUntil hold { id patron { id } } }
    endedLoan { loanId dueOn daysLate patron { id } credential { libraryCardNumber } }`;
  const input = { reference: randomUUID(), itemNumber: '31852000000445' };
  const returned = await system.mutate('checkIn', `operation { state } ${fields}`, input, forged);
  const query = `{ operation(reference: "${input.reference}") { patron { id } ... on CheckInOperation { ${fields} } } }`;
  const later = await system.ask(query, forged);
  for (const { body } of [returned, later]) {
    expect(JSON.stringify(body.data)).not.toMatch(/[PLH]\d{7}|\d{14}/);
    expect(new Set(codesIn(body))).toEqual(new Set(['FORBIDDEN']));
    expect(JSON.stringify(body.data)).toContain('"shelf":"HOLD_SHELF"');
    expect(JSON.stringify(body.data)).toContain('"isHere":null');
  }
});

test('no header chooses the text of `content-language`, however long it is', async () => {
  const answerIn = async (language: string) => {
    const body = { query: '{ branches { code } nothing }' };
    const { status, headers } = await postJson(`${system.url}/graphql`, body, {
      headers: { 'accept-language': language },
    });
    return [status, headers.get('content-language')];
  };
  expect(await answerIn('zh"<script>;q=x, en;q=0.1')).toEqual([400, 'en']);
  const started = performance.now();
  expect(await answerIn(Array.from({ length: 1500 }, (_, at) => `x${at};q`).join())).toEqual([400, 'en']);
  expect(performance.now() - started).toBeLessThan(1000);
});
