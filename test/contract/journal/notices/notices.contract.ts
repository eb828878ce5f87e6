import { expect, test } from 'vitest';
import type {
  NewNotice,
  Notices,
  UndeliveredFilter,
  UndeliveredOrder,
} from '../../../../store/journal/port.ts';
import type { JournalOpening } from '../journal-under-test.ts';

const leaseMs = 15_000;
const dayMs = 86_400_000;

const overdue = (patronId: string, more: Partial<NewNotice> = {}): NewNotice => ({
  kind: 'loan.overdue',
  patronId,
  occasion: `${patronId} 2026-11-25`,
  endpoints: ['mail'],
  formerEmail: null,
  ...more,
});

/** Makes one notice for the patron, and gives it up. */
async function givenUp(journal: Notices, patronId: string): Promise<string> {
  await journal.makeNotices([overdue(patronId)]);
  const [delivery] = (await journal.dueDeliveries('mail', 100)).filter((one) => one.patronId === patronId);
  const failed = { failure: 'STATUS', status: 500, retryAfterMs: null } as const;
  await journal.deliveryFailed(delivery?.id ?? '', 'mail', failed);
  return delivery?.id ?? '';
}

export function journalNoticesContract(open: JournalOpening): void {
  test('are made and sent by one process at a time, until its lease ends', async () => {
    await using subject = await open();
    const other = await subject.open();
    const first = await subject.journal.leaseNotices('one', leaseMs);
    expect(first?.eventSequence).toBeNull();
    expect(await other.leaseNotices('other', leaseMs)).toBeNull();
    await subject.journal.saveNoticeEvents('one', '42');
    await subject.journal.saveNoticeDay('one', '2026-11-25');
    await subject.pass(leaseMs + 1_000);
    expect(await other.leaseNotices('other', leaseMs)).toEqual({
      since: first?.since,
      eventSequence: '42',
      passedDay: '2026-11-25',
    });
    await subject.journal.saveNoticeEvents('one', '43');
    await subject.journal.saveNoticeDay('one', '2026-11-26');
    expect(await other.leaseNotices('other', leaseMs)).toMatchObject({
      eventSequence: '42',
      passedDay: '2026-11-25',
    });
    expect(await subject.journal.leaseNotices('one', leaseMs)).toBeNull();
    await other.leaveNotices('other');
    expect(await subject.journal.leaseNotices('one', leaseMs)).not.toBeNull();
  });

  test('are made by another process when the lease has stood still, whatever the clock shows', async () => {
    await using subject = await open();
    const other = await subject.open();
    await subject.step(3_600_000);
    await subject.journal.leaseNotices('one', leaseMs);
    await subject.step(-3_600_000);
    expect(await other.leaseNotices('other', leaseMs)).toBeNull();
    await subject.pass(leaseMs - 1_000);
    expect(await other.leaseNotices('other', leaseMs)).toBeNull();
    await subject.pass(2_000);
    expect(await other.leaseNotices('other', leaseMs)).not.toBeNull();
  });

  test('are due at once if they are due later than any pause, because the clock was put back', async () => {
    await using subject = await open();
    const { journal } = subject;
    await journal.makeNotices([overdue('P0000001'), overdue('P0000002')]);
    const [one, other] = await journal.dueDeliveries('mail', 100);
    const failed = { failure: 'STATUS', status: 500, retryAfterMs: 21_600_000 } as const;
    await journal.deliveryFailed(one?.id ?? '', 'mail', failed);
    await subject.step(86_400_000);
    await journal.deliveryFailed(other?.id ?? '', 'mail', failed);
    await subject.step(-86_400_000);
    expect((await journal.dueDeliveries('mail', 100)).map(({ id }) => id)).toEqual([other?.id]);
  });

  test('are made once, whoever makes them, and also when two of a call are alike', async () => {
    await using subject = await open();
    const other = await subject.open();
    const notices = [overdue('P0000001'), overdue('P0000001'), overdue('P0000002')];
    expect(await subject.journal.makeNotices(notices)).toBe(2);
    expect(await other.makeNotices(notices)).toBe(0);
    expect(await other.makeNotices([overdue('P0000001', { kind: 'hold.ready' })])).toBe(1);
    const occasions = [overdue('P0000003').occasion, overdue('P0000001').occasion];
    expect(await other.unmadeNotices('loan.overdue', occasions)).toEqual(occasions.slice(0, 1));
    expect(await other.unmadeNotices('hold.lapsing', occasions)).toEqual(occasions);
    const made = await other.seeNotices('loan.overdue', occasions);
    expect([...made.keys()]).toEqual(occasions.slice(1));
    expect(await other.seeNotices('hold.lapsing', occasions)).toEqual(new Map());
    const due = await subject.journal.dueDeliveries('mail', 100);
    expect(due.map(({ kind, patronId }) => `${kind} ${patronId}`).sort()).toEqual([
      'hold.ready P0000001',
      'loan.overdue P0000001',
      'loan.overdue P0000002',
    ]);
    for (const { id } of due) {
      await subject.journal.delivered(id, 'mail');
    }
    expect(await subject.journal.makeNotices(notices)).toBe(0);
    expect(await subject.journal.countDeliveries()).toEqual({ pending: 0, undelivered: 0 });
  });

  test('have one id at all endpoints, and are delivered to each by itself', async () => {
    await using subject = await open();
    const { journal } = subject;
    const formerEmail = 'chan@reader.example';
    await journal.makeNotices([overdue('P0000001', { endpoints: ['mail', 'app'], formerEmail })]);
    const [mail] = await journal.dueDeliveries('mail', 1);
    const [app] = await journal.dueDeliveries('app', 1);
    expect(mail).toMatchObject({ endpoint: 'mail', patronId: 'P0000001', formerEmail, attempts: 0 });
    expect(app?.id).toBe(mail?.id);
    await journal.delivered(mail?.id ?? '', 'mail');
    expect(await journal.dueDeliveries('mail', 1)).toEqual([]);
    expect(await journal.dueDeliveries('app', 1)).toHaveLength(1);
  });

  test('for no endpoint are made, and are on their way to nobody, then or later', async () => {
    await using subject = await open();
    const { journal } = subject;
    expect(await journal.makeNotices([overdue('P0000001', { endpoints: [] })])).toBe(1);
    expect(await journal.makeNotices([overdue('P0000001')])).toBe(0);
    expect(await journal.countDeliveries()).toEqual({ pending: 0, undelivered: 0 });
  });

  test('that are dropped are on their way no more', async () => {
    await using subject = await open();
    const { journal } = subject;
    await journal.makeNotices([overdue('P0000001', { endpoints: ['mail', 'app'] })]);
    const [{ id } = { id: '' }] = await journal.dueDeliveries('mail', 1);
    await journal.dropDelivery(id, 'mail');
    expect(await journal.dueDeliveries('mail', 1)).toEqual([]);
    expect(await journal.dueDeliveries('app', 1)).toHaveLength(1);
  });

  test('are due again after a failure, and then as often as they fail', async () => {
    await using subject = await open();
    const { journal } = subject;
    await journal.makeNotices([overdue('P0000001')]);
    const [{ id } = { id: '' }] = await journal.dueDeliveries('mail', 1);
    const failed = { failure: 'TIMED_OUT', status: null, retryAfterMs: 60_000 } as const;
    await journal.deliveryFailed(id, 'mail', failed);
    expect(await journal.dueDeliveries('mail', 1)).toEqual([]);
    await subject.pass(61_000);
    expect(await journal.dueDeliveries('mail', 1)).toMatchObject([{ id, attempts: 1 }]);
  });

  test('that are given up are listed, the latest first, and go on their way again when asked for', async () => {
    await using subject = await open();
    const { journal } = subject;
    const first = await givenUp(journal, 'P0000001');
    await subject.pass(1_000);
    const second = await givenUp(journal, 'P0000002');
    expect(await journal.countDeliveries()).toEqual({ pending: 0, undelivered: 2 });
    const [latest] = await journal.undeliveredNotices(null, 1);
    expect(latest).toMatchObject({
      id: second,
      patronId: 'P0000002',
      failure: 'STATUS',
      status: 500,
      attempts: 1,
    });
    const rest = await journal.undeliveredNotices(latest ?? null, 100);
    expect(rest.map(({ id }) => id)).toEqual([first]);
    expect(await journal.findUndelivered(first, 'mail')).toEqual(rest[0]);
    expect(await journal.findUndelivered(first, 'app')).toBeNull();
    expect(await journal.resendNotice(first, 'mail')).toBe(true);
    expect(await journal.resendNotice(first, 'mail')).toBe(false);
    expect(await journal.dueDeliveries('mail', 100)).toMatchObject([{ id: first, attempts: 0 }]);
    expect(await journal.undeliveredNotices(null, 100)).toHaveLength(1);
  });

  test('that are given up are listed by endpoint, kind and failure, in both orders', async () => {
    await using subject = await open();
    const { journal } = subject;
    const failures = ['STATUS', 'GONE', 'STATUS'] as const;
    for (const [at, failure] of failures.entries()) {
      const patronId = `P000000${at}`;
      const kind = at === 2 ? 'hold.ready' : 'loan.overdue';
      await journal.makeNotices([overdue(patronId, { kind, endpoints: ['app', 'mail'] })]);
      for (const endpoint of ['app', 'mail']) {
        await subject.pass(1_000);
        const [delivery] = await journal.dueDeliveries(endpoint, 1);
        const failed = { failure, status: null, retryAfterMs: null };
        await journal.deliveryFailed(delivery?.id ?? '', endpoint, failed);
      }
    }
    const all = { endpoint: null, kinds: null, failures: null };
    const listed = async (filter: Partial<UndeliveredFilter>, order: UndeliveredOrder) => {
      const listing = { ...all, ...filter, order };
      const first = await journal.undeliveredNotices(null, 1, listing);
      const rest = await journal.undeliveredNotices(first[0] ?? null, 100, listing);
      expect(await journal.countUndelivered({ ...all, ...filter })).toBe(first.length + rest.length);
      return [...first, ...rest].map(({ patronId, endpoint }) => `${patronId.at(-1)} ${endpoint}`);
    };
    const oldest = ['0 app', '0 mail', '1 app', '1 mail', '2 app', '2 mail'];
    expect(await listed({}, 'OLDEST_FIRST')).toEqual(oldest);
    expect(await listed({}, 'NEWEST_FIRST')).toEqual(oldest.toReversed());
    const ofMail = await listed({ endpoint: 'mail' }, 'OLDEST_FIRST');
    expect(ofMail).toEqual(['0 mail', '1 mail', '2 mail']);
    expect(await listed({ kinds: ['hold.ready'] }, 'OLDEST_FIRST')).toEqual(['2 app', '2 mail']);
    expect(await listed({ failures: ['GONE'], endpoint: 'app' }, 'NEWEST_FIRST')).toEqual(['1 app']);
    expect(await listed({ failures: [] }, 'NEWEST_FIRST')).toEqual([]);
  });

  test('are not made again while what they are about is seen, even after 100 days', async () => {
    await using subject = await open();
    const { journal } = subject;
    await journal.makeNotices([overdue('P0000001'), overdue('P0000002')]);
    for (let month = 0; month < 4; month += 1) {
      await subject.pass(40 * dayMs);
      await journal.seeNotices('loan.overdue', [overdue('P0000001').occasion]);
      await journal.removeExpired();
    }
    expect(await journal.makeNotices([overdue('P0000001')]), 'seen').toBe(0);
    expect(await journal.makeNotices([overdue('P0000002')]), 'not seen').toBe(1);
  });

  test('are kept for 30 days, and that they were made for 100', async () => {
    await using subject = await open();
    const { journal } = subject;
    await givenUp(journal, 'P0000001');
    await journal.removeExpired();
    expect(await journal.undeliveredNotices(null, 1)).toHaveLength(1);
    await subject.pass(30 * dayMs + 1_000);
    await journal.removeExpired();
    expect(await journal.undeliveredNotices(null, 1)).toEqual([]);
    expect(await journal.makeNotices([overdue('P0000001')])).toBe(0);
    await subject.pass(70 * dayMs + 1_000);
    await journal.removeExpired();
    expect(await journal.makeNotices([overdue('P0000001')])).toBe(1);
  });

  test('of one patron are listed while an endpoint lacks them, the latest first', async () => {
    await using subject = await open();
    const { journal } = subject;
    const make = (occasion: string, endpoints: readonly string[], patronId = 'P0000001') =>
      journal.makeNotices([overdue(patronId, { occasion, endpoints })]);
    await make('first', ['mail', 'post']);
    await subject.pass(1_000);
    await make('second', ['mail']);
    await make('of another', ['mail'], 'P0000002');
    const due = await journal.dueDeliveries('mail', 10);
    const [first, second] = due.filter((one) => one.patronId === 'P0000001');
    await journal.deliveryFailed(second?.id ?? '', 'mail', {
      failure: 'STATUS',
      status: 500,
      retryAfterMs: null,
    });
    await journal.delivered(first?.id ?? '', 'mail');
    const [latest, ...earlier] = await journal.noticesOfPatron('P0000001', null, 10);
    expect(latest).toEqual({
      id: second?.id,
      kind: 'loan.overdue',
      madeAt: expect.any(Date),
      isOnItsWay: false,
    });
    expect(earlier).toMatchObject([{ id: first?.id, isOnItsWay: true }]);
    expect(await journal.noticesOfPatron('P0000001', latest ?? null, 1)).toMatchObject([{ id: first?.id }]);
  });

  test('leave no patron and no occasion in clear in the database', async () => {
    await using subject = await open();
    const { journal } = subject;
    await journal.makeNotices([overdue('P7654321', { occasion: '21852000000017 2026-11-25' })]);
    const tables = ['notices', 'notices_made', 'notice_sender'].map(subject.table);
    const rows = await Promise.all(tables.map((table) => subject.query(`select * from ${table}`)));
    expect(rows.map(({ length }) => length)).toEqual([1, 1, 1]);
    expect(JSON.stringify(rows)).not.toMatch(/P7654321|21852000000017|2026-11-25/);
  });

  test('are switched off by a sealed text, which every process opens and nobody else makes', async () => {
    await using subject = await open();
    const switchOff = { patronId: 'P7654321', kind: 'hold.ready' } as const;
    const sealed = await subject.journal.sealSwitchOff(switchOff);
    expect(sealed).toMatch(/^[\w-]{1,1000}$/);
    expect(sealed).not.toBe(await subject.journal.sealSwitchOff(switchOff));
    const other = await subject.open();
    expect(await other.openSwitchOff(sealed)).toEqual(switchOff);
    for (const wrong of [sealed.slice(1), sealed.slice(0, -4), 'x'.repeat(1000), 'x']) {
      expect(await other.openSwitchOff(wrong), wrong).toBeNull();
    }
  });

  test.each<[string, (notices: Notices) => Promise<unknown>]>([
    ['a sealed text of 1001 characters', (notices) => notices.openSwitchOff('x'.repeat(1001))],
    ['no notices', (notices) => notices.makeNotices([])],
    [
      'a notice for 21 endpoints',
      (notices) => notices.makeNotices([overdue('P1', { endpoints: Array(21).fill('mail') })]),
    ],
    [
      'an occasion of 201 characters',
      (notices) => notices.makeNotices([overdue('P1', { occasion: 'x'.repeat(201) })]),
    ],
    ['102 deliveries', (notices) => notices.dueDeliveries('mail', 102)],
    [
      'a retry after more than 30 days',
      (notices) =>
        notices.deliveryFailed('x', 'mail', { failure: 'STATUS', status: 500, retryAfterMs: 31 * dayMs }),
    ],
    ['a sequence that is none', (notices) => notices.saveNoticeEvents('one', 'x')],
    ['a day that is none', (notices) => notices.saveNoticeDay('one', 'today')],
  ])('refuse %s', async (_, ask) => {
    await using subject = await open();
    await expect(ask(subject.journal)).rejects.toThrow(RangeError);
  });
}
