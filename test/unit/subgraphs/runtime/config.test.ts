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

test('all systems have the same limits, and each has connections of its own', () => {
  const env = {
    PRS_URL: 'http://prs/',
    LEGACY_LIMITS: 'deadlineMs=60000, queue=0 maxBytes=65536 breakerThreshold=3 breakerOpenMs=1000',
    CMS_URL: 'http://cms/',
    CMS_USER: 'u',
    CMS_PASSWORD: 'p',
    CMS_CONNECTIONS: '2',
    CIRC_URL: 'http://circ/',
    CIRC_USER: 'u',
    CIRC_PASSWORD: 'p',
    CIRC_CONNECTIONS: '',
  };
  const { prs, cms, circ } = readLegacyConfig(env);
  const limits = {
    deadlineMs: 60_000,
    queue: 0,
    maxBytes: 65_536,
    breakerThreshold: 3,
    breakerOpenMs: 1_000,
  };
  expect(prs).toEqual({ url: new URL('http://prs/'), limits, tls: null });
  expect(cms?.limits).toEqual({ ...limits, connections: 2 });
  // A longer call to circulation could still make a change that counts as not done.
  expect(circ?.limits).toEqual({ ...limits, deadlineMs: 5_000 });
});

test.each(['deadlineMs', 'deadlineMs=99', 'deadlineMs=60001', 'queue=-1', 'breakers=3', 'connections=3'])(
  'LEGACY_LIMITS is refused by name with %s',
  (text) => {
    expect(() => readLegacyLimits({ LEGACY_LIMITS: text })).toThrow('LEGACY_LIMITS');
  },
);

test.each(systems.map((entry) => `${variablePrefix(entry)}_CONNECTIONS`))(
  '%s is refused by name where it is no whole number within its range',
  (name) => {
    for (const wrong of ['-1', '1.5', '1e3', 'many', ' ', '999999999']) {
      expect(() => readLegacyConfig({ [name]: wrong }), wrong).toThrow(name);
    }
  },
);

test('all invalid variables are reported at once', () => {
  const read = () => readLegacyConfig({ PRS_URL: 'ftp://prs', LEGACY_LIMITS: 'x', CIRC_CONNECTIONS: '0' });
  for (const name of ['PRS_URL', 'LEGACY_LIMITS', 'CIRC_CONNECTIONS']) {
    expect(read).toThrow(name);
  }
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
