/**
 * R24: staff see what an operation was asked to do and who asked for it, after any outcome. Readers find their own
 * operations.
 */
import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { copy, libraryForTests, otherCopy } from '../library.ts';
import { done, type Member, refusedWith } from '../payloads.ts';
import { newApplicant } from '../people.ts';

const library = libraryForTests({ showsWholeGraph: true });

const pages = `edges {
  node { reference kind state patron { id } ... on CheckInOperation { endedLoan { patron { id } } } }
  request { ...Request }
}`;
const request = `fragment Request on OperationRequest {
  requestedBy itemNumbers titleNumbers items { title } credentials { libraryCardNumber }
}`;

interface Edge {
  readonly node: { readonly reference: string; readonly patron: { readonly id: string } | null };
  readonly request: object;
}
interface Listed {
  readonly operations: { readonly edges: readonly Edge[] };
}

/** The one operation that staff find by the reference. */
async function found(reference: string): Promise<Edge> {
  const query = `query ($reference: ID) { operations(reference: $reference) { ${pages} } } ${request}`;
  const { operations } = await library.read<Listed>(query, { reference }, library.counter);
  const [edge] = operations.edges;
  return edge ?? expect.fail('no operation was found');
}

let member: Member;
let reference: string;
beforeAll(async () => {
  member = await library.joinWithBothCards(newApplicant());
});

describe('a loan', () => {
  test('that was returned is still told with its copy, its card and who lent it', async () => {
    reference = randomUUID();
    const credential = library.system.presentedCard(member.libraryCard);
    const input = { reference, credential, itemNumber: copy };
    expect(await library.change('checkOut', input, library.station)).toMatchObject(done);
    await library.giveBack();
    expect((await found(reference)).request).toEqual({
      requestedBy: 'station',
      itemNumbers: [copy],
      titleNumbers: [],
      items: [{ title: expect.any(String) }],
      credentials: [{ libraryCardNumber: member.libraryCard }],
    });
  });

  test('that was refused is told with the copy and the card that were shown', async () => {
    const unknown = '31852000009990';
    for (const shown of [member.libraryCard, member.smartId]) {
      reference = randomUUID();
      const credential = library.system.presentedCard(shown);
      const input = { reference, credential, itemNumber: unknown };
      expect(await library.change('checkOut', input, library.station)).toMatchObject(
        refusedWith('ITEM_NOT_FOUND'),
      );
      expect(await found(reference)).toMatchObject({
        node: { patron: { id: member.patronId } },
        request: { itemNumbers: [unknown], items: [], credentials: [{ libraryCardNumber: shown }] },
      });
    }
  });

  test('that was refused because the card is lost is told with the card', async () => {
    const { patronId, libraryCard } = await library.joinWithBothCards(newApplicant());
    await library.change('reportLoss', { libraryCardNumber: libraryCard });
    reference = randomUUID();
    const input = { reference, credential: { libraryCardNumber: libraryCard }, itemNumber: copy };
    await library.change('checkOut', input, library.station);
    expect(await found(reference)).toMatchObject({
      node: { patron: { id: patronId } },
      request: { itemNumbers: [copy], credentials: [{ libraryCardNumber: libraryCard }] },
    });
  });

  test('whose renewal was refused is told with its copy and card', async () => {
    const lent = await library.lend(member.smartId, otherCopy);
    reference = randomUUID();
    const input = { reference, reader: { patronId: member.patronId }, loanId: lent.loan?.id };
    expect(await library.change('renewLoan', input)).toMatchObject(refusedWith('NOTHING_TO_GAIN'));
    await library.giveBack(otherCopy);
    expect((await found(reference)).request).toMatchObject({
      itemNumbers: [otherCopy],
      credentials: [{ libraryCardNumber: member.smartId }],
    });
  });

  test('whose renewal is done is told with its copy and card, also after it was returned', async () => {
    const lent = await library.lend(member.smartId, otherCopy);
    library.lentAWeekAgo(otherCopy);
    const several = randomUUID();
    reference = randomUUID();
    const reader = { patronId: member.patronId };
    expect(await library.change('renewLoan', { reference, reader, loanId: lent.loan?.id })).toMatchObject(
      done,
    );
    await library.change('renewAllLoans', { reference: several, reader });
    await library.giveBack(otherCopy);
    for (const sent of [reference, several]) {
      expect((await found(sent)).request).toMatchObject({
        itemNumbers: [otherCopy],
        credentials: [{ libraryCardNumber: member.smartId }],
      });
    }
  });
});

