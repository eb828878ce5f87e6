import { expect, test } from 'vitest';
import type { CallClass } from '../../../../adapters/soap/port.ts';
import { classOf } from '../../../../subgraphs/runtime/call-class.ts';
import type { Caller } from '../../../../subgraphs/runtime/caller.ts';

const caller = (scopes: readonly string[], patronId: string | null = null): Caller => ({
  authenticated: true,
  subject: 's',
  issuer: 'i',
  patronId,
  clientId: null,
  partner: null,
  scopes: new Set(scopes),
  language: 'en',
});
const nobody: Caller = { ...caller([]), authenticated: false, subject: null, issuer: null };

test.each<[string, Caller, CallClass, CallClass]>([
  ['nobody who has signed in', nobody, 'anonymous', 'anonymous'],
  ['a reader', caller(['openid', 'profile'], 'P0000001'), 'reader', 'lending'],
  ['a station', caller(['station']), 'reader', 'lending'],
  ['a telephone', caller(['telephone']), 'reader', 'lending'],
  ['staff', caller(['patrons:read', 'circulation:write']), 'staff', 'lending'],
  ['staff who read, too', caller(['applications:decide'], 'P0000001'), 'staff', 'lending'],
  ['a partner, who asks by a mutation', caller(['partner:verify']), 'staff', 'staff'],
  ['a token that opens nothing', caller(['openid']), 'anonymous', 'anonymous'],
])('%s', (_who, who, reads, changes) => {
  expect([classOf(who, 'query'), classOf(who, 'mutation')]).toEqual([reads, changes]);
});
