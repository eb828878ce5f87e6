import { expect, test } from 'vitest';
import { factsOf } from '../../../../adapters/adopt/report/facts.ts';
import { writeReport } from '../../../../adapters/adopt/report/write-report.ts';
import { readContract } from '../../../../adapters/soap/contract/read/read-contract.ts';

const reportOf = (path: string): string => {
  const file = new URL(path, import.meta.url);
  return writeReport(factsOf(path, readContract(file)));
};

/** The lines of one section. */
const section = (report: string, title: string): string[] =>
  report
    .split(`## ${title}\n\n`)[1]
    ?.split('\n\n')[0]
    ?.split('\n')
    .map((line) => line.replace(/^- /, '')) ?? [];

const rooms = reportOf('../../../system/adopt/rooms/rooms.wsdl');

test('the report names what is refused, with file, line and construct', () => {
  expect(section(rooms, 'Refused')).toEqual(['`ExportCalendar`: rooms.wsdl:166: rpc/encoded']);
  expect(rooms).toContain('11 of 12 operations can be called');
});

test('reads are guessed by their names, and keys that batch by their messages', () => {
  expect(section(rooms, 'Reads, by their names').map((line) => line.split('`')[1])).toEqual([
    'GetRooms',
    'FindRooms',
    'GetBookings',
    'GetBooking',
    'FindBookingByRef',
    'ListOpeningHours',
    'GetStatement',
  ]);
  expect(section(rooms, 'Keys that batch')).toEqual([
    '`GetRooms`: up to 20 `RoomNo`, found again as `Room.RoomNo`',
    '`GetBookings`: up to 50 `PatronNo`, found again as `Booking.PatronNo`',
  ]);
});

test('dates, money and faults are listed with their places', () => {
  expect(section(rooms, 'Dates and times')).toContain('`Booking.StartsAt`: dateTime');
  expect(section(rooms, 'Money')).toContain('`Room.HourlyFee`: a decimal; its text is kept');
  expect(section(rooms, 'Faults')).toEqual(['`RoomsFault`: of all operations']);
});

test('a write is asked for its reference, its lookup and its drop time', () => {
  const questions = section(rooms, 'Questions to the vendor').join('\n');
  expect(questions).toContain('`BookRoom`: does `FindBookingByRef` find it by its `ClientRef`');
  expect(questions).toContain('`SetClosure`: it takes no reference.');
  expect(questions).toContain('After how long is a request that was not carried out dropped?');
});

test('no change of circulation is taken for a read', () => {
  const report = reportOf('../../../../adapters/circulation/circulation.wsdl');
  const reads = section(report, 'Reads, by their names').map((line) => line.split('`')[1]);
  expect(reads).toEqual([
    'GetLoans',
    'GetHolds',
    'GetCharges',
    'GetItems',
    'FindItems',
    'FindByRef',
    'ListEvents',
  ]);
});
