import { describe, expect, test } from 'vitest';
import { readWebConfig } from '../../../../edge/web/config.ts';

const readers = {
  WEB_READER_ISSUER: 'https://library.example/sign-in',
  WEB_READER_CLIENT_ID: 'my-library',
  WEB_READER_CLIENT_SECRET: 'known to the server alone',
};
const staff = {
  WEB_STAFF_ISSUER: 'https://staff.library.example',
  WEB_STAFF_CLIENT_ID: 'dashboard',
  WEB_STAFF_CLIENT_SECRET: 'known to the server alone',
  WEB_STAFF_SCOPE: 'patrons:read circulation:read',
};
const least = {
  WEB_SECRET: 'a secret of thirty-two characters',
  GRAPH_URL: 'http://127.0.0.1:4000/graphql',
  ...readers,
};
const production = { ...least, NODE_ENV: 'production', WEB_ORIGIN: 'https://library.example' };

const problemsOf = (env: NodeJS.ProcessEnv): string => {
  try {
    readWebConfig(env);
    return '';
  } catch (error) {
    return String(error);
  }
};

test('an area is served where it has a client at a provider', () => {
  const { areas, port, origin } = readWebConfig(least);
  expect({ port, origin }).toEqual({ port: 4005, origin: null });
  expect([...areas.keys()]).toEqual(['reader']);
  expect(areas.get('reader')).toMatchObject({ scope: 'patron', resource: 'urn:patron-graph' });
  const both = readWebConfig({ ...least, ...staff });
  expect(both.areas.get('staff')).toEqual({
    issuer: new URL('https://staff.library.example'),
    clientId: 'dashboard',
    clientSecret: 'known to the server alone',
    scope: 'patrons:read circulation:read',
    resource: null,
  });
});

test('each variable that is missing is named, and what an area has but for one', () => {
  const problems = problemsOf({});
  expect(problems).toMatch(/WEB_SECRET/);
  expect(problems).toMatch(/GRAPH_URL/);
  expect(problemsOf({ ...least, WEB_READER_CLIENT_SECRET: '' })).toMatch(/WEB_READER_CLIENT_SECRET/);
  expect(problemsOf({ ...least, WEB_STAFF_CLIENT_ID: 'dashboard' })).toMatch(/WEB_STAFF_ISSUER/);
  const { WEB_SECRET, GRAPH_URL } = least;
  expect(problemsOf({ WEB_SECRET, GRAPH_URL })).toMatch(/no page would be served/);
});

describe('in production', () => {
  test.each([
    ['pages over http', { WEB_ORIGIN: 'http://library.example' }, /WEB_ORIGIN/],
    ['an origin that nobody named', { WEB_ORIGIN: '' }, /WEB_ORIGIN/],
    ['a provider over http', { WEB_READER_ISSUER: 'http://library.example/sign-in' }, /WEB_READER_ISSUER/],
  ])('%s is refused', (_, change, message) => {
    expect(problemsOf(production)).toBe('');
    expect(problemsOf({ ...production, ...change })).toMatch(message);
  });
});

test.each([
  'https://library.example/my',
  'https://library.example?a=b',
  'https://user@library.example',
  'library.example',
])('the origin %s is refused', (origin) => {
  expect(problemsOf({ ...least, WEB_ORIGIN: origin })).toMatch(/WEB_ORIGIN/);
});

test('no secret is quoted', () => {
  const problems = problemsOf({ ...least, WEB_SECRET: 'hush-hush', WEB_READER_ISSUER: 'x' });
  expect(problems).toMatch(/WEB_SECRET/);
  expect(problems).not.toMatch(/hush-hush|known to the server/);
});
