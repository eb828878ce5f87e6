import { expect, test } from 'vitest';
import { givenName } from '../../../subgraphs/patrons/rules/names.ts';

test.each([
  ['CHAN, TAI MAN', 'Tai Man'],
  ['NG, WAI', 'Wai'],
  ['AU YEUNG, LAI WAH', 'Lai Wah'],
  ["O'NEIL, MARY-ANN D'ARCY", "Mary-Ann D'Arcy"],
  ['MADONNA', 'Madonna'],
  ['CHAN TAI MAN', 'Tai Man'],
  [' CHAN  TAI MAN', 'Tai Man'],
  ['LEE,SIU  MING ', 'Siu  Ming'],
])('the given name of %s is %s', (english, given) => {
  expect(givenName(english)).toBe(given);
});
