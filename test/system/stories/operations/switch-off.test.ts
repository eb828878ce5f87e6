/** The link of a mail switches off a kind of notice, for people and mail programs without a session. */
import { describe, expect, test } from 'vitest';
import type { NoticeKind } from '../../../../store/journal/port.ts';
import { openedForTests } from '../../../support/set-up/opened-for-tests.ts';
import { openJournalOf } from '../../journal-of.ts';
import { systemForTests } from '../../system-for-tests.ts';

const system = systemForTests(undefined, {}, { hasPages: true });
const journal = openedForTests(() => openJournalOf(system));

const linkFor = (patronId: string, kind: NoticeKind) => journal.sealSwitchOff({ patronId, kind });
const addressOf = (link: string) => `${system.url}/my/switch-off?link=${link}`;

async function switchedOffBy(patronId: string): Promise<readonly NoticeKind[]> {
  const [preferences] = await journal.noticePreferences([patronId]);
  return preferences?.switchedOff ?? [];
}

test('opening the link changes nothing, and its button switches the kind off', async () => {
  const address = addressOf(await linkFor('P0000001', 'hold.ready'));
  const page = await fetch(address);
  expect(page.status).toBe(200);
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  const text = await page.text();
  expect(text).toContain('<form method="post">');
  expect(text).toContain('是否不再接收此類通知？');
  expect(await switchedOffBy('P0000001')).toEqual([]);
  const done = await fetch(address, { method: 'POST' });
  expect(done.status).toBe(200);
  expect(await done.text()).toContain('You get no more notices of this kind.');
  expect(await switchedOffBy('P0000001')).toEqual(['hold.ready']);
});

test('R27: the access log has the change once, without a member of staff', async () => {
  const patronId = 'P0000004';
  const address = addressOf(await linkFor(patronId, 'hold.ready'));
  for (const _attempt of [1, 2]) {
    expect((await fetch(address, { method: 'POST' })).status).toBe(200);
  }
  const changes = await journal.changesOfPatron(patronId, 10);
  expect(changes).toMatchObject([{ field: 'noticePreferences', role: 'PATRON', clientId: null }]);
});

test('the link of a record that was merged since then is about the record that stays', async () => {
  const [leavingId, stayingId] = ['P0000005', 'P0000006'];
  const address = addressOf(await linkFor(leavingId, 'hold.ready'));
  await journal.mergePatrons({ leavingId, stayingId, operationId: 'm'.repeat(22) });
  expect((await fetch(address, { method: 'POST' })).status).toBe(200);
  expect(await switchedOffBy(stayingId)).toEqual(['hold.ready']);
});

test('the link of a reader whose record is closed writes nothing: the reader may have been erased', async () => {
  const closed = 'P0000014';
  const answer = await fetch(addressOf(await linkFor(closed, 'hold.ready')), { method: 'POST' });
  expect(answer.status).toBe(200);
  expect(await switchedOffBy(closed)).toEqual([]);
  expect(await journal.changesOfPatron(closed, 10)).toEqual([]);
});

test.each([
  ['a form', new URLSearchParams({ 'List-Unsubscribe': 'One-Click' })],
  ['a form of parts', formOf('List-Unsubscribe', 'One-Click')],
])('a mail program switches a kind off with %s, and may do so again (RFC 8058)', async (_, body) => {
  const address = addressOf(await linkFor('P0000002', 'hold.lapsing'));
  for (const _attempt of [1, 2]) {
    const { status, redirected } = await fetch(address, { method: 'POST', body });
    expect({ status, redirected }).toEqual({ status: 200, redirected: false });
  }
  expect(await switchedOffBy('P0000002')).toEqual(['hold.lapsing']);
});

function formOf(name: string, value: string): FormData {
  const form = new FormData();
  form.set(name, value);
  return form;
}

describe('a link', () => {
  test.each([
    ['that is cut off', async () => (await linkFor('P0000003', 'hold.ready')).slice(0, -4)],
    ['that nobody sealed', async () => 'x'.repeat(160)],
    ['of a kind that must be sent', () => linkFor('P0000003', 'loan.overdue')],
    ['that is no link', async () => encodeURIComponent('<script>')],
  ])('%s changes nothing, and the page says so', async (_, make) => {
    const answer = await fetch(addressOf(await make()), { method: 'POST' });
    expect(answer.status).toBe(404);
    const text = await answer.text();
    expect(text).toContain('Nothing was changed.');
    expect(text).not.toContain('script');
    expect(await switchedOffBy('P0000003')).toEqual([]);
  });

  test('that is not valid is a problem in the graph', async () => {
    const { body } = await system.mutate('switchOffNotice', 'kind problems { code reason message }', {
      link: 'x'.repeat(160),
    });
    expect(body.data).toEqual({
      switchOffNotice: {
        kind: null,
        problems: [
          {
            code: 'LINK_NOT_VALID',
            reason: 'LINK_NOT_VALID',
            message: expect.stringContaining('This link is incomplete'),
          },
        ],
      },
    });
  });

  test('stands in no line of the log, nor does its reader', async () => {
    const link = await linkFor('P0000001', 'hold.ready');
    await fetch(addressOf(link), { method: 'POST' });
    const lines = system.log.join('\n');
    expect(lines).toContain('/my/switch-off');
    expect(lines).not.toContain(link);
    expect(lines).not.toContain('P0000001');
  });
});
