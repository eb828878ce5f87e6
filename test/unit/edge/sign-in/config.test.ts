import { describe, expect, test } from 'vitest';
import { readSignInConfig } from '../../../../edge/sign-in/config.ts';

const least = {
  SIGN_IN_CLIENTS_FILE: 'clients.json',
  SIGN_IN_SECRET: 'a secret of thirty-two characters',
  GRAPH_URL: 'http://127.0.0.1:4000/graphql',
};
const production = { ...least, NODE_ENV: 'production', SIGN_IN_URL: 'https://library.example/sign-in' };

const problemsOf = (env: NodeJS.ProcessEnv): string => {
  try {
    readSignInConfig(env);
    return '';
  } catch (error) {
    return String(error);
  }
};

test('the least that it needs', () => {
  expect(readSignInConfig(least)).toMatchObject({ port: 4004, url: null, databaseUrl: null, migrates: true });
  expect(readSignInConfig(production)).toMatchObject({ migrates: false });
});

test('each variable that is missing is named', () => {
  const problems = problemsOf({});
  for (const name of Object.keys(least)) {
    expect(problems).toContain(name);
  }
});

describe('in production', () => {
  test.each([
    ['http', { SIGN_IN_URL: 'http://library.example/sign-in' }, /SIGN_IN_URL/],
    ['no URL', { SIGN_IN_URL: '' }, /SIGN_IN_URL/],
    [
      'no verification of certificates',
      { NODE_TLS_REJECT_UNAUTHORIZED: '0' },
      /NODE_TLS_REJECT_UNAUTHORIZED/,
    ],
  ])('%s is refused', (_, change, message) => {
    expect(problemsOf({ ...production, ...change })).toMatch(message);
  });
});

test.each([
  'https://library.example',
  'https://library.example/',
  'https://library.example/sign-in/',
  'https://library.example/sign-in?a=b',
  'https://library.example/sign-in#a',
  'https://user@library.example/sign-in',
  'ftp://library.example/sign-in',
])('the URL %s is refused', (url) => {
  expect(problemsOf({ ...least, SIGN_IN_URL: url })).toMatch(/SIGN_IN_URL/);
});

test('a secret that is too short is refused, and not quoted', () => {
  const problems = problemsOf({ ...least, SIGN_IN_SECRET: 'hush-hush' });
  expect(problems).toMatch(/SIGN_IN_SECRET/);
  expect(problems).not.toContain('hush');
});
