import { expect, test } from 'vitest';
import { relayTimeoutMs } from '../../../../edge/web/http/relay.ts';
import { defaultLimits } from '../../../../gateway/limits.ts';

/** The time in ms that a station waits for an answer. It is also the default of the kit. */
const pagesWaitMs = 15_000;

test('whoever asks waits longer than whoever answers, so that an error with its reason arrives first', () => {
  expect(relayTimeoutMs).toBeGreaterThan(defaultLimits.requestTimeoutMs);
  expect(relayTimeoutMs).toBeLessThan(pagesWaitMs);
});
