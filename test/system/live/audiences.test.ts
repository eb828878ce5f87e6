/** Each audience is told of what it may know, and of nothing of others. */
import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type AnswerBody, codesIn } from '../../support/graph/ask-graph.ts';
import { type EventStream, openEventStream } from '../../support/graph/event-stream.ts';
import { controlPayments, raiseCharge } from '../../support/services/payment-system.ts';
import { callerForTests, systemForTests } from '../system-for-tests.ts';
import { untilOpen } from './until-open.ts';

vi.setConfig({ testTimeout: 90_000 });

const system = systemForTests(undefined, {}, { buildsIndex: true });
const scope =
  'patrons:read patrons:write circulation:read circulation:write credentials:read credentials:write applications:decide audit:read';
const staff = callerForTests(system, { subject: 'desk', scope });
const clerk = callerForTests(system, { subject: 'clerk', scope: 'applications:decide' });
const ada = callerForTests(system, { subject: 'ada', patronId: 'P0000001' });
const ben = callerForTests(system, { subject: 'ben', patronId: 'P0000003' });
const ebooks = callerForTests(system, { subject: 'e', clientId: 'ebooks', scope: 'partner:verify' });
const films = callerForTests(system, { subject: 'f', clientId: 'films', scope: 'partner:verify' });

afterEach(() => untilOpen(system, 0));

const follow = (field: string, { token }: { readonly token: string }, variables = {}, heading = '') =>
  openEventStream(system.url, `subscription ${heading} { ${field} }`, { token, variables });

const suspend = (patronId: string) =>
  system.change('suspendPatron', 'operation { state }', { patronId }, { token: staff.token });
const lift = (patronId: string) =>
  system.change('liftSuspension', 'operation { state }', { patronId }, { token: staff.token });

/** The events until one fits, each as the value of its root field. */
async function told(stream: EventStream, fits: (event: Record<string, unknown>) => boolean) {
  const first = (body: AnswerBody) => {
    const [change] = Object.values(body.data ?? {});
    if (change == null) {
      throw new Error(`no change: ${JSON.stringify(body)}`);
    }
    return change as Record<string, unknown>;
  };
  const events = await stream.until((body) => fits(first(body)));
  return events.map(({ body }) => first(body));
}

const change = 'id cursor at kind subjectId operationKind operationState';

describe('a reader', () => {
  test('is told of their own loans and operations, and another reader is not', async () => {
    await using adas = await follow(`myChanges { ${change} patron { loanQuota { used } } }`, ada);
    await using bens = await follow(`myChanges { ${change} }`, ben);
    await untilOpen(system, 2);
    await system.change('checkIn', 'operation { state }', { itemNumber: '31852000000015' }, staff);
    const ofLoans = await told(adas, ({ kind }) => kind === 'LOAN_ENDED');
    expect(ofLoans.at(-1)).toMatchObject({ subjectId: 'L00000001', patron: { loanQuota: { used: 9 } } });
    await suspend('P0000001');
    await suspend('P0000003');
    const ofAda = await told(adas, ({ operationState }) => operationState === 'DONE');
    expect(ofAda.at(-1)).toMatchObject({ operationKind: 'SUSPEND_PATRON' });
    const ofBen = await told(bens, ({ operationState }) => operationState === 'DONE');
    expect(new Set(ofBen.map(({ operationKind }) => operationKind))).toEqual(new Set(['SUSPEND_PATRON']));
    await lift('P0000001');
    await lift('P0000003');
  });

  test('is told of their own charges and payments, and so are staff who may read charges, and nobody else', async () => {
    const cashier = { token: await system.token({ subject: 'cashier', scope: `${scope} charges:read` }) };
    await vi.waitFor(
      async () =>
        expect(await system.read('{ owingPatrons { totalCount } }', cashier)).toMatchObject({
          owingPatrons: { totalCount: expect.any(Number) },
        }),
      60_000,
    );
    await using adas = await follow(`myChanges { ${change} }`, ada);
    await using bens = await follow(`myChanges { ${change} }`, ben);
    await using desks = await follow(`libraryChanges { ${change} }`, staff);
    await using cashiers = await follow(`libraryChanges { ${change} }`, cashier);
    await untilOpen(system, 4);
    const rps = system.legacy.all.get('rps')?.url ?? '';
    const charge = await raiseCharge(rps, 'P0000001', 300);
    const { payment } = await system.change<{ payment: { id: string } }>(
      'startPayment',
      'payment { id }',
      { patronId: 'P0000001', charges: [charge], method: 'FPS' },
      ada,
    );
    await controlPayments(rps, { pay: payment.id });
    const kinds = ['CHARGE_RAISED', 'PAYMENT_STARTED', 'PAYMENT_PAID'];
    const isPaid = ({ kind }: Record<string, unknown>) => kind === 'PAYMENT_PAID';
    for (const stream of [adas, cashiers]) {
      const toldKinds = (await told(stream, isPaid)).map(({ kind }) => kind);
      expect(toldKinds.filter((kind) => kinds.includes(String(kind)))).toEqual(kinds);
    }
    // What comes after it in the log is told, so nothing of the account was before it.
    await suspend('P0000003');
    const isSettled = ({ operationState }: Record<string, unknown>) => operationState === 'DONE';
    for (const stream of [bens, desks]) {
      const toldKinds = (await told(stream, isSettled)).map(({ kind }) => kind);
      expect(toldKinds.filter((kind) => kinds.includes(String(kind)))).toEqual([]);
    }
    await lift('P0000003');
  });

  test('is told how their own operation stands, at once and when it changes', async () => {
    const reference = randomUUID();
    const query = 'operationChanges(reference: $reference) { id cursor state operation { kind } }';
    const heading = '($reference: ID!)';
    await using before = await follow(query, ada, { reference }, heading);
    await untilOpen(system, 1);
    await system.mutate(
      'renewLoan',
      'operation { state }',
      { reference, reader: { patronId: 'P0000001' }, loanId: 'L00000002' },
      ada,
    );
    const live = await told(before, ({ state }) => state !== 'UNSETTLED');
    await using after = await follow(query, ada, { reference }, heading);
    const [now] = await told(after, () => true);
    expect(now).toMatchObject({ state: live.at(-1)?.state, operation: { kind: 'RENEW_LOAN' } });
    await using bens = await follow(query, ben, { reference }, heading);
    await using own = await follow(`myChanges { ${change} }`, ben);
    await untilOpen(system, 4);
    await suspend('P0000003');
    await told(own, ({ operationState }) => operationState === 'DONE');
    await expect(Promise.race([bens.next(), Promise.resolve('nothing')])).resolves.toBe('nothing');
    await lift('P0000003');
  });
});

