import { describe, expect, test } from 'vitest';
import { codesIn } from '../../support/graph/ask-graph.ts';
import { callerForTests, systemForTests } from '../system-for-tests.ts';

/** What readers and staff are told of charges, by the payment system and by circulation (R27, R29). */

const system = systemForTests();
const reader = (patronId: string, claims = {}) => callerForTests(system, { patronId, ...claims });

const account = `account {
  outstanding { cents currency } paid { cents } waived { cents }
  charges(includeSettled: true) {
    id kind state amount { cents } paid { cents } waived { cents } outstanding { cents } raisedOn loanId
    description title dueOn credential { libraryCardNumber } pendingPayment { id }
  }
  credits { id amount { cents } remaining { cents } reason raisedAt expiresOn }
  payments { id state method cardDigits amount { cents } paidAt payBy
    lines { chargeId amount { cents } refunded { cents } } refunds { id amount { cents } reason refundedAt } }
}`;

describe('a reader', () => {
  const ho = reader('P0000016');
  const lee = reader('P0000002');
  const suspended = reader('P0000013');
  const withCredit = reader('P0000018');

  test('sees what is owed, also what circulation does not know', async () => {
    const { me } = await system.read<{ me: { account: { charges: { id: string }[] } } }>(
      `{ me { ${account} } }`,
      ho,
    );
    expect(me.account).toMatchObject({ outstanding: { cents: 2620, currency: 'HKD' }, paid: { cents: 0 } });
    expect(me.account.charges).toMatchObject([
      {
        id: 'F0000001',
        kind: 'OVERDUE',
        state: 'OPEN',
        amount: { cents: 2100 },
        outstanding: { cents: 2100 },
        raisedOn: '2026-11-12',
        loanId: 'L00000044',
        description: '14 days overdue',
        title: 'Moby-Dick',
        credential: { libraryCardNumber: '21852000000223' },
      },
      { id: 'G0000010', kind: 'PRINTING', outstanding: { cents: 520 }, dueOn: '2026-12-25' },
    ]);
  });

  const chan = reader('P0000003');

  test('sees payments, refunds and waivers, and the digits of no card that may be somebody else’s', async () => {
    const { me } = await system.read<{ me: { account: object } }>(`{ me { ${account} } }`, lee);
    expect(me.account).toMatchObject({
      outstanding: { cents: 350 },
      paid: { cents: 10000 },
      waived: { cents: 5000 },
      payments: [
        {
          id: 'RO2026000001',
          state: 'PAID',
          method: 'FPS',
          payBy: null,
          lines: [{ chargeId: 'G0000002', amount: { cents: 15000 }, refunded: { cents: 5000 } }],
          refunds: [{ amount: { cents: 5000 }, reason: 'The room was closed for an hour' }],
        },
      ],
    });
    const other = await system.read('{ me { account { payments { method cardDigits } } } }', chan);
    expect(other).toEqual({ me: { account: { payments: [{ method: 'CARD', cardDigits: null }] } } });
  });
  test('sees settled charges only on request', async () => {
    const { me } = await system.read<{ me: { account: { charges: { id: string }[] } } }>(
      '{ me { account { charges { id } } } }',
      lee,
    );
    expect(me.account.charges).toEqual([{ id: 'G0000003' }]);
  });

  test('gets the receipt of a payment as a PDF', async () => {
    const { me } = await system.read<{
      me: { account: { payments: { receipt: { id: string; pdf: string } }[] } };
    }>('{ me { account { payments { receipt { id pdf } } } } }', lee);
    const [payment] = me.account.payments;
    expect(payment?.receipt.id).toBe('RC2026000001');
    expect(Buffer.from(payment?.receipt.pdf ?? '', 'base64').toString('latin1')).toMatch(/^%PDF/);
  });

  test('sees what is owed while suspended, too', async () => {
    expect(await system.read('{ me { account { outstanding { cents } } } }', suspended)).toEqual({
      me: { account: { outstanding: { cents: 24000 } } },
    });
  });

  test('sees a credit, which lowers nothing', async () => {
    const { me } = await system.read<{ me: { account: object } }>(`{ me { ${account} } }`, withCredit);
    expect(me.account).toMatchObject({
      outstanding: { cents: 700 },
      credits: [{ id: 'CR000001', remaining: { cents: 1000 }, expiresOn: '2027-11-15' }],
    });
  });

  test('finds the words of the payment system on the charges of circulation', async () => {
    const { me } = await system.read<{ me: { charges: object[] } }>(
      '{ me { charges { id kind amount { cents } raisedOn loanId state outstanding { cents } description } owes { cents } } }',
      ho,
    );
    expect(me).toEqual({
      charges: [
        {
          id: 'F0000001',
          kind: 'OVERDUE',
          amount: { cents: 2100 },
          raisedOn: '2026-11-12',
          loanId: 'L00000044',
          state: 'OPEN',
          outstanding: { cents: 2100 },
          description: '14 days overdue',
        },
      ],
      owes: { cents: 2620 },
    });
  });

  test("has nobody else's in reach", async () => {
    const { body } = await system.ask(
      `{ patron(id: "P0000002") { account { outstanding { cents } } owes { cents } } }`,
      ho,
    );
    expect(body.data?.patron ?? null).toBeNull();
    expect(JSON.stringify(body.errors)).toContain('FORBIDDEN');
  });
});

