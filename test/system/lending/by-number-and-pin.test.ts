/**
 * R10, R29: by telephone and at stations, readers see and change their loans and holds with a card number and its PIN.
 */
import { describe, expect, test } from 'vitest';
import {
  failuresPerNumber,
  verificationFloorMs,
} from '../../../subgraphs/operations/attempts/pin-attempts.ts';
import { codesIn } from '../../support/graph/ask-graph.ts';
import { type Answer, rootField } from '../running-system.ts';
import { type Caller, callerForEachTest, systemForEachTest } from '../system-for-tests.ts';

const system = systemForEachTest(undefined, {}, { showsWholeGraph: true });
const telephone = callerForEachTest(system, {
  subject: 'telephone',
  clientId: 'telephone',
  scope: 'telephone',
});

const [libraryCard, smartCard, pin] = ['21852000000033', '21852000000041', '1234'] as const;
const reader = { libraryCardNumber: libraryCard, pin };

interface Loans {
  readonly totalCount: number;
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
  readonly edges: readonly { readonly node: { readonly id: string } }[];
}

const ask = (selection: string, variables: object, caller: Caller = telephone): Promise<Answer> => {
  const after = selection.includes('$after') ? ', $after: String' : '';
  return system.ask(`query ($reader: CardAndPin!${after}) { ${selection} }`, { ...caller, variables });
};
const listLoans =
  'readerLoans(reader: $reader, first: 3, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { node { id } } }';
const listHolds = 'readerHolds(reader: $reader) { id title state }';
const verified = () => system.legacy.cms.calls.get('VerifyPin') ?? 0;

interface Payload {
  readonly operation: { readonly state: string };
  readonly hold: {
    readonly id: string;
    readonly state: string;
    readonly credential: { readonly libraryCardNumber: string };
  } | null;
  readonly problems: readonly { readonly code: string }[];
}

const payload = 'operation { state } hold { id state credential { libraryCardNumber } } problems { code }';
const change = (field: string, input: object, caller: Caller = telephone) =>
  system.change<Payload>(field, payload, input, caller);

test('the loans on all cards are listed, soonest due first, page by page', async () => {
  const { body } = await ask(listLoans, { reader });
  expect(body.errors).toBeUndefined();
  const first = rootField<Loans>(body, 'readerLoans');
  expect(first).toMatchObject({ totalCount: 5, pageInfo: { hasNextPage: true } });
  const rest = await ask(listLoans, { reader, after: first.pageInfo.endCursor });
  const second = rootField<Loans>(rest.body, 'readerLoans');
  expect(second.pageInfo.hasNextPage).toBe(false);
  const ids = [...first.edges, ...second.edges].map(({ node }) => node.id);
  expect(ids.toSorted()).toEqual(['11', '12', '13', '14', '15'].map((digits) => `L000000${digits}`));
});

test('the list is the same backwards, for a reader who calls and for a reader who is signed in', async () => {
  const page = '{ pageInfo { hasPreviousPage startCursor } edges { node { id } } }';
  interface Page {
    readonly pageInfo: { readonly hasPreviousPage: boolean; readonly startCursor: string };
    readonly edges: readonly { readonly node: { readonly id: string } }[];
  }
  const token = await system.token({ patronId: 'P0000002' });
  const query = `query ($before: String, $size: Int) { me { loans(last: $size, before: $before) ${page} } }`;
  const ofPatron = async (variables: object): Promise<Page> => {
    const { body } = await system.ask(query, { token, variables: { ...variables } });
    return rootField<{ loans: Page }>(body, 'me').loans;
  };
  const ofCaller = async (variables: object): Promise<Page> => {
    const { body } = await system.ask(
      `query ($reader: CardAndPin!, $before: String, $size: Int) { readerLoans(reader: $reader, last: $size, before: $before) ${page} }`,
      { ...telephone, variables: { reader, ...variables } },
    );
    return rootField<Page>(body, 'readerLoans');
  };
  const all = (await ofPatron({})).edges;
  expect(all).toHaveLength(5);
  for (const list of [ofPatron, ofCaller]) {
    const end = await list({ size: 3 });
    expect(end.pageInfo.hasPreviousPage).toBe(true);
    const beginning = await list({ size: 3, before: end.pageInfo.startCursor });
    expect(beginning.pageInfo.hasPreviousPage).toBe(false);
    expect([...beginning.edges, ...end.edges]).toEqual(all);
  }
});

