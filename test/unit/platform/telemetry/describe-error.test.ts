import { expect, test } from 'vitest';
import { describeError, nameOfError } from '../../../../platform/telemetry/describe-error.ts';

test('an error is described by its name and the innermost frames of its stack', () => {
  const { name, frames } = describeError(new TypeError('wrong'));
  expect(name).toBe('TypeError');
  expect(frames).toHaveLength(8);
  expect(frames).toEqual(
    expect.arrayContaining([expect.stringMatching(/^at .*describe-error\.test\.ts(?:\?\S*)?:\d+/)]),
  );
});

test('no message is described, neither of the error nor of its cause', () => {
  const error = new Error('no card 21852000000033', { cause: new Error('no card 21852000000033') });
  expect(JSON.stringify(describeError(error))).not.toContain('21852000000033');
});

test('a code is described, where it is text', () => {
  expect(describeError(Object.assign(new Error('no'), { code: 'ECONNREFUSED' }))).toMatchObject({
    code: 'ECONNREFUSED',
  });
  expect(describeError(Object.assign(new Error('no'), { code: 7 }))).not.toHaveProperty('code');
});

test('the cause is described alike, and an error without one has no cause', () => {
  const cause = Object.assign(new RangeError('no'), { code: 'ENOENT' });
  expect(describeError(new Error('no', { cause }))).toMatchObject({
    name: 'Error',
    cause: { name: 'RangeError', code: 'ENOENT' },
  });
  expect(describeError(new Error('no'))).not.toHaveProperty('cause');
});

test('what is no error is described by its type alone', () => {
  expect(describeError('21852000000033')).toEqual({ name: 'string' });
  expect(nameOfError(undefined)).toBe('undefined');
});