describe('staff', () => {
  const withScope = (scope: string) => callerForTests(system, { subject: 'clerk', scope });
  const payments = withScope('charges:read');
  const lending = withScope('circulation:read');
  const others = withScope('patrons:read credentials:read');

  test.each([
    ['of a child', 'P0000005', 8800],
    ['of a closed record', 'P0000014', 6000],
  ])('see the account %s', async (_what, id, cents) => {
    const query = 'query ($id: ID!) { patron(id: $id) { account { outstanding { cents } } owes { cents } } }';
    expect(await system.read(query, { ...payments, variables: { id } })).toEqual({
      patron: { account: { outstanding: { cents } }, owes: { cents } },
    });
  });

  test('who see loans see what circulation tells and the sum, and not the account', async () => {
    const { body } = await system.ask(
      '{ patron(id: "P0000016") { charges { id state } owes { cents } account { asOf } } }',
      lending,
    );
    expect(body.data).toEqual({
      patron: { charges: [{ id: 'F0000001', state: null }], owes: { cents: 2620 }, account: null },
    });
    expect(codesIn(body)).toEqual(['FORBIDDEN', 'FORBIDDEN']);
  });

  test('who see charges learn no title', async () => {
    const { body } = await system.ask('{ patron(id: "P0000016") { charges { id state title } } }', payments);
    expect(body.data).toEqual({ patron: { charges: [{ id: 'F0000001', state: 'OPEN', title: null }] } });
    expect(codesIn(body)).toEqual(['FORBIDDEN']);
  });

  test('who see neither learn nothing', async () => {
    const { body } = await system.ask(
      '{ patron(id: "P0000016") { charges { id } owes { cents } account { asOf } } }',
      others,
    );
    expect(body.data).toEqual({ patron: { charges: null, owes: null, account: null } });
  });

  test('leave a record in the access log', async () => {
    await system.read('{ patron(id: "P0000008") { account { asOf } } }', payments);
    const { me } = await system.read<{
      me: { accessLog: { edges: { node: { kind: string; role: string } }[] } };
    }>('{ me { accessLog { edges { node { kind role } } } } }', reader8);
    expect(me.accessLog.edges.map(({ node }) => node)).toContainEqual({ kind: 'LOANS_READ', role: 'STAFF' });
  });
  const reader8 = reader('P0000008');
});

describe('a station', () => {
  const station = callerForTests(system, { subject: 'station-1', clientId: 'station-1', scope: 'station' });
  const withPin = (selection: string) =>
    system.ask(`query ($reader: CardAndPin!) { readerPatron(reader: $reader) { ${selection} } }`, {
      ...station,
      variables: { reader: { libraryCardNumber: '21852000000223', pin: '1234' } },
    });

  test('learns the sum once number and PIN are given, and nothing else', async () => {
    const { body } = await withPin('id owes { cents }');
    expect(body.errors).toBeUndefined();
    expect(body.data).toMatchObject({ readerPatron: { owes: { cents: 2620 } } });
    const { id } = (body.data as unknown as { readerPatron: { id: string } }).readerPatron;
    const later = await system.ask('query ($id: ID!) { patron(id: $id) { owes { cents } } }', {
      ...station,
      variables: { id },
    });
    expect(later.body.data).toEqual({ patron: { owes: { cents: 2620 } } });
  });

  test('learns nothing of a patron whose card was shown without a PIN', async () => {
    const { body } = await system.ask(
      '{ credential(libraryCardNumber: "21852000000223") { patron { owes { cents } } } }',
      station,
    );
    expect(body.data).toEqual({ credential: { patron: { owes: null } } });
    expect(codesIn(body)).toEqual(['FORBIDDEN']);
  });
});