test('`first` and `last` at once are BAD_USER_INPUT, and the PIN is not checked', async () => {
  const { body } = await ask('readerLoans(reader: $reader, first: 1, last: 1) { totalCount }', { reader });
  expect(body.errors).toMatchObject([{ path: ['readerLoans'], extensions: { code: 'BAD_USER_INPUT' } }]);
  expect(verified()).toBe(0);
});

test('the PIN is verified once per request, for any number of fields', async () => {
  const both = `${listLoans} again: readerLoans(reader: $reader) { totalCount } ${listHolds}`;
  const { body } = await ask(both, { reader });
  expect(body.errors).toBeUndefined();
  expect(body.data).toMatchObject({ again: { totalCount: 5 }, readerHolds: [{ id: 'H0000001' }] });
  expect(verified()).toBe(1);
  await Promise.all([ask(both, { reader }), ask(both, { reader }), ask(both, { reader })]);
  expect(verified()).toBe(4);
});

test('a wrong PIN in several fields of a query is one failure', async () => {
  const wrong = { ...reader, pin: '0000' };
  const { body } = await ask(`${listLoans} ${listHolds}`, { reader: wrong });
  expect(body.errors).toHaveLength(2);
  expect(verified()).toBe(1);
});

describe('R28: a refused number and PIN', () => {
  test('is always the same error, in text and time: wrong PIN, unknown number, wrong check digit, lost or ended card', async () => {
    const refused = [
      { libraryCardNumber: libraryCard, pin: '0000' },
      { libraryCardNumber: '21852000009992', pin },
      { libraryCardNumber: '21852000009991', pin },
      { libraryCardNumber: 'no number', pin },
      { libraryCardNumber: '21852000000116', pin },
      { libraryCardNumber: '21852000000157', pin },
    ];
    const answers = await Promise.all(
      refused.map(async (presented) => {
        const started = performance.now();
        const { body } = await ask(listHolds, { reader: presented });
        expect(performance.now() - started).toBeGreaterThanOrEqual(verificationFloorMs - 5);
        return body;
      }),
    );
    for (const body of answers) {
      expect(body).toEqual(answers[0]);
    }
    expect(answers[0]).toMatchObject({
      data: { readerHolds: null },
      errors: [{ path: ['readerHolds'], extensions: { code: 'WRONG_NUMBER_OR_PIN' } }],
    });
  });

  test('is counted together with those of mutations, and locked with the time to wait', async () => {
    const wrong = { ...reader, pin: '0000' };
    for (let guess = 1; guess < failuresPerNumber; guess += 1) {
      await ask(listHolds, { reader: wrong });
    }
    const input = { reader: { cardAndPin: wrong }, holdId: 'H0000001' };
    expect(await change('cancelHold', input)).toMatchObject({
      problems: [{ code: 'WRONG_NUMBER_OR_PIN' }],
    });
    const { body } = await ask(listHolds, { reader });
    expect(body.errors).toMatchObject([
      { extensions: { code: 'PIN_LOCKED', mayRetryAt: expect.any(String) } },
    ]);
    expect(verified()).toBe(failuresPerNumber);
    const token = await system.token({ subject: 'station', clientId: 'stations', scope: 'station' });
    expect((await ask(listHolds, { reader }, { token })).body.errors).toBeUndefined();
  });
});

