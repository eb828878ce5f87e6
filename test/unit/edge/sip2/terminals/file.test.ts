import { expect, test } from 'vitest';
import { parseTerminals } from '../../../../../edge/sip2/terminals/terminals.ts';

const station = (name: string, more: object) => ({ name, profile: 'station', ...more });

test.each([
  ['one address', { addresses: ['10.0.0.3'] }, { addresses: ['10.0.0.3', '10.0.0.4'] }, 'address 10.0.0.3'],
  [
    'one address and certificate',
    { addresses: ['10.0.0.3'], certificate: 'kiosk' },
    { addresses: ['10.0.0.3'], certificate: 'kiosk' },
    'address 10.0.0.3 with certificate kiosk',
  ],
  [
    'one certificate',
    { certificate: 'kiosk' },
    { certificate: 'kiosk' },
    'address any with certificate kiosk',
  ],
])(
  'two terminals without login that have %s are refused, because neither could connect',
  async (_, first, second, key) => {
    const file = { terminals: [station('a', first), station('b', second)] };
    await expect(async () => await parseTerminals(file, '.')).rejects.toThrow(`${key} is there twice`);
  },
);

test('terminals without login at two addresses are accepted', async () => {
  const file = {
    terminals: [station('a', { addresses: ['10.0.0.3'] }), station('b', { addresses: ['10.0.0.4'] })],
  };
  expect((await parseTerminals(file, '.')).terminals).toHaveLength(2);
});