describe('a return', () => {
  const accessLog = async () => {
    const selection = 'accessLog { edges { node { kind } } }';
    const patron = await library.patron<{ accessLog: { edges: { node: { kind: string } }[] } }>(
      member.patronId,
      selection,
    );
    return patron.accessLog.edges.filter(({ node }) => node.kind === 'OPERATIONS_READ').length;
  };

  beforeAll(async () => {
    await library.lend(member.libraryCard);
    reference = randomUUID();
    await library.change('checkIn', { reference, itemNumber: copy }, library.station);
  });

  test('tells staff whose loan ended, and the patron learns that they looked', async () => {
    const before = await accessLog();
    expect(await found(reference)).toMatchObject({
      node: { kind: 'CHECK_IN', endedLoan: { patron: { id: member.patronId } } },
      request: { itemNumbers: [copy], credentials: [{ libraryCardNumber: member.libraryCard }] },
    });
    expect(await accessLog()).toBe(before + 1);
  });

  test('tells the station that sent it nothing of the patron', async () => {
    const query = 'query ($reference: ID!) { operation(reference: $reference) { kind patron { id } } }';
    expect(await library.read(query, { reference }, library.station)).toEqual({
      operation: { kind: 'CHECK_IN', patron: null },
    });
  });
});

test('reservations and changes of cards are told with their title and card, refused ones too', async () => {
  const { patronId, libraryCard } = member;
  const [placed, cancelled, again, reported] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
  const reader = { patronId };
  const titleNumber = 'B0000010';
  const wanted = { reader, titleNumber, libraryCardNumber: libraryCard, pickupBranch: 'HKCL' };
  const { hold } = await library.change('placeHold', { reference: placed, ...wanted });
  expect(await library.change('placeHold', { reference: again, ...wanted })).toMatchObject(
    refusedWith('ALREADY_HELD'),
  );
  await library.change('cancelHold', { reference: cancelled, reader, holdId: hold?.id });
  for (const sent of [placed, again, cancelled]) {
    expect((await found(sent)).request).toMatchObject({
      itemNumbers: [],
      titleNumbers: [titleNumber],
      credentials: [{ libraryCardNumber: libraryCard }],
    });
  }
  expect(
    await library.change('replaceCredential', { reference: reported, libraryCardNumber: libraryCard }),
  ).toMatchObject(refusedWith('WRONG_STATE'));
  expect((await found(reported)).request).toMatchObject({
    itemNumbers: [],
    credentials: [{ libraryCardNumber: libraryCard }],
  });
});

test('what is not settled is found by its state, and not any more once it is settled', async () => {
  const query = `{ operations(filter: { state: UNSETTLED }) { ${pages} } } ${request}`;
  const listed = async () => (await library.read<Listed>(query, {}, library.counter)).operations.edges;
  expect(await listed()).toEqual([]);
  const { faults } = library.system.legacy.circ;
  faults.set([{ kind: 'reset-after', operations: ['CheckIn', 'FindByRef'] }]);
  await library.lend(member.libraryCard);
  reference = randomUUID();
  await library.change('checkIn', { reference, itemNumber: copy }, library.station);
  expect(await listed()).toMatchObject([{ node: { reference, state: 'UNSETTLED', patron: null } }]);
  faults.clear();
  await library.untilDone(reference, library.station);
  expect(await listed()).toEqual([]);
});

describe('a reader', () => {
  const query = 'query ($first: Int! = 20) { myOperations(first: $first) { reference kind } }';

  test('finds what they asked for without its reference, and nothing that others did for them', async () => {
    const token = await library.reader(member.patronId);
    const references = [randomUUID(), randomUUID(), randomUUID()];
    for (const [at, sent] of references.entries()) {
      const input = { reference: sent, reader: { patronId: member.patronId }, loanId: `L000000${10 + at}` };
      await library.change('renewLoan', input, token);
    }
    const operations = references.toReversed().map((sent) => ({ reference: sent, kind: 'RENEW_LOAN' }));
    expect(await library.read(query, {}, token)).toEqual({ myOperations: operations });
    expect(await library.read(query, { first: 2 }, token)).toEqual({
      myOperations: operations.slice(0, 2),
    });
  });

  test('has them for themselves: staff ask for the operations of a patron', async () => {
    const { body } = await library.system.ask('{ myOperations { code } }', { token: library.counter });
    expect(body).toMatchObject({
      data: { myOperations: null },
      errors: [{ extensions: { code: 'FORBIDDEN' } }],
    });
  });
});
