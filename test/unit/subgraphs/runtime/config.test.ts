import { expect, test } from 'vitest';
import { defaultLimits, limitsOf } from '../../../../adapters/soap/policy/limits.ts';
import { systems, variablePrefix } from '../../../../platform/systems.ts';
import { readLibraryConfig } from '../../../../subgraphs/runtime/config.ts';
import {
  readLegacyConfig,
  readLegacyLimits,
} from '../../../../subgraphs/runtime/environment/legacy-systems.ts';

test("nothing set leaves the adapters' own defaults", () => {
  const limits = readLegacyLimits({});
  expect([...limits.keys()]).toEqual(systems.map(({ id }) => id));
  expect(limits.get('prs')).toEqual({});
  expect(limitsOf(limits.get('prs'))).toEqual(defaultLimits);
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

test.each(systems.flatMap((entry) => variables.map((name) => `${variablePrefix(entry)}_${name}`)))(
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
  expect(readLegacyLimits({ CIRC_DEADLINE_MS: '5000' }).get('circ')).toEqual({ deadlineMs: 5_000 });
  expect(() => readLegacyLimits({ CIRC_DEADLINE_MS: '5001' })).toThrow('CIRC_DEADLINE_MS');
});

const mail = {
  NOTICES_SMTP_URL: 'smtps://notices%40library.example:p%40ss@mail.library.example',
  NOTICES_FROM: 'notices@library.example',
  WEB_ORIGIN: 'https://library.example',
};

test('a mail server is reached by TLS at its port, with the login of its URL', () => {
  expect(readLibraryConfig(mail).mail).toEqual({
    server: {
      host: 'mail.library.example',
      port: 465,
      isTls: true,
      requiresTls: false,
      login: { user: 'notices@library.example', password: 'p@ss' },
    },
    from: 'notices@library.example',
    origin: new URL('https://library.example'),
  });
  const starting = { ...mail, NOTICES_SMTP_URL: 'smtp://[::1]', NODE_ENV: 'production' };
  expect(readLibraryConfig(starting).mail?.server).toEqual({
    host: '::1',
    port: 587,
    isTls: false,
    requiresTls: true,
    login: null,
  });
  expect(readLibraryConfig({}).mail).toBeNull();
});

test.each([
  ['NOTICES_SMTP_URL', 'https://mail.library.example'],
  ['NOTICES_SMTP_URL', 'smtps://notices@mail.library.example'],
  ['NOTICES_SMTP_URL', 'smtps://notices:secret@mail.library.example/?pool=true'],
  ['NOTICES_FROM', ''],
  ['NOTICES_FROM', 'the library'],
  ['WEB_ORIGIN', ''],
  ['WEB_ORIGIN', 'https://library.example/my'],
])('a mail server is refused where %s is "%s", and no password is quoted', (name, value) => {
  const read = () => readLibraryConfig({ ...mail, [name]: value });
  expect(read).toThrow(name);
  expect(read).not.toThrow('secret');
});

test('mails of production have links to https alone', () => {
  const env = { ...mail, WEB_ORIGIN: 'http://library.example' };
  expect(readLibraryConfig(env).mail?.origin.protocol).toBe('http:');
  expect(() => readLibraryConfig({ ...env, NODE_ENV: 'production' })).toThrow('WEB_ORIGIN');
});
