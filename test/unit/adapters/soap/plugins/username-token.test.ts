import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { digestToken } from '../../../../../adapters/soap/plugins/username-token.ts';

test('the digest covers nonce, time and password, and the password itself is not sent', () => {
  const xml = digestToken({
    user: 'a<b',
    password: 'secret',
    now: () => new Date('2026-11-25T02:00:00Z'),
    randomBytes: (size) => new Uint8Array(size).fill(7),
  })();
  const digest = createHash('sha1')
    .update(Buffer.concat([Buffer.alloc(16, 7), Buffer.from('2026-11-25T02:00:00.000Zsecret')]))
    .digest('base64');
  expect(xml).toContain(`#PasswordDigest">${digest}</wsse:Password>`);
  expect(xml).toContain(`>${Buffer.alloc(16, 7).toString('base64')}</wsse:Nonce>`);
  expect(xml).toContain('<wsu:Created>2026-11-25T02:00:00.000Z</wsu:Created>');
  expect(xml).toContain('<wsse:Username>a&lt;b</wsse:Username>');
  expect(xml).not.toContain('secret');
});
