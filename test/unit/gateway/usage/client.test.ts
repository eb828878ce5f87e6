import { expect, test } from 'vitest';
import { anonymous } from '../../../../gateway/access/caller.ts';
import { clientOf } from '../../../../gateway/usage/client.ts';

const withToken = { ...anonymous, authenticated: true, clientId: 'staff-pages' };

test('the client of a token can not be claimed by a header', () => {
  const headers = { 'apollographql-client-name': 'other', 'apollographql-client-version': '2.1' };
  expect(clientOf(withToken, headers)).toEqual({ client: 'staff-pages', version: '2.1', isVerified: true });
  expect(clientOf(anonymous, headers)).toEqual({ client: 'other', version: '2.1', isVerified: false });
});

test('name and version come from one pair of headers', () => {
  const headers = { 'graphql-client-name': 'app', 'graphql-client-version': '1.0.0-beta+7' };
  expect(clientOf(anonymous, headers)).toMatchObject({ client: 'app', version: '1.0.0-beta+7' });
  expect(clientOf(anonymous, { ...headers, 'apollographql-client-name': 'web' })).toMatchObject({
    client: 'web',
    version: '',
  });
});

test('a client that says nothing has no name, and a text that could name a person is withheld', () => {
  expect(clientOf(anonymous, {})).toMatchObject({ client: '(unnamed)', version: '' });
  const headers = {
    'graphql-client-name': 'phone of 21852000000017',
    'graphql-client-version': 'made for Ada Lovelace',
  };
  expect(clientOf(anonymous, headers)).toMatchObject({ client: '(withheld)', version: '' });
});