test('R26: if card management can’t be asked, the error says so, and it is asked once and not counted', async () => {
  const { faults } = system.legacy.cms;
  for (let time = 0; time <= failuresPerNumber; time += 1) {
    faults.set([{ kind: 'busy', operations: ['VerifyPin'] }]);
    const before = verified();
    const { body } = await ask(`${listLoans} ${listHolds}`, { reader });
    expect(codesIn(body)).toEqual(['UPSTREAM_UNAVAILABLE', 'UPSTREAM_UNAVAILABLE']);
    expect(verified() - before).toBeLessThanOrEqual(1);
    faults.clear();
  }
  expect((await ask(listHolds, { reader })).body.errors).toBeUndefined();
});

test('R27: nobody else can list by number and PIN', async () => {
  for (const claims of [
    { subject: 'P0000002', patronId: 'P0000002' },
    { scope: 'circulation:read circulation:write' },
    { scope: 'partner:verify' },
  ]) {
    const token = await system.token(claims);
    const { body } = await ask(`${listLoans} ${listHolds}`, { reader }, { token });
    expect(body.data).toEqual({ readerLoans: null, readerHolds: null });
    expect(codesIn(body)).toEqual(['FORBIDDEN', 'FORBIDDEN']);
  }
  expect(verified()).toBe(0);
});

describe('placing a hold', () => {
  const hold = { titleNumber: 'B0000010', pickupBranch: 'HKCL' };
  const place = (input: object, caller?: Caller) => change('placeHold', { ...hold, ...input }, caller);

  test('by number and PIN uses that card, and can be cancelled', async () => {
    const whose = { reader: { cardAndPin: { libraryCardNumber: smartCard, pin } } };
    const placed = await place(whose);
    expect(placed).toMatchObject({
      operation: { state: 'DONE' },
      hold: { state: 'QUEUED', credential: { libraryCardNumber: smartCard } },
    });
    const cancelled = await change('cancelHold', { ...whose, holdId: placed.hold?.id });
    expect(cancelled).toMatchObject({ operation: { state: 'DONE' }, hold: { state: 'CANCELLED' } });
  });

  test('without a card uses the card for telephone and web; a named card must be the reader’s', async () => {
    const own = { token: await system.token({ subject: 'P0000002', patronId: 'P0000002' }) };
    const whose = { reader: { patronId: 'P0000002' } };
    expect(await place(whose, own)).toMatchObject({
      hold: { credential: { libraryCardNumber: libraryCard } },
    });
    expect(
      await place({ ...whose, titleNumber: 'B0000011', libraryCardNumber: smartCard }, own),
    ).toMatchObject({
      hold: { credential: { libraryCardNumber: smartCard } },
    });
    const others = { ...whose, titleNumber: 'B0000012', libraryCardNumber: '21852000000066' };
    expect(await place(others, own)).toMatchObject({
      operation: { state: 'REFUSED' },
      problems: [{ code: 'CREDENTIAL_NOT_FOUND' }],
    });
  });

  test('R15: is refused to a suspended reader', async () => {
    const staff = { token: await system.token({ subject: 'staff', scope: 'circulation:write' }) };
    expect(await place({ reader: { patronId: 'P0000013' } }, staff)).toMatchObject({
      problems: [{ code: 'PATRON_NOT_ACTIVE' }],
    });
  });
});

test('staff lend a held copy by the patron’s number, not by number and PIN', async () => {
  const token = await system.token({ subject: 'staff', scope: 'circulation:write circulation:read' });
  const { body } = await system.mutate(
    'lendHeldItem',
    'operation { state }',
    { reference: 'a', reader: { cardAndPin: reader }, holdId: 'H0000001', itemNumber: '31852000000494' },
    { token },
  );
  expect(body.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  expect(verified()).toBe(0);
});

test('R30: neither the number nor the PIN is in the log', async () => {
  await ask(listHolds, { reader: { ...reader, pin: '7391' } });
  const log = system.log.join('\n');
  expect(log).not.toContain('7391');
  expect(log).not.toContain(libraryCard);
});
