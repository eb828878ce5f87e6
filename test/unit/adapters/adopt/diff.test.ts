import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { compareContracts } from '../../../../adapters/adopt/diff/compare-contracts.ts';
import { writeDiff } from '../../../../adapters/adopt/diff/write-diff.ts';
import { draftMapping } from '../../../../adapters/adopt/mapping/draft.ts';
import { factsOf } from '../../../../adapters/adopt/report/facts.ts';
import { readContract } from '../../../../adapters/soap/contract/read/read-contract.ts';
import { makeTemporaryFolder } from '../../../support/set-up/temporary-folder.ts';

const folder = new URL('../../../system/adopt/rooms/', import.meta.url);
const contract = readContract(new URL('rooms.wsdl', folder));
const { mapping } = draftMapping(factsOf('rooms.wsdl', contract), {
  name: 'rooms',
  wsdl: 'rooms.wsdl',
  takenTypes: new Set(),
  ports: { subgraph: 4004, simulator: 8104 },
});

/** What is said of a next release, in which one text of one file was replaced. */
function diffAfter(file: string, from: string, to: string, by: typeof mapping = mapping): string {
  using next = makeTemporaryFolder();
  cpSync(folder, next.path, { recursive: true });
  const path = join(next.path, file);
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(from);
  writeFileSync(path, text.replaceAll(from, to));
  const changed = readContract(pathToFileURL(join(next.path, 'rooms.wsdl')));
  return writeDiff('rooms.wsdl', compareContracts(contract, changed, by));
}

test('the same release changes nothing', () => {
  expect(diffAfter('rooms.wsdl', 'Rooms', 'Rooms')).toContain('Nothing has changed.');
});

test.each([
  [
    'a field that may be absent',
    'rooms-types.xsd',
    '<xs:element name="Seats" type="xs:int"/>',
    '<xs:element name="Seats" type="xs:int" minOccurs="0"/>',
    'breaks: `Rooms.Room.Seats` of the reply may be absent (Room.seats)',
  ],
  [
    'a field that is gone',
    'rooms-types.xsd',
    '<xs:element name="Fee" type="t:Amount" minOccurs="0"/>',
    '',
    'breaks: `Booking.Fee` is gone from the reply (Booking.fee)',
  ],
  [
    'a new value',
    'rooms-types.xsd',
    '<xs:enumeration value="MUSIC"/>',
    '<xs:enumeration value="MUSIC"/><xs:enumeration value="GAMES"/>',
    'breaks: `Room.Kind` of the reply may be GAMES (Room.kind)',
  ],
  [
    'another type',
    'rooms-types.xsd',
    'name="Name" type="xs:string"',
    'name="Name" type="xs:int"',
    'breaks: `Room.Name` of the reply was of type string, and is int (Room.name)',
  ],
  [
    'a new member of a request',
    'rooms-messages.xsd',
    '<xs:element name="Note" type="xs:string" minOccurs="0"/>',
    '<xs:element name="Note" type="xs:string" minOccurs="0"/><xs:element name="Seats" type="xs:int"/>',
    'breaks: `Seats` is new in the request, and must be there (Mutation.bookRoom)',
  ],
  [
    'values of a request, where any were taken',
    'rooms-types.xsd',
    '<xs:minLength value="1"/><xs:maxLength value="36"/>',
    '<xs:enumeration value="DESK"/><xs:enumeration value="PHONE"/>',
    'breaks: `ClientRef` of the request takes only DESK, PHONE (Mutation.bookRoom)',
  ],
  [
    'a smaller batch',
    'rooms-messages.xsd',
    'maxOccurs="50"',
    'maxOccurs="10"',
    'breaks: `PatronNo` of the request may come 10 times, and we send up to 50 (Patron.bookings)',
  ],
  [
    'another action',
    'rooms.wsdl',
    'soapAction="urn:example:rooms/GetBooking"',
    'soapAction="urn:example:rooms/v2/GetBooking"',
    '## GetBooking: Query.booking, Booking\n\n- breaks: its action was',
  ],
  [
    'an operation that is refused',
    'rooms.wsdl',
    '<soap:operation soapAction="urn:example:rooms/GetRooms"/>\n      <input><soap:body use="literal"/>',
    '<soap:operation soapAction="urn:example:rooms/GetRooms"/>\n      <input><soap:body use="encoded"/>',
    'breaks: it is refused: rooms.wsdl',
  ],
  [
    'a new member of a reply',
    'rooms-types.xsd',
    '<xs:element name="Seats" type="xs:int"/>',
    '<xs:element name="Seats" type="xs:int"/><xs:element name="Floor" type="xs:int" minOccurs="0"/>',
    'works after `npm run generate`: `Room.Floor` is new in the reply',
  ],
])('%s is named with the fields of the graph', (_, file, from, to, expected) => {
  expect(diffAfter(file, from, to)).toContain(expected);
});

test('the smaller batch breaks a request that another query fills with one value', () => {
  const { rooms } = mapping.queries;
  if (rooms === undefined || 'byKey' in rooms) {
    expect.fail('the drafted mapping has no query `rooms`');
  }
  const oneRoom = {
    ...rooms,
    operation: 'GetRooms',
    rows: 'Room',
    arguments: { roomNo: { to: 'RoomNo', as: 'text' as const } },
  };
  const both = { ...mapping, queries: { ...mapping.queries, oneRoom } };
  expect(diffAfter('rooms-messages.xsd', 'maxOccurs="20"', 'maxOccurs="10"', both)).toContain(
    'breaks: `RoomNo` of the request may come 10 times, and we send up to 20 (Query.room, Room, Query.oneRoom)',
  );
});

const otherClosure = [
  'rooms-messages.xsd',
  '<xs:element name="ClosedUntil" type="xs:date"/>',
  '<xs:element name="ClosedUntil" type="xs:dateTime"/>',
] as const;

test('what only the health check sends breaks the health check', () => {
  const ping = { operation: 'SetClosure', request: { ClosedUntil: '2026-08-01' } };
  expect(diffAfter(...otherClosure, { ...mapping, ping })).toContain(
    'breaks: `ClosedUntil` of the request was of type date, and is dateTime (the health check)',
  );
});

test('what the graph does not have breaks nothing', () => {
  const diff = diffAfter(...otherClosure);
  expect(diff).toContain('1 operations have changed. Nothing breaks.');
  expect(diff).toContain('## SetClosure: not in the graph');
});
