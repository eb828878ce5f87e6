import { expect, test } from 'vitest';
import { withoutUndefined } from '../../../platform/without-undefined.ts';

test('a property that is undefined is left out, and any other value stays', () => {
  const values = { kid: undefined, alg: 'ES256', exp: 0, sub: null, typ: '', crit: false };
  expect(withoutUndefined(values)).toStrictEqual({ alg: 'ES256', exp: 0, sub: null, typ: '', crit: false });
});

test('the type says the same', () => {
  const kid: string | undefined = Math.random() < 0 ? 'k' : undefined;
  const header: { readonly alg: string; readonly kid?: string } = withoutUndefined({ alg: 'ES256', kid });
  expect('kid' in header).toBe(false);
});
