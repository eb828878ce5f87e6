/** RFC 6749, section 4.1.2: a code that is used twice gives no tokens, no matter how the two uses overlap. */
import { join } from 'node:path';
import type { Adapter } from 'oidc-provider';
import { beforeEach, expect, test } from 'vitest';
import { createAdapterFactory } from '../../../../edge/sign-in/provider/adapter.ts';
import { openSqliteState } from '../../../../store/shared-state/sqlite/sealed-state.ts';
import { openedForEachTest } from '../../../support/set-up/opened-for-tests.ts';
import { openTemporaryFolder } from '../../../support/set-up/temporary-folder.ts';

const folder = openedForEachTest(openTemporaryFolder);
const secrets = [new TextEncoder().encode('a secret of the tests, long enough')] as const;
const state = openedForEachTest(() =>
  openSqliteState({ owner: 'sign-in', path: join(folder.path, 'state.sqlite'), secrets, holder: 'test' }),
);

const [grantId, lifetime] = ['the-grant', 600] as const;
const ofGrant = { grantId, accountId: 'P0000001', clientId: 'ebooks' };
const refused = { error: 'invalid_grant' };
let adapterOf: (kind: string) => Adapter;

beforeEach(async () => {
  adapterOf = createAdapterFactory(
    state,
    Date.now,
    (accountId) => accountId,
    () => null,
  );
  await adapterOf('Grant').upsert(grantId, { accountId: 'P0000001', clientId: 'ebooks' }, lifetime);
  await adapterOf('AuthorizationCode').upsert('the-code', ofGrant, lifetime);
});

test('what the first use got is gone after the second', async () => {
  await adapterOf('AuthorizationCode').consume('the-code');
  await adapterOf('RefreshToken').upsert('refresh', ofGrant, lifetime);
  await adapterOf('AccessToken').upsert('access', ofGrant, lifetime);
  await expect(adapterOf('AuthorizationCode').consume('the-code')).rejects.toMatchObject(refused);
  for (const [kind, id] of [
    ['Grant', grantId],
    ['RefreshToken', 'refresh'],
    ['AccessToken', 'access'],
  ] as const) {
    expect(await adapterOf(kind).find(id), kind).toBeUndefined();
  }
});

test('a first use that is still being answered gets nothing', async () => {
  await adapterOf('AuthorizationCode').consume('the-code');
  await expect(adapterOf('AuthorizationCode').consume('the-code')).rejects.toMatchObject(refused);
  await expect(adapterOf('RefreshToken').upsert('refresh', ofGrant, lifetime)).rejects.toMatchObject(refused);
  expect(await adapterOf('RefreshToken').find('refresh')).toBeUndefined();
});

test('a refresh token that is used twice at once ends no other token', async () => {
  await adapterOf('RefreshToken').upsert('refresh', ofGrant, lifetime);
  await adapterOf('RefreshToken').consume('refresh');
  await expect(adapterOf('RefreshToken').consume('refresh')).rejects.toMatchObject(refused);
  expect(await adapterOf('Grant').find(grantId)).toBeDefined();
});
