import { describe, expect, test } from 'vitest';
import type { Mishap } from '../support/memory/faulty-connection.ts';
import { anySignal, expectUpstream, type Opening } from './port-under-test.ts';

/** A change to test: how to make it, and how to count the times that it was made. */
export interface Change<Port> {
  readonly name: string;
  /** Makes the change, to data of the seed. */
  readonly ask: (port: Port, signal: AbortSignal) => Promise<unknown>;
  readonly times: (port: Port) => Promise<number>;
}

const notRefused = expect.not.objectContaining({ refused: expect.anything() });

/**
 * The contract of every change. An error says whether the change was not done or its outcome is unknown. No change is
 * ever made twice. `values` are the personal data of the changes. No error contains them.
 */
export function changeContract<Port>(
  open: Opening<Port>,
  changes: readonly Change<Port>[],
  values: readonly string[],
): void {
  describe.each(changes)('$name', ({ ask, times }) => {
    test('is done once', async () => {
      await using subject = await open();
      await expect(times(subject.port)).resolves.toBe(0);
      await expect(ask(subject.port, anySignal())).resolves.toEqual(notRefused);
      await expect(times(subject.port)).resolves.toBe(1);
    });

    test('is not done while the system is down, and can be repeated once it is back', async () => {
      await using subject = await open();
      await subject.stop();
      await expectUpstream(ask(subject.port, anySignal()), 'unreachable', values);
      await subject.start();
      await expect(times(subject.port)).resolves.toBe(0);
      await expect(ask(subject.port, anySignal())).resolves.toEqual(notRefused);
      await expect(times(subject.port)).resolves.toBe(1);
    });

    test('is not done for a caller that has left', async () => {
      await using subject = await open();
      await expectUpstream(ask(subject.port, AbortSignal.abort()), 'cancelled', values);
      await expect(times(subject.port)).resolves.toBe(0);
    });

    test.each<[Mishap, 'busy' | 'outcome-unknown', number]>([
      ['busy', 'busy', 0],
      ['request lost', 'outcome-unknown', 0],
      ['answer lost', 'outcome-unknown', 1],
    ])('%s: %s, done %i times', async (mishap, reason, count) => {
      await using subject = await open();
      subject.befall(mishap);
      await expectUpstream(ask(subject.port, anySignal()), reason, values);
      await expect(times(subject.port)).resolves.toBe(count);
    });
  });
}
