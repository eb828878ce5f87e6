import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { draftMapping } from '../../../../adapters/adopt/mapping/draft.ts';
import { MappingError, readMapping } from '../../../../adapters/adopt/mapping/read-mapping.ts';
import { writeDraft } from '../../../../adapters/adopt/mapping/write-draft.ts';
import { factsOf } from '../../../../adapters/adopt/report/facts.ts';
import { isPatronName } from '../../../../adapters/adopt/words.ts';
import { readContract } from '../../../../adapters/soap/contract/read/read-contract.ts';
import { makeTemporaryFolder } from '../../../support/set-up/temporary-folder.ts';

const rooms = new URL('../../../system/adopt/rooms/rooms.wsdl', import.meta.url);

const contract = readContract(rooms);

const draft = (): string =>
  writeDraft(
    draftMapping(factsOf('rooms.wsdl', contract), {
      name: 'rooms',
      wsdl: 'rooms.wsdl',
      takenTypes: new Set(['OpeningHours']),
      ports: { subgraph: 4004, simulator: 8104 },
    }),
    'rooms.wsdl',
  );

/** What is wrong with a draft after an edit, line by line. */
function faultsAfter(from: string, to: string): string[] {
  using folder = makeTemporaryFolder();
  const file = join(folder.path, 'mapping.jsonc');
  const text = draft();
  expect(text).toContain(from);
  writeFileSync(file, text.replace(from, to));
  try {
    readMapping(pathToFileURL(file), contract);
    return [];
  } catch (error) {
    if (!(error instanceof MappingError)) {
      throw error;
    }
    return error.message.split('\n').map((line) => line.replace(/^.*mapping\.jsonc:/, ''));
  }
}

test('a draft is a valid mapping, and marks what was guessed', () => {
  expect(faultsAfter('', '')).toEqual([]);
  const text = draft();
  expect(text).toContain('"key": "roomNo", // guess: `GetRooms` reads by it');
  expect(text).toContain('// guess: a cheap read that is always allowed');
});

test('a type whose name the graph has gets another', () => {
  expect(draft()).toContain('"RoomsOpeningHours": {');
});

test('no query is drafted for everybody: a person must open it', () => {
  const scopes = [...draft().matchAll(/"scopes": (\[[^\]]*\])/g)].map(([, given]) => given);
  expect(scopes.length).toBeGreaterThan(3);
  expect(scopes).not.toContain('[]');
});

test.each(['PatronNo', 'PatrNo', 'BORR_ID', 'readerNumber'])('%s is a patron number', (name) => {
  expect(isPatronName(name)).toBe(true);
});

test('a change that nobody could look up is left out, with the reason', () => {
  expect(draft()).toContain(
    '"OpenRoom": "it takes no reference: after a time-out nobody could find out whether it was done"',
  );
});

test.each([
  [
    '"from": "Seats"',
    '"from": "Seat"',
    'types.Room.fields.seats.from: no such member: write one of branch, RoomNo',
  ],
  ['"as": "int"', '"as": "date"', 'types.Room.fields.seats.as: `Seats` is of type int: write "text"'],
  [
    '"operation": "FindRooms"',
    '"operation": "FindRoom"',
    'ping.operation: no such operation: write one of GetRooms',
  ],
  ['"limit": 20', '"limit": 21', 'types.Room.lookup.limit: the contract allows 20'],
  [
    '"rows": "Rooms.Room"',
    '"rows": "Rooms"',
    'queries.rooms.rows: `Rooms` is of type FindRoomsResponse_Rooms, and Room is from Room',
  ],
  [
    '"endsAt": { "to": "EndsAt", "as": "date-time" },',
    '',
    'changes.bookRoom.input: `EndsAt` of the request must be there, and nothing fills it',
  ],
  ['"id": "rms"', '"id": "rooms"', 'system.id: write another name than that of the subgraph'],
  ['"security": "none"', '"safety": "none"', 'system.safety: no such property: take it away'],
  ['"ExportCalendar": ', '"ExportCalendars": ', 'leftOut: `ExportCalendar` is mapped nowhere: write why not'],
  ['"dropAfterSeconds": 60', '"dropAfterSeconds": "60"', 'changes.bookRoom.dropAfterSeconds: '],
])('%s as %s is named with its line', (from, to, message) => {
  const faults = faultsAfter(from, to);
  const line = draft().split(from)[0]?.split('\n').length ?? 0;
  expect(faults.join('\n')).toContain(message);
  const at = Number(faults.find((fault) => fault.includes(message))?.split(':')[0]);
  // A property that is missing is named with the object around it.
  expect(at).toBeLessThanOrEqual(line);
  expect(at).toBeGreaterThan(line - 16);
});

test('what is not JSON is named with its line', () => {
  expect(faultsAfter('"queries": {', '"queries": {{')[0]).toMatch(/^\d+: this is not JSON with comments: /);
});
