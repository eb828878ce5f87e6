import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { Markup, Prefixes } from '../../../../adapters/adopt/skeleton/simulator/markup.ts';
import { readContract } from '../../../../adapters/soap/contract/read/read-contract.ts';
import { makeTemporaryFolder } from '../../../support/set-up/temporary-folder.ts';

test('a record of a simulator has only those members of a choice that its row has', () => {
  using folder = makeTemporaryFolder();
  cpSync(new URL('../../../system/adopt/rooms/', import.meta.url), folder.path, { recursive: true });
  const file = join(folder.path, 'rooms-types.xsd');
  const members =
    '<xs:element name="StartsAt" type="xs:dateTime"/>\n      <xs:element name="EndsAt" type="xs:dateTime"/>';
  const xsd = readFileSync(file, 'utf8');
  expect(xsd).toContain(members);
  writeFileSync(file, xsd.replace(members, `<xs:choice>${members}</xs:choice>`));
  const { types } = readContract(pathToFileURL(join(folder.path, 'rooms.wsdl')));
  const booking = types.find(({ name }) => name === 'Booking');
  if (booking?.kind !== 'complex') {
    throw new Error('the contract has no bookings');
  }
  const record = new Markup(new Prefixes()).record(booking);
  const callOf = (member: string) => record.find((part) => part.includes(`row.${member}`))?.split('(')[0];
  expect(['RoomNo', 'StartsAt', 'EndsAt', 'Fee'].map(callOf)).toEqual([
    'tag',
    'optionalTag',
    'optionalTag',
    'optionalTag',
  ]);
});
