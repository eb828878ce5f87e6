import { expect, test } from 'vitest';
import { defaultLimits, limitsOf } from '../../../../adapters/soap/policy/limits.ts';
import { readLegacyConfig, readLegacyLimits } from '../../../../subgraphs/runtime/config.ts';

test("nothing set leaves the adapters' own defaults", () => {
  const limits = readLegacyLimits({});
  expect(limits).toEqual({ PRS: {}, CMS: {}, CIRC: {} });
  expect(limitsOf(limits.PRS)).toEqual(defaultLimits);
});

test('each system has limits of its own', () => {
  const env = {
    PRS_URL: 'http://prs/',
    PRS_DEADLINE_MS: '60000',
    PRS_QUEUE: '0',
    CMS_URL: 'http://cms/',
    CMS_USER: 'u',
    CMS_PASSWORD: 'p',
    CMS_CONNECTIONS: '2',
    CMS_MAX_BYTES: '65536',
    CIRC_URL: 'http://circ/',
    CIRC_USER: 'u',
    CIRC_PASSWORD: 'p',
    CIRC_BREAKER_FAILURES: '3',
    CIRC_BREAKER_OPEN_MS: '1000',
    CIRC_QUEUE: '',
  };
  const { prs, cms, circ } = readLegacyConfig(env);
  expect(prs).toEqual({ url: new URL('http://prs/'), limits: { deadlineMs: 60_000, queue: 0 }, tls: null });
  expect(cms?.limits).toEqual({ connections: 2, maxBytes: 65_536 });
  expect(circ?.limits).toEqual({ breakerThreshold: 3, breakerOpenMs: 1_000 });
});

const variables = ['DEADLINE_MS', 'CONNECTIONS', 'QUEUE', 'MAX_BYTES', 'BREAKER_FAILURES', 'BREAKER_OPEN_MS'];

test.each(['PRS', 'CMS', 'CIRC'].flatMap((system) => variables.map((name) => `${system}_${name}`)))(
  '%s is refused by name where it is no whole number within its range',
  (name) => {
    for (const wrong of ['-1', '1.5', '1e3', 'many', ' ', '999999999']) {
      expect(() => readLegacyConfig({ [name]: wrong }), wrong).toThrow(name);
    }
  },
);

test('all invalid variables are reported at once', () => {
  const read = () => readLegacyConfig({ PRS_URL: 'ftp://prs', PRS_QUEUE: 'x', CIRC_CONNECTIONS: '0' });
  for (const name of ['PRS_URL', 'PRS_QUEUE', 'CIRC_CONNECTIONS']) {
    expect(read).toThrow(name);
  }
});

test('a call to circulation may not run longer than the settling of its changes assumes', () => {
  expect(readLegacyLimits({ CIRC_DEADLINE_MS: '5000' }).CIRC).toEqual({ deadlineMs: 5_000 });
  expect(() => readLegacyLimits({ CIRC_DEADLINE_MS: '5001' })).toThrow('CIRC_DEADLINE_MS');
});
