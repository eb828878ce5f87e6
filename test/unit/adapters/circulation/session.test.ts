import { describe, expect, test, vi } from 'vitest';
import { Session } from '../../../../adapters/circulation/session.ts';
import { UpstreamError } from '../../../../adapters/soap/port.ts';

const refused = new UpstreamError('circulation', 'unauthorized', 'Login');
const away = new UpstreamError('circulation', 'unreachable', 'Login');

/** A session that gets S1, S2 … and whose clock stands where it is put. */
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
  test('is got once, for all who ask', async () => {
    const { login, session } = sessionOf();
    await expect(Promise.all([session.id(), session.id(), session.id()])).resolves.toEqual([
      'S1',
      'S1',
      'S1',
    ]);
    await expect(session.id()).resolves.toBe('S1');
    expect(login).toHaveBeenCalledTimes(1);
  });

  test('that many find expired is renewed once, late ones included', async () => {
    const { login, session } = sessionOf();
    const used = await session.id();
    const renewed = await Promise.all(Array.from({ length: 50 }, () => session.renew(used)));
    expect(new Set(renewed)).toEqual(new Set(['S2']));
    await expect(session.renew(used)).resolves.toBe('S2');
    expect(login).toHaveBeenCalledTimes(2);
  });

  test('that could not be got is asked for again by the next', async () => {
    const { login, session } = sessionOf();
    login.mockRejectedValueOnce(away);
    const both = await Promise.allSettled([session.id(), session.id()]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(session.id()).resolves.toBe('S1');
    expect(login).toHaveBeenCalledTimes(2);
  });

  test('that was refused is not asked for again for a while, lest the account be locked', async () => {
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
