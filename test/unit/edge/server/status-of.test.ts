import { expect, test } from 'vitest';
import { statusOf } from '../../../../edge/server/create-server.ts';
import { StoreUnavailable } from '../../../../store/store-unavailable.ts';

test('if the state can not be reached, or too many wait for it, the client may try again; other errors are defects', () => {
  expect(statusOf(new StoreUnavailable('too many calls wait'))).toBe(503);
  expect(statusOf(Object.assign(new Error('a body that is too large'), { statusCode: 413 }))).toBe(413);
  expect([statusOf(new TypeError('a defect')), statusOf('no error')]).toEqual([500, 500]);
});
