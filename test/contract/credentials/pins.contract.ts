import { expect, test } from 'vitest';
import type { CardManagement } from '../../../adapters/credentials/port.ts';
import { anySignal, expectUpstream, minuteMs, type Opening } from '../port-under-test.ts';
import { library, libraryFor, unknown } from './cards.ts';

export function pinContract(open: Opening<CardManagement>): void {
  const wrong = { verified: false, lockedUntil: null };
  const right = { verified: true, lockedUntil: null };

  test('is verified whatever the card’s state; a new card has no PIN until it is changed', async () => {
    await using subject = await open();
    const verify = (number: string, pin: string) => subject.port.verifyPin(number, pin, anySignal());
    await expect(verify('21852000000124', '1234')).resolves.toEqual(right);
    await expect(verify(library, '0000')).resolves.toEqual(wrong);
    const issued = await subject.port.issueCard('a', libraryFor('P0000015'), anySignal());
    const number = 'credential' in issued ? issued.credential.libraryCardNumber : '';
    await expect(verify(number, '')).resolves.toEqual(wrong);
    await expect(subject.port.changePin('b', number, '0012', anySignal())).resolves.toEqual({
      changed: true,
    });
    await expect(verify(number, '0012')).resolves.toEqual(right);
    await expect(verify(number, '12')).resolves.toEqual(wrong);
    for (const none of [unknown, 'x']) {
      await expect(verify(none, '1')).resolves.toEqual({ refused: 'NOT_FOUND' });
    }
    await expect(verify(library, '\u0000')).resolves.toEqual({ refused: 'INVALID' });
  });

  test('is changed', async () => {
    await using subject = await open();
    const change = (number: string, pin: string) =>
      subject.port.changePin(`r${pin}`, number, pin, anySignal());
    await expect(change(library, '')).resolves.toEqual({ refused: 'WRONG_STATE' });
    await expect(change(unknown, '1')).resolves.toEqual({ refused: 'NOT_FOUND' });
    await expect(change('1', '1')).resolves.toEqual({ refused: 'NOT_FOUND' });
    await expect(subject.port.changePin('r', library, '\ud800', anySignal())).resolves.toEqual({
      refused: 'INVALID',
    });
    await expect(change(library, '007')).resolves.toEqual({ changed: true });
    await expect(subject.port.verifyPin(library, '007', anySignal())).resolves.toEqual(right);
  });

  test('wrong five times is locked for 15 minutes; a right one in between restarts the count', async () => {
    await using subject = await open();
    const verify = (pin: string) => subject.port.verifyPin(library, pin, anySignal());
    for (const pin of ['0', '0', '0', '0', '1234', '0', '0', '0', '0']) {
      await expect(verify(pin)).resolves.toEqual(pin === '0' ? wrong : right);
    }
    const locked = { verified: false, lockedUntil: '2026-11-25T01:45:00+08:00' };
    await expect(verify('0')).resolves.toEqual(locked);
    subject.pass(14 * minuteMs);
    await expect(verify('1234')).resolves.toEqual(locked);
    subject.pass(minuteMs);
    await expect(verify('1234')).resolves.toEqual(right);
  });

  test.each([
    ['busy', 'busy', false],
    ['request lost', 'outcome-unknown', false],
    ['answer lost', 'outcome-unknown', true],
  ] as const)('%s: to verify one is %s, and counts: %s', async (mishap, reason, counts) => {
    await using subject = await open();
    const verify = () => subject.port.verifyPin(library, '0009', anySignal());
    subject.befall(mishap);
    await expectUpstream(verify(), reason, [library, '0009']);
    for (let count = 0; count < 3; count += 1) {
      await verify();
    }
    expect(await verify()).toMatchObject({ lockedUntil: counts ? expect.any(String) : null });
  });

  test.each([
    ['busy', 'busy', '1234'],
    ['request lost', 'outcome-unknown', '1234'],
    ['answer lost', 'outcome-unknown', '0009'],
  ] as const)('%s: to change one is %s, and it then is %s', async (mishap, reason, pin) => {
    await using subject = await open();
    subject.befall(mishap);
    await expectUpstream(subject.port.changePin('r', library, '0009', anySignal()), reason, [
      library,
      '0009',
    ]);
    await expect(subject.port.verifyPin(library, pin, anySignal())).resolves.toEqual(right);
  });

  test('can neither be changed nor verified while the system is down, nor for a caller that has left', async () => {
    await using subject = await open();
    const gone = AbortSignal.abort();
    await expectUpstream(subject.port.verifyPin(library, '0009', gone), 'cancelled');
    await expectUpstream(subject.port.changePin('r', library, '0009', gone), 'cancelled');
    await subject.stop();
    await expectUpstream(subject.port.verifyPin(library, '0009', anySignal()), 'unreachable', ['0009']);
    await expectUpstream(subject.port.changePin('r', library, '0009', anySignal()), 'unreachable', ['0009']);
  });
}
