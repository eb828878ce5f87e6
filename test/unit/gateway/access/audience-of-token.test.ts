import { expect, test } from 'vitest';
import { audienceOfToken } from '../../../../gateway/access/audience-of-token.ts';
import { type Audience, audiences } from '../../../../gateway/audiences.ts';

const audienceOf = (patronId: string | null, scopes: readonly string[], granted: Audience | null) =>
  audienceOfToken({ patronId, scopes: new Set(scopes) }, granted);

test.each<[string | null, readonly string[], Audience | null]>([
  ['P0000001', [], 'reader'],
  [null, [], 'reader'],
  [null, ['openid', 'operate'], 'reader'],
  [null, ['patrons:read', 'circulation:write', 'operate'], 'staff'],
  [null, ['partner:verify'], 'partner'],
  ['P0000001', ['station'], null],
  [null, ['station', 'patrons:read'], null],
])('patron %s with the scopes %j: %s', (patronId, scopes, expected) => {
  expect(audienceOf(patronId, scopes, null)).toBe(expected);
});

test.each<[string | null, readonly string[], Audience, Audience]>([
  ['P0000001', ['station'], 'reader', 'reader'],
  [null, ['patrons:read', 'station'], 'station', 'station'],
  ['P0000001', [], 'staff', 'public'],
  [null, ['patrons:read'], 'partner', 'public'],
  [null, ['patrons:read'], 'reader', 'reader'],
])('patron %s with the scopes %j, from a client of %s: %s', (patronId, scopes, granted, expected) => {
  expect(audienceOf(patronId, scopes, granted)).toBe(expected);
});

test.each(audiences)('a token without rights never sees more as %s than somebody signed in', (granted) => {
  expect(['reader', 'public']).toContain(audienceOf(null, [], granted));
});
