import { describe, expect, test, vi } from 'vitest';
import { Session } from '../../../../adapters/circulation/session.ts';
import { UpstreamError } from '../../../../adapters/soap/port.ts';

const refused = new UpstreamError('circulation', 'unauthorized', 'Login');
const unreachable = new UpstreamError('circulation', 'unreachable', 'Login');

/** A session whose logins get the ids S1, S2 and so on. The test moves its clock. */
function sessionOf() {
  let count = 0;
  const clock = { now: 0 };
  const login = vi.fn(async () => {
    count += 1;
    return `S${count}`;
  });
  return { login, clock, session: new Session({ login, clock: () => clock.now, refusalMs: 5_000 }) };
}

describe('a session', () => {
  test('is opened once for all callers', async () => {
    const { login, session } = sessionOf();
    await expect(Promise.all([session.id(), session.id(), session.id()])).resolves.toEqual([
      'S1',
      'S1',
      'S1',
    ]);
    await expect(session.id()).resolves.toBe('S1');
    expect(login).toHaveBeenCalledTimes(1);
  });

  test('that many callers find expired is renewed once, also for late callers', async () => {
    const { login, session } = sessionOf();
    const expiredId = await session.id();
    const renewed = await Promise.all(Array.from({ length: 50 }, () => session.renew(expiredId)));
    expect(new Set(renewed)).toEqual(new Set(['S2']));
    await expect(session.renew(expiredId)).resolves.toBe('S2');
    expect(login).toHaveBeenCalledTimes(2);
  });

  test('that could not be opened is opened by the next caller', async () => {
    const { login, session } = sessionOf();
    login.mockRejectedValueOnce(unreachable);
    const both = await Promise.allSettled([session.id(), session.id()]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(session.id()).resolves.toBe('S1');
    expect(login).toHaveBeenCalledTimes(2);
  });

  test('that was refused is not requested again for a while, because that would lock the account', async () => {
    const { login, clock, session } = sessionOf();
    login.mockRejectedValueOnce(refused);
    await expect(session.id()).rejects.toBe(refused);
    clock.now = 4_999;
    await expect(session.id()).rejects.toBe(refused);
    expect(login).toHaveBeenCalledTimes(1);
    clock.now = 5_000;
    await expect(session.id()).resolves.toBe('S1');
  });
});
