import { expect, test } from 'vitest';
import { openedForTests } from '../../../support/set-up/opened-for-tests.ts';
import { openJournalOf } from '../../journal-of.ts';
import { systemForTests } from '../../system-for-tests.ts';

const system = systemForTests();
const journal = openedForTests(() => openJournalOf(system));

const list = `query List($after: String) {
  undeliveredNotices(first: 1, after: $after) {
    edges { node { noticeId endpoint kind patron { id } attempts failure status madeAt givenUpAt } }
    totalCount
    pageInfo { hasNextPage endCursor }
  }
}`;
const resend = `mutation Resend($input: ResendNoticeInput!) { resendNotice(input: $input) { isSentAgain problems { code reason message } } }`;

const notFound = {
  code: 'NOTICE_NOT_FOUND',
  reason: 'NOTICE_NOT_FOUND',
  message: expect.stringContaining('no such undelivered notice'),
};

const staff = (scope: string) => system.token({ subject: 'staff-7', clientId: 'counter', scope });

async function page(after: string | null) {
  const token = await staff('circulation:read');
  const { body } = await system.ask(list, { token, variables: { after } });
  expect(body.errors).toBeUndefined();
  return body.data?.undeliveredNotices as {
    edges: { node: Record<string, unknown> }[];
    totalCount: number;
    pageInfo: { hasNextPage: boolean; endCursor: string };
  };
}

/** Makes a notice about the patron, for an endpoint that is gone. */
async function giveUp(patronId: string, endpoint = 'mail'): Promise<string> {
  await journal.makeNotices([
    { kind: 'loan.due-in-3-days', patronId, occasion: patronId, endpoints: [endpoint], formerEmail: null },
  ]);
  const [{ id } = { id: '' }] = await journal.dueDeliveries(endpoint, 1);
  await journal.deliveryFailed(id, endpoint, { failure: 'GONE', status: 410, retryAfterMs: null });
  return id;
}

test('staff page through undelivered notices and have one sent again, and each act is recorded', async () => {
  const first = await giveUp('P0000001');
  const second = await giveUp('P0000002');
  const latest = await page(null);
  const ids = [latest.edges[0]?.node.noticeId];
  expect(latest.edges[0]?.node).toMatchObject({
    endpoint: 'mail',
    kind: 'LOAN_DUE_IN_3_DAYS',
    attempts: 1,
    failure: 'GONE',
    status: 410,
    madeAt: expect.stringMatching(/\+08:00$/),
    givenUpAt: expect.stringMatching(/\+08:00$/),
  });
  expect(latest.pageInfo.hasNextPage).toBe(true);
  expect(latest.totalCount).toBe(2);
  const rest = await page(latest.pageInfo.endCursor);
  ids.push(rest.edges[0]?.node.noticeId);
  expect(rest.pageInfo.hasNextPage).toBe(false);
  expect(ids.sort()).toEqual([first, second].sort());

  const token = await staff('circulation:write');
  const variables = { input: { noticeId: first, endpoint: 'mail' } };
  const answers = [
    await system.ask(resend, { token, variables }),
    await system.ask(resend, { token, variables }),
  ];
  expect(answers.map(({ body }) => body.data)).toEqual([
    { resendNotice: { isSentAgain: true, problems: [] } },
    { resendNotice: { isSentAgain: false, problems: [notFound] } },
  ]);
  expect(await journal.dueDeliveries('mail', 2)).toMatchObject([{ id: first, attempts: 0 }]);
  const readings = await journal.readingsOfPatron('P0000001', 10);
  expect(readings).toMatchObject([
    { subject: 'staff-7', clientId: 'counter', what: 'OPERATIONS' },
    { subject: 'staff-7', clientId: 'counter', what: 'OPERATIONS' },
  ]);
});

const ofThisList = Buffer.from('undeliveredNotices NEWEST_FIRST:x').toString('base64url');
test.each(['none', ofThisList])('an invalid cursor is refused: %s', async (after) => {
  const token = await staff('circulation:read');
  const { body } = await system.ask(list, { token, variables: { after } });
  expect(body.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
});

test('the list is filtered and turned round, and counts what fits', async () => {
  const token = await staff('circulation:read');
  const ask = async (args: string) => {
    const query = `{ undeliveredNotices(${args}) { edges { node { noticeId } } totalCount } }`;
    const { body } = await system.ask(query, { token });
    return body.data?.undeliveredNotices as { edges: { node: { noticeId: string } }[]; totalCount: number };
  };
  const third = await giveUp('P0000003');
  const newestFirst = await ask('filter: { endpoint: "mail", kind: [LOAN_DUE_IN_3_DAYS], failure: [GONE] }');
  expect(newestFirst.edges[0]?.node.noticeId).toBe(third);
  expect(newestFirst.totalCount).toBe(newestFirst.edges.length);
  const oldestFirst = await ask('orderBy: OLDEST_FIRST');
  expect(oldestFirst.edges.toReversed()).toEqual(newestFirst.edges);
  for (const other of ['endpoint: "app"', 'kind: [HOLD_READY]', 'failure: [STATUS]']) {
    expect(await ask(`filter: { ${other} }`)).toEqual({ edges: [], totalCount: 0 });
  }
});

test('the list is filtered by any endpoint that it shows, such as the mail server', async () => {
  const id = await giveUp('P0000004', 'SMTP');
  const token = await staff('circulation:read');
  const { edges } = await page(null);
  const endpoint = edges[0]?.node.endpoint;
  const query =
    'query Of($endpoint: String) { undeliveredNotices(filter: { endpoint: $endpoint }) { edges { node { noticeId } } } }';
  const { body } = await system.ask(query, { token, variables: { endpoint } });
  expect(body.data).toEqual({ undeliveredNotices: { edges: [{ node: { noticeId: id } }] } });
});

test.each(['noticeId', 'endpoint'])('a notice can not be sent again by a `%s` with a NUL', async (field) => {
  const token = await staff('circulation:write');
  const variables = { input: { noticeId: 'x', endpoint: 'mail', [field]: '\u0000' } };
  const { body } = await system.ask(resend, { token, variables });
  expect(body.data).toEqual({ resendNotice: { isSentAgain: false, problems: [notFound] } });
});

test('a text that no endpoint has as its name is refused', async () => {
  const token = await staff('circulation:read');
  const query = '{ undeliveredNotices(filter: { endpoint: "\\u0000" }) { totalCount } }';
  const { body } = await system.ask(query, { token });
  expect(body.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
});