describe('staff', () => {
  test('are told of the whole library by kind, and no event names a person', async () => {
    const filter = { kind: ['OPERATION'] };
    const heading = '($filter: LibraryChangeFilter)';
    await using stream = await follow(
      `libraryChanges(filter: $filter) { ${change} branch { code } }`,
      staff,
      { filter },
      heading,
    );
    await untilOpen(system, 1);
    await system.change('checkIn', 'operation { state }', { itemNumber: '31852000000031' }, staff);
    await suspend('P0000001');
    const events = await told(
      stream,
      (one) => one.operationKind === 'SUSPEND_PATRON' && one.operationState === 'DONE',
    );
    expect(new Set(events.map(({ kind }) => kind))).toEqual(new Set(['OPERATION']));
    expect(JSON.stringify(events)).not.toMatch(/P0000001|21852|31852/);
    await lift('P0000001');
  });

  test('who follow one patron, or read an operation of an event, leave a record', async () => {
    const heading = '($filter: LibraryChangeFilter)';
    const filter = { patronId: 'P0000003' };
    const query = `libraryChanges(filter: $filter) { ${change} operation { kind } }`;
    await using stream = await follow(query, staff, { filter }, heading);
    await untilOpen(system, 1);
    await suspend('P0000001');
    await suspend('P0000003');
    const events = await told(stream, ({ operationState }) => operationState === 'DONE');
    expect(events.every(({ operationKind }) => operationKind === 'SUSPEND_PATRON')).toBe(true);
    const { patron } = await system.read<{ patron: { accessLog: { edges: { node: object }[] } } }>(
      '{ patron(id: "P0000003") { accessLog(first: 20) { edges { node { kind role } } } } }',
      staff,
    );
    const kinds = patron.accessLog.edges.map(({ node }) => (node as { kind: string }).kind);
    expect(kinds).toEqual(expect.arrayContaining(['LOANS_READ', 'OPERATIONS_READ']));
    await lift('P0000001');
    await lift('P0000003');
  });

  test('with applications:decide alone are told of applications, and not of cards', async () => {
    const query = 'credentialChanges { id cursor kind state application { status } }';
    await using all = await follow(query, staff);
    await using some = await follow(query, clerk);
    await untilOpen(system, 2);
    const libraryCardNumber = '21852000000058';
    await system.change('reportLoss', 'operation { state }', { libraryCardNumber }, staff);
    const applicationId = 'A0000001';
    const input = { reference: randomUUID(), applicationId, reason: 'withdrawn at the desk' };
    await system.mutate('rejectApplication', 'operation { state }', input, staff);
    const ofClerk = await told(some, ({ state }) => state !== 'UNSETTLED');
    expect(ofClerk.map(({ kind }) => kind)).not.toContain('REPORT_LOSS');
    const ofStaff = await told(all, ({ kind, state }) => kind !== 'REPORT_LOSS' && state !== 'UNSETTLED');
    expect(ofStaff.map(({ kind }) => kind)).toContain('REPORT_LOSS');
  });
});

