/** A reader reads out a short code. Staff find the operation with this code, no matter which caller sent it. */
import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { copy, formOf, libraryForTests } from '../library.ts';
import { newApplicant } from '../people.ts';

const library = libraryForTests({ showsWholeGraph: true });

/** A patron with five loans. */
const patronId = 'P0000002';
const libraryCardNumber = '21852000000033';

const operationFields = `
  __typename reference code kind state requestedAt settledAt patron { id } problems { code message }
  ... on CheckOutOperation { loan { id item { itemNumber } } quota { remaining } }
  ... on RejectApplicationsOperation { outcomes { applicationId state problems { code } } }
  ... on SubmitApplicationOperation { receipt application { status } }
  ... on SetPinOperation { credential { libraryCardNumber status } pinLockedUntil }`;

interface Found {
  readonly reference: string;
  readonly code: string;
  readonly kind: string;
  readonly state: string;
  readonly patron: { readonly id: string } | null;
}

interface Page {
  readonly totalCount: number;
  readonly edges: readonly { readonly node: Found; readonly cursor: string }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

async function find(search: object, token = library.counter, orderBy = 'NEWEST_FIRST'): Promise<Page> {
  const { operations } = await library.read<{ operations: Page }>(
    `query (
      $reference: ID, $code: String, $patronId: ID, $state: OperationState, $orderBy: OperationOrder
      $first: Int! = 20, $after: String
    ) {
      operations(
        filter: { reference: $reference, code: $code, patronId: $patronId, state: $state }
        orderBy: $orderBy, first: $first, after: $after
      ) {
        totalCount
        edges { cursor node { ${operationFields} } }
        pageInfo { hasNextPage endCursor }
      }
    }`,
    { orderBy, ...search },
    token,
  );
  return operations;
}

const nodesOf = ({ edges }: Page) => edges.map(({ node }) => node);

/** The whole operation, as its own caller sees it. */
async function own(reference: string, token: string): Promise<Found> {
  const { operation } = await library.read<{ operation: Found }>(
    `query ($reference: ID!) { operation(reference: $reference) { ${operationFields} } }`,
    { reference },
    token,
  );
  return operation;
}

const setPin = async (newPin: string, reference: string = randomUUID()) => {
  const { operation } = await library.change('setPin', { reference, libraryCardNumber, newPin });
  return operation;
};

describe('a check-out at a station', () => {
  const reference = randomUUID();
  let seen: Found;
  beforeAll(async () => {
    const credential = library.system.presentedCard(libraryCardNumber);
    const input = { reference, credential, itemNumber: copy };
    await library.change('checkOut', input, library.station);
    // A station is not told the patron number (decision 54).
    seen = { ...(await own(reference, library.station)), patron: { id: patronId } };
  });

  test('has a code of eight letters and digits, its kind and its result', () => {
    expect(seen).toMatchObject({
      __typename: 'CheckOutOperation',
      kind: 'CHECK_OUT',
      state: 'DONE',
      reference,
      problems: [],
      code: expect.stringMatching(/^[0-9A-HJKMNP-TV-Z]{8}$/),
      patron: { id: patronId },
      loan: { item: { itemNumber: copy } },
      quota: { remaining: 4 },
    });
  });

  test.each<[string, (code: string) => string]>([
    ['as it is shown', (code) => code],
    ['in lower case', (code) => code.toLowerCase()],
    ['in two groups', (code) => `${code.slice(0, 4)} ${code.slice(4)}`],
    [
      'in full width',
      (code) => code.replaceAll(/\w/g, (one) => String.fromCharCode(one.charCodeAt(0) + 0xfee0)),
    ],
    ['with O and L for 0 and 1', (code) => code.replaceAll('0', 'o').replaceAll('1', 'l')],
  ])('is found by its code, %s', async (_how, typed) => {
    expect(nodesOf(await find({ code: typed(seen.code) }))).toEqual([seen]);
  });

  test('is found by its reference, and by its patron', async () => {
    expect(nodesOf(await find({ reference }))).toEqual([seen]);
    expect(nodesOf(await find({ patronId }))).toContainEqual(seen);
  });

  test('is not found if another criterion doesn’t match', async () => {
    expect(nodesOf(await find({ reference, patronId: 'P0000001' }))).toEqual([]);
    expect(nodesOf(await find({ code: seen.code, reference: 'another' }))).toEqual([]);
    expect(nodesOf(await find({ code: seen.code, reference, patronId }))).toEqual([seen]);
  });
});

test('the operations of a patron are listed page by page, the latest first', async () => {
  const asked = [];
  for (const pin of ['1352', '1358', '1359', '1360']) {
    asked.unshift((await setPin(pin)).reference);
  }
  const pages: Found[][] = [];
  for (let after: string | null = null, more = true; more; ) {
    const page: Page = await find({ patronId, first: 3, after });
    pages.push(nodesOf(page));
    ({ endCursor: after, hasNextPage: more } = page.pageInfo);
  }
  const all = nodesOf(await find({ patronId }));
  expect(pages.flat()).toEqual(all);
  expect(pages.slice(0, -1).every(({ length }) => length === 3)).toBe(true);
  expect(all.slice(0, 4).map(({ reference }) => reference)).toEqual(asked);
});

test('the operations of a patron in one state are listed page by page, the oldest first', async () => {
  const refused = (await setPin('1')).reference;
  const search = { patronId, state: 'REFUSED' };
  const newestFirst = await find(search);
  expect(nodesOf(newestFirst)[0]).toMatchObject({ reference: refused });
  expect(new Set(newestFirst.edges.map(({ node }) => node.state))).toEqual(new Set(['REFUSED']));
  const first = await find({ ...search, first: 1 }, library.counter, 'OLDEST_FIRST');
  const { endCursor: after } = first.pageInfo;
  const rest = await find({ ...search, after }, library.counter, 'OLDEST_FIRST');
  expect([...nodesOf(first), ...nodesOf(rest)]).toEqual(nodesOf(newestFirst).toReversed());
  expect(first.totalCount).toBe(newestFirst.totalCount);
});

test('the operations of two callers with the same reference are both found', async () => {
  const reference = 'the same for both';
  await setPin('2463', reference);
  const credential = library.system.presentedCard(libraryCardNumber);
  await library.change('checkOut', { reference, credential, itemNumber: '31852000009999' }, library.station);
  const found = await find({ reference, first: 1 });
  expect(nodesOf(found)).toMatchObject([{ kind: 'CHECK_OUT', problems: [{ code: 'ITEM_NOT_FOUND' }] }]);
  expect(found.pageInfo.hasNextPage).toBe(true);
  const oldestFirst = await find({ reference }, library.counter, 'OLDEST_FIRST');
  expect(oldestFirst.edges.map(({ node }) => node.kind)).toEqual(['SET_PIN', 'CHECK_OUT']);
  expect(await find({ reference, state: 'REFUSED' })).toMatchObject({
    totalCount: 1,
    edges: [{ node: { kind: 'CHECK_OUT' } }],
  });
  const second = await find({ reference, first: 1, after: found.pageInfo.endCursor });
  expect(nodesOf(second)).toMatchObject([{ kind: 'SET_PIN', patron: { id: patronId } }]);
  expect(second.pageInfo.hasNextPage).toBe(false);
});

test('R7: a stranger’s application is found, and only the applicant gets its receipt', async () => {
  const applied = await library.apply(formOf(newApplicant(), ['LIBRARY_CARD']));
  const { reference } = applied.operation;
  const clerk = await library.system.token({
    subject: 'another clerk',
    scope: 'circulation:read applications:decide',
  });
  expect(nodesOf(await find({ reference }, clerk))).toMatchObject([
    { kind: 'SUBMIT_APPLICATION', patron: null, receipt: null, application: { status: 'RECEIVED' } },
  ]);
  expect(await own(reference, library.counter)).toMatchObject({ receipt: applied.receipt });
});

describe('a caller', () => {
  const query = 'query ($code: String) { operations(code: $code) { edges { node { code } } } }';

  test.each([{ state: 'UNSETTLED' }, { patronId }])('gets a page of a hundred for %j', async (filter) => {
    const page = `query ($filter: OperationFilter) {
      operations(filter: $filter, first: 100) { totalCount edges { node { code } } }
    }`;
    const { body } = await library.system.ask(page, { token: library.counter, variables: { filter } });
    expect(body.errors).toBeUndefined();
  });

  test('without `circulation:read` finds nothing', async () => {
    const tokens = [undefined, await library.reader(patronId), library.station, library.telephone];
    for (const token of tokens) {
      const { body } = await library.system.ask(query, {
        variables: { code: '00000000' },
        ...(token !== undefined && { token }),
      });
      const code = token === undefined ? 'UNAUTHENTICATED' : 'FORBIDDEN';
      expect(body).toMatchObject({ data: { operations: null }, errors: [{ extensions: { code } }] });
    }
  });

  test.each([
    [
      'nothing to look for',
      null,
      '`filter` needs `reference`, `code`, `patronId`, or the `state` `UNSETTLED`.',
    ],
    [
      'an invalid code',
      'UUUUUUUU',
      'The `code` of an operation has eight letters and digits, as in `7K2M9QXR`.',
    ],
  ])('is told of %s', async (_what, code, message) => {
    const { body } = await library.system.ask(query, { token: library.counter, variables: { code } });
    expect(body.errors).toMatchObject([{ message, extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  test.each(['DONE', 'REFUSED'])('is told that %s needs another field beside it', async (state) => {
    const search = `{ operations(filter: { state: ${state} }) { totalCount } }`;
    const { body } = await library.system.ask(search, { token: library.counter });
    expect(body.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  test.each([
    ['patronId', 'P'.repeat(65)],
    ['patronId', ''],
    ['reference', 'r'.repeat(129)],
    ['reference', ''],
  ])('is told that no operation has such a %s', async (name, text) => {
    const search = `{ operations(filter: { ${name}: "${text}" }) { totalCount } }`;
    const { body } = await library.system.ask(search, { token: library.counter });
    expect(body.errors).toMatchObject([
      { message: expect.stringContaining(`\`filter.${name}\``), extensions: { code: 'BAD_USER_INPUT' } },
    ]);
  });

  test('finds the same by the arguments of release 0.2', async () => {
    const { reference } = await setPin('2583');
    const fields = '{ totalCount edges { node { reference } } }';
    const { now, before } = await library.read<{ now: Page; before: Page }>(
      `query ($reference: ID) {
        now: operations(filter: { reference: $reference }) ${fields} before: operations(reference: $reference) ${fields}
      }`,
      { reference },
      library.counter,
    );
    expect(now).toMatchObject({ totalCount: 1, edges: [{ node: { reference } }] });
    expect(before).toEqual(now);
  });

  test('without the right to an application sees the operation without it', async () => {
    const applied = await library.apply(formOf(newApplicant(), ['LIBRARY_CARD']));
    const token = await library.system.token({ subject: 'a lending desk', scope: 'circulation:read' });
    const { body } = await library.system.ask(
      `query ($reference: ID) { operations(reference: $reference) { edges { node {
        kind ... on SubmitApplicationOperation { application { status } }
      } } } }`,
      { token, variables: { reference: applied.operation.reference } },
    );
    expect(body).toMatchObject({
      data: { operations: { edges: [{ node: { kind: 'SUBMIT_APPLICATION', application: null } }] } },
      errors: [{ extensions: { code: 'FORBIDDEN' } }],
    });
  });
});
