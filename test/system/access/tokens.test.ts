import { describe, expect, test } from 'vitest';
import { codesIn, errorsIn } from '../../support/graph/ask-graph.ts';
import { systemForTests } from '../system-for-tests.ts';

// The guards must hold even for a caller who sees every field.
const system = systemForTests(undefined, {}, { showsWholeGraph: true });

test('an anonymous caller reads the catalogue, and nothing about a person', async () => {
  const { status, body } = await system.ask(
    '{ me { id } items(title: "Walden", first: 1) { title } patron(id: "P0000001") { id } }',
  );
  expect(status).toBe(200);
  expect(body.data).toEqual({ me: null, items: [{ title: 'Walden' }], patron: null });
  expect(errorsIn(body)).toEqual(['me UNAUTHENTICATED', 'patron UNAUTHENTICATED']);
});

test('a token of an unknown issuer is 401', async () => {
  const { status, body } = await system.ask('{ __typename }', { token: 'not.a.token' });
  expect(status).toBe(401);
  expect(body.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
});

test('me is null for a token without a patron', async () => {
  const { body } = await system.ask('{ me { id } }', {
    token: await system.token({ scope: 'patrons:read' }),
  });
  expect(body).toEqual({ data: { me: null } });
});

describe('R27: a patron', () => {
  test('reads their own data without a scope', async () => {
    const token = await system.token({ patronId: 'P0000016' });
    const { body } = await system.ask(
      `{ me {
        name { english given } dateOfBirth contact { telephone } identity { kind masked } version registeredOn
        credentials { issuedOn } holds { id } charges { kind amount { cents currency } loanId }
        loans { edges { node { overdue renewals renewalsLeft } } }
        applications { totalCount }
      } }`,
      { token },
    );
    expect(body.errors).toBeUndefined();
    expect(body.data?.me).toMatchObject({
      name: { english: 'TSUI, WING SZE', given: 'Wing Sze' },
      identity: { kind: 'HKID', masked: 'B20****(*)' },
      charges: [{ kind: 'OVERDUE', amount: { cents: 2100, currency: 'HKD' }, loanId: 'L00000044' }],
      loans: {
        edges: [
          { node: { overdue: true, renewals: 2, renewalsLeft: 3 } },
          { node: { overdue: true, renewals: 2, renewalsLeft: 3 } },
        ],
      },
    });
  });

  test("can't read another patron, nor a list of patrons", async () => {
    const token = await system.token({ patronId: 'P0000001' });
    const { body } = await system.ask(
      '{ patron(id: "P0000002") { id } patrons { totalCount } applications { totalCount } }',
      { token },
    );
    expect(body.data).toEqual({ patron: null, patrons: null, applications: null });
    expect(errorsIn(body)).toEqual(['patron FORBIDDEN', 'patrons FORBIDDEN', 'applications FORBIDDEN']);
  });

  test("sees their own application, and can't tell that there is another's", async () => {
    const query =
      '{ mine: application(id: "A0000001") { status wants } other: application(id: "A0000002") { status } }';
    const { body } = await system.ask(query, { token: await system.token({ patronId: 'P0000004' }) });
    expect(body).toEqual({ data: { mine: { status: 'RECEIVED', wants: ['SMART_ID'] }, other: null } });
  });
});

describe('R27: staff see by scope', () => {
  const query = `{ patron(id: "P0000001") {
    name { english } contact { telephone } credentials { status } libraryCardNumber loanQuota { used } loans { totalCount }
  } }`;

  test('everything with all scopes', async () => {
    const token = await system.token({ scope: 'patrons:read credentials:read circulation:read' });
    expect((await system.ask(query, { token })).body.errors).toBeUndefined();
  });

  test('only the registry with patrons:read', async () => {
    const { body } = await system.ask(query, { token: await system.token({ scope: 'patrons:read' }) });
    expect(body.data?.patron).toEqual({
      name: { english: 'CHAN, TAI MAN' },
      contact: { telephone: '20000001' },
      credentials: null,
      libraryCardNumber: null,
      loanQuota: null,
      loans: null,
    });
    expect(new Set(codesIn(body))).toEqual(new Set(['FORBIDDEN']));
    expect(body.errors).toHaveLength(4);
  });

  test('a card without its patron with credentials:read', async () => {
    const { body } = await system.ask(
      '{ credential(libraryCardNumber: "21852000000025") { status issuedOn patron { id name { english } } ... on SmartIdCard { maskedIdentityNumber dateOfIssue informationCardPrintedOn } } }',
      { token: await system.token({ scope: 'credentials:read' }) },
    );
    expect(body.data?.credential).toEqual({
      status: 'ACTIVE',
      issuedOn: '2019-03-11',
      patron: { id: 'P0000001', name: null },
      maskedIdentityNumber: 'A12****(*)',
      dateOfIssue: '2019-02-20',
      informationCardPrintedOn: '2019-03-11',
    });
    expect(errorsIn(body)).toEqual(['credential.patron.name FORBIDDEN']);
  });

  test('applications as they were filled in, with applications:decide', async () => {
    const query =
      '{ applications(filter: { status: RECEIVED }) { totalCount edges { node { id applicant { englishName maskedIdentityNumber } problems { code } } } } }';
    const { body } = await system.ask(query, { token: await system.token({ scope: 'applications:decide' }) });
    expect(body).toEqual({
      data: {
        applications: {
          totalCount: 1,
          edges: [
            {
              node: {
                id: 'A0000001',
                applicant: { englishName: 'NG, WAI', maskedIdentityNumber: 'D13****(*)' },
                problems: [],
              },
            },
          ],
        },
      },
    });
  });

  test('loss reports with credentials:read, oldest first', async () => {
    const { body } = await system.ask(
      '{ lossReports { totalCount edges { node { id onReplacement credential { libraryCardNumber status } } } } }',
      { token: await system.token({ scope: 'credentials:read' }) },
    );
    expect(body.errors).toBeUndefined();
    expect(body.data?.lossReports).toMatchObject({
      totalCount: 3,
      edges: [
        { node: { id: 'R0000001', onReplacement: 'CONTINUE', credential: { status: 'LOST' } } },
        { node: { id: 'R0000002', onReplacement: 'DISCONTINUE', credential: { status: 'DISCONTINUED' } } },
        { node: { id: 'R0000003', onReplacement: null, credential: { status: 'LOST' } } },
      ],
    });
  });
});

describe('R29: a station', () => {
  const presented = { identityNumber: 'A123456(3)', dateOfIssue: '2019-02-20' };

  test('identifies a card, greets, and sees the standing and the quota', async () => {
    const { body } = await system.ask(
      `query($presented: SmartIdPresented!) { smartId(presented: $presented) {
        libraryCardNumber status patron { name { given } status loanQuota { remaining } }
      } }`,
      { token: await system.token({ scope: 'station' }), variables: { presented } },
    );
    expect(body).toEqual({
      data: {
        smartId: {
          libraryCardNumber: '21852000000025',
          status: 'ACTIVE',
          patron: { name: { given: 'Tai Man' }, status: 'ACTIVE', loanQuota: { remaining: 0 } },
        },
      },
    });
  });

  test('R29: does not learn which other cards the patron has', async () => {
    const { body } = await system.ask(
      `query($presented: SmartIdPresented!) { smartId(presented: $presented) {
        patron { loanQuota { byCredential { credential { libraryCardNumber } } } }
      } }`,
      { token: await system.token({ scope: 'station' }), variables: { presented } },
    );
    expect(body.data).toEqual({ smartId: { patron: { loanQuota: { byCredential: null } } } });
    expect(errorsIn(body)).toEqual(['smartId.patron.loanQuota.byCredential FORBIDDEN']);
  });

  test('sees nothing else', async () => {
    const { body } = await system.ask(
      `query($presented: SmartIdPresented!) { smartId(presented: $presented) {
        maskedIdentityNumber issuedOn
        patron { name { english } contact { email } loans { totalCount } credentials { status } }
      } }`,
      { token: await system.token({ scope: 'station' }), variables: { presented } },
    );
    expect(body.data?.smartId).toEqual({
      maskedIdentityNumber: null,
      issuedOn: null,
      patron: { name: { english: null }, contact: null, loans: null, credentials: null },
    });
    expect(body.errors).toHaveLength(6);
  });

  test('R18: a lost card is refused by its older date, and its replacement is recognized', async () => {
    const token = await system.token({ scope: 'station' });
    const look = async (dateOfIssue: string) => {
      const { body } = await system.ask(
        'query($p: SmartIdPresented!) { smartId(presented: $p) { libraryCardNumber status } }',
        { token, variables: { p: { identityNumber: 'K778899(1)', dateOfIssue } } },
      );
      expect(body.errors).toBeUndefined();
      return body.data?.smartId;
    };
    expect(await look('2018-02-01')).toBeNull();
    expect(await look('2026-11-20')).toEqual({ libraryCardNumber: '21852000000116', status: 'LOST' });
  });
});

test('R28: a partner learns nothing about a patron', async () => {
  const token = await system.token({ clientId: 'ebooks', scope: 'partner:verify' });
  const { body } = await system.ask(
    '{ me { id } patron(id: "P0000001") { id } credential(libraryCardNumber: "21852000000017") { status } }',
    { token },
  );
  expect(body.data).toEqual({ me: null, patron: null, credential: null });
  expect(errorsIn(body)).toEqual(['patron FORBIDDEN', 'credential FORBIDDEN']);
});