test('a partner is told of the pseudonyms that it names, if they are its own', async () => {
  const pseudonymFor = async (partner: typeof ebooks): Promise<string> => {
    const input = { libraryCardNumber: '21852000000017', pin: '1234' };
    const { body } = await system.mutate('verifyPatron', 'pseudonym problems { code }', input, partner);
    return (body.data as { verifyPatron: { pseudonym: string } }).verifyPatron.pseudonym;
  };
  const pseudonym = await pseudonymFor(ebooks);
  expect(pseudonym).toHaveLength(43);
  const query = 'standingChanges(pseudonyms: $pseudonyms) { id cursor pseudonym inGoodStanding }';
  const heading = '($pseudonyms: [ID!]!)';
  const named = [pseudonym, await pseudonymFor(films)];
  await using own = await follow(query, ebooks, { pseudonyms: named }, heading);
  await using others = await follow(query, films, { pseudonyms: [pseudonym] }, heading);
  await using staffs = await follow(`libraryChanges { ${change} }`, staff);
  await untilOpen(system, 3);
  await suspend('P0000001');
  await lift('P0000001');
  const events = [(await told(own, () => true))[0], (await told(own, () => true))[0]];
  expect(events.map((one) => one?.pseudonym)).toEqual([pseudonym, pseudonym]);
  expect(events.at(-1)).toMatchObject({ inGoodStanding: true });
  await told(staffs, (one) => one.operationKind === 'LIFT_SUSPENSION' && one.operationState === 'DONE');
  await expect(Promise.race([others.next(), Promise.resolve('nothing')])).resolves.toBe('nothing');
});

test('a station is told that it was withdrawn, once for each change, and another station is not', async () => {
  const tokenOf = (id: string) => system.token({ subject: id, clientId: `station-${id}`, scope: 'station' });
  const followAs = async (id: string) =>
    await follow('stationChanges { id cursor isInService }', { token: await tokenOf(id) });
  const record = async (id: string, changeId: string, isInService: boolean) => {
    const { body } = await system.mutate(
      'recordStationService',
      'isInService changesCursor',
      { changeId, isInService },
      { token: await tokenOf(id) },
    );
    expect(body).toMatchObject({ data: { recordStationService: { isInService } } });
  };
  await using own = await followAs('k3m9x2p7');
  await using other = await followAs('other');
  await untilOpen(system, 2);
  await record('k3m9x2p7', 'one', false);
  await record('k3m9x2p7', 'one', false);
  await record('k3m9x2p7', 'two', true);
  await record('other', 'one', true);
  expect((await told(own, () => true))[0]).toMatchObject({ isInService: false });
  expect((await told(own, () => true))[0]).toMatchObject({ isInService: true });
  expect((await told(other, () => true))[0]).toMatchObject({ isInService: true });
});

test('only a station records its service, by a key that the log takes', async () => {
  const codesOf = async (claims: object, changeId: string) => {
    const token = await system.token({ subject: 'one', ...claims });
    const input = { changeId, isInService: true };
    return codesIn((await system.mutate('recordStationService', 'isInService', input, { token })).body);
  };
  const station = { scope: 'station', clientId: 'station-k3m9x2p7' };
  expect(await codesOf({ scope: 'station', clientId: 'gate' }, 'one')).toEqual(['BAD_USER_INPUT']);
  expect(await codesOf({ scope: 'station' }, 'one')).toEqual(['BAD_USER_INPUT']);
  expect(await codesOf(station, 'a b')).toEqual(['BAD_USER_INPUT']);
  expect(await codesOf(station, '')).toEqual(['BAD_USER_INPUT']);
  expect(await codesOf({ ...station, scope: 'circulation:write' }, 'one')).not.toEqual([]);
});

test.each([
  ['a reader', ada, 'libraryChanges { id }', 'GRAPHQL_VALIDATION_FAILED'],
  ['staff', staff, 'stationChanges { isInService }', 'GRAPHQL_VALIDATION_FAILED'],
  ['a clerk', clerk, 'libraryChanges { id }', 'FORBIDDEN'],
  ['a partner', ebooks, 'credentialChanges { id }', 'GRAPHQL_VALIDATION_FAILED'],
] as const)('%s is refused what is for others: %#', async (_who, caller, field, code) => {
  await using stream = await follow(field, caller);
  const { body } = await stream.next();
  expect(codesIn(body)).toEqual([code]);
  await stream.ended;
});
