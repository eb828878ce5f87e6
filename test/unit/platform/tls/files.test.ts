import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openClientTls } from '../../../../platform/tls/client.ts';
import { filesIn } from '../../../../platform/tls/files.ts';
import { createAuthority, forThisMachine } from '../../../support/certificates.ts';
import { settingsOf, silent } from './client-settings.ts';

const authority = createAuthority();
afterAll(() => authority[Symbol.dispose]());
const { caFile, folder } = authority;
const good = authority.issue('gateway', forThisMachine);
const other = authority.issue('another', forThisMachine);
const expired = authority.issue('expired', forThisMachine, [-20, -10]);
const future = authority.issue('future', forThisMachine, [10, 20]);
const written = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const cut = written('cut.pem', good.cert.slice(0, 200));
const garbled = written('garbled.pem', good.cert.replaceAll(/[A-Z]/g, 'A'));
const empty = written('empty.pem', '');

test.each([
  [
    'a CA file that is not there',
    { caFile: join(folder, 'none') },
    "PRS_TLS_DIR/ca.crt names a file that can't be read: ENOENT",
  ],
  ['a folder', { caFile: folder }, "PRS_TLS_DIR/ca.crt names a file that can't be read: EISDIR"],
  ['an empty CA file', { caFile: empty }, 'PRS_TLS_DIR/ca.crt has no certificate'],
  [
    'half a certificate',
    { certificate: { ...good, certFile: cut } },
    'PRS_TLS_DIR/tls.crt has no certificate',
  ],
  [
    'no certificate at all',
    { certificate: { ...good, certFile: garbled } },
    'PRS_TLS_DIR/tls.crt has no certificate',
  ],
  [
    'a certificate for a key',
    { certificate: { ...good, keyFile: good.certFile } },
    'PRS_TLS_DIR/tls.key has no private key',
  ],
  [
    "another's key",
    { certificate: { ...good, keyFile: other.keyFile } },
    'PRS_TLS_DIR/tls.key is not the key of the certificate in PRS_TLS_DIR/tls.crt',
  ],
  [
    'an expired certificate',
    { certificate: expired },
    'PRS_TLS_DIR/tls.crt has a certificate that is valid from',
  ],
  [
    'a certificate of next week',
    { certificate: future },
    'PRS_TLS_DIR/tls.crt has a certificate that is valid from',
  ],
])('%s is refused at the start, by the name of its variable', (_, options, message) => {
  expect(() => openClientTls(settingsOf(options), silent)).toThrow(message);
});

test('a folder needs the authorities, or a certificate with its key', () => {
  const dir = authority.tlsDir(good);
  const open = () => openClientTls(filesIn('PRS_TLS_DIR', dir), silent);
  expect(open).not.toThrow();
  rmSync(join(dir, 'ca.crt'));
  expect(open).not.toThrow();
  rmSync(join(dir, 'tls.key'));
  expect(open).toThrow('There is only one of PRS_TLS_DIR/tls.crt and PRS_TLS_DIR/tls.key.');
  rmSync(join(dir, 'tls.crt'));
  expect(open).toThrow('There is neither PRS_TLS_DIR/ca.crt nor PRS_TLS_DIR/tls.crt.');
});

test('no message quotes a file', () => {
  const messages = [{ ...good, keyFile: other.keyFile }, { ...good, certFile: garbled }, expired].map(
    (certificate) => {
      try {
        openClientTls(settingsOf({ certificate }), silent);
        return 'no error';
      } catch (error) {
        return String(error);
      }
    },
  );
  for (const message of messages) {
    expect(message).toMatch(/^Error: PRS_TLS_DIR/);
    expect(message).not.toMatch(/BEGIN|[A-Za-z\d+/]{40}/);
    expect(message).not.toContain(folder);
  }
});

test('an authority that has expired is no obstacle beside one that has not', () => {
  const bundle = written('bundle.pem', `${expired.cert}\n${authority.ca}`);
  expect(() => openClientTls(settingsOf({ caFile: bundle }), silent)).not.toThrow();
  const old = written('old.pem', expired.cert);
  expect(() => openClientTls(settingsOf({ caFile: old }), silent)).toThrow('PRS_TLS_DIR/ca.crt');
});

test('renewed files are taken over within a minute; until both fit, the former ones stay', () => {
  const certificate = { certFile: join(folder, 'live.pem'), keyFile: join(folder, 'live.key') };
  copyFileSync(good.certFile, certificate.certFile);
  copyFileSync(good.keyFile, certificate.keyFile);
  const errors: string[] = [];
  const log = { ...silent, error: ({ reason }: Record<string, unknown>) => errors.push(String(reason)) };
  let now = Date.now();
  const tls = openClientTls(settingsOf({ caFile, certificate }), log, () => now);
  const first = tls();

  copyFileSync(other.certFile, certificate.certFile);
  now += 59_000;
  expect(tls()).toBe(first);
  expect(errors).toEqual([]);
  now += 1_000;
  expect(tls()).toBe(first);
  expect(errors).toEqual(['PRS_TLS_DIR/tls.key is not the key of the certificate in PRS_TLS_DIR/tls.crt.']);

  copyFileSync(other.keyFile, certificate.keyFile);
  now += 60_000;
  const second = tls();
  expect(second).not.toBe(first);
  now += 60_000;
  expect(tls()).toBe(second);
  expect(errors).toHaveLength(1);
  expect(readFileSync(certificate.certFile, 'utf8')).toBe(other.cert);
});
