import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { cardAndReader, checkIn, checkOut, renewAllLoans } from '../../../edge/sip2/answers/operations.ts';
import type { Library } from '../stories/library.ts';
import { newApplicant } from '../stories/people.ts';
import { lentOut, pin, type Readers, renewed, returned } from './readers.ts';
import { change, done, send } from './send.ts';
import { shippedBy, withoutFields } from './shipped-documents.ts';

const staff = shippedBy('staff');
const station = shippedBy('station');
const reader = shippedBy('reader');

/** The maximum cost of an act. */
export interface Cost {
  /** SOAP calls. */
  readonly calls: number;
  /** The longest chain of SOAP calls that wait for each other. */
  readonly depth: number;
  /** Calls of the journal. Each is a transaction. */
  readonly journal: number;
}

/** Sends what a page, a station or a SIP2 terminal sends for an act. It is measured. */
type Send = () => Promise<void>;

/** An act of a reader or of staff. */
export interface Act {
  readonly name: string;
  readonly cost: Cost;
  /** The cost if no subgraphs share reads, as in processes of their own. The default is `cost`. */
  readonly apart?: Cost;
  /** Makes what the act needs. It isn't measured. It is called again for each attempt. */
  prepare(library: Library, readers: Readers): Promise<Send>;
}

type Prepare = Act['prepare'];

/** Sends a mutation after `before` has made what it needs. */
const changing =
  (
    document: string,
    field: string,
    inputOf: (library: Library, readers: Readers) => object,
    {
      as = 'counter',
      before = async () => {},
    }: {
      readonly as?: 'counter' | 'station';
      readonly before?: (library: Library, readers: Readers) => Promise<unknown>;
    } = {},
  ): Prepare =>
  async (library, readers) => {
    await before(library, readers);
    return () => change(library, document, field, inputOf(library, readers), library[as]);
  };

const asking =
  (
    document: string,
    field: string,
    variablesOf: (readers: Readers) => object,
    tokenOf: (library: Library, readers: Readers) => string | Promise<string> = ({ counter }) => counter,
  ): Prepare =>
  async (library, readers) => {
    const token = await tokenOf(library, readers);
    return async () => {
      expect(await send(library, document, field, variablesOf(readers), token)).toBeTruthy();
    };
  };

const shown = (library: Library, { lending }: Readers) => ({
  credential: library.system.presentedCard(lending.libraryCard),
  itemNumber: lentOut,
});
const isBack = { before: (library: Library) => library.giveBack(lentOut) };
const isOut = {
  before: (library: Library, { lending }: Readers) => library.lend(lending.libraryCard, returned),
};
const gains = {
  before: async (library: Library) => library.lentAWeekAgo(...renewed),
};
const byNumber = ({ reading }: Readers) => ({ number: reading.libraryCard });
const byPin = (libraryCardNumber: string) => ({ libraryCardNumber, pin });
const byPatron = ({ reading }: Readers) => ({ patronId: reading.patronId });
const ofReader = (library: Library, { reading }: Readers) => library.reader(reading.patronId);
const atStation = ({ station: token }: Library) => token;

const renewingReader = (_: Library, { renewing }: Readers) => ({ reader: { patronId: renewing.patronId } });
const renewingByPin = (_: Library, { renewing }: Readers) => ({
  reader: { cardAndPin: byPin(renewing.libraryCard) },
});
const chosenByPin = (library: Library, readers: Readers) => ({
  ...renewingByPin(library, readers),
  loanIds: renewed.map((itemNumber) => library.system.store.circ.loans.by('itemNo', itemNumber)[0]?.loanNo),
});

/**
 * A loan that the journal doesn't know, as one of last week. The reader has no other one of the last seconds: the journal
 * would have a loan that circulation shows no more, and cards and loans would be read twice.
 */
const atDeskOut = async (library: Library, { reading }: Readers): Promise<void> => {
  expect(await library.lendAtDesk(reading.libraryCard, returned)).toHaveProperty('loan');
};

/** Takes a copy back while a reader's card is shown. `before` lends the copy. */
const takingBack =
  (document: string, before: (library: Library, readers: Readers) => Promise<unknown>): Prepare =>
  async (library, readers) => {
    await before(library, readers);
    const variables = { input: { reference: randomUUID(), itemNumber: returned }, isReaderShown: true };
    return async () => {
      expect(await send(library, document, 'checkIn', variables, library.counter)).toMatchObject(done);
    };
  };

/** A new member loses the library card. */
const loseCard: Prepare = async (library) => {
  const { libraryCard: libraryCardNumber } = await library.joinWithBothCards(newApplicant());
  return () => change(library, staff('DeskReportLoss'), 'reportLoss', { libraryCardNumber }, library.counter);
};

export const acts: readonly Act[] = [
  {
    name: 'lend at a station',
    cost: { calls: 5, depth: 4, journal: 7 },
    prepare: changing(station('CheckOut'), 'checkOut', shown, { as: 'station', ...isBack }),
  },
  {
    name: 'lend at a desk',
    cost: { calls: 5, depth: 4, journal: 7 },
    prepare: changing(staff('DeskCheckOut'), 'checkOut', shown, isBack),
  },
  {
    name: 'lend over SIP2',
    cost: { calls: 5, depth: 4, journal: 5 },
    prepare: changing(checkOut.document, 'checkOut', shown, { as: 'station', ...isBack }),
  },
  {
    name: 'return at a station',
    cost: { calls: 2, depth: 2, journal: 2 },
    prepare: changing(station('CheckIn'), 'checkIn', () => ({ itemNumber: returned }), {
      as: 'station',
      ...isOut,
    }),
  },
  {
    name: 'return over SIP2',
    cost: { calls: 2, depth: 2, journal: 2 },
    prepare: changing(checkIn.document, 'checkIn', () => ({ itemNumber: returned }), {
      as: 'station',
      ...isOut,
    }),
  },
  {
    name: 'return at a desk with a reader shown, and no more than the quota',
    cost: { calls: 5, depth: 4, journal: 6 },
    prepare: takingBack(withoutFields(staff('DeskCheckIn'), ['charges', 'name']), atDeskOut),
  },
  {
    // One more call for the name, and one for what is owed for the copy.
    name: 'return at a desk with a reader shown',
    cost: { calls: 7, depth: 5, journal: 7 },
    prepare: takingBack(staff('DeskCheckIn'), atDeskOut),
  },
  {
    // Cards and loans are read twice: the journal has a loan of the last 15 seconds that circulation shows no more.
    name: 'return at a desk with a reader shown, of a copy that was just lent',
    cost: { calls: 9, depth: 7, journal: 9 },
    prepare: takingBack(staff('DeskCheckIn'), isOut.before),
  },
  {
    name: 'card shown at a desk, without what is owed',
    cost: { calls: 5, depth: 3, journal: 6 },
    apart: { calls: 6, depth: 3, journal: 7 },
    prepare: asking(withoutFields(staff('DeskCardByNumber'), ['charges', 'owes']), 'credential', byNumber),
  },
  {
    name: 'card shown at a desk',
    cost: { calls: 6, depth: 3, journal: 5 },
    // The sum that is owed and its charges are of two subgraphs.
    apart: { calls: 8, depth: 3, journal: 7 },
    prepare: asking(staff('DeskCardByNumber'), 'credential', byNumber),
  },
  {
    name: 'card shown at a desk just after a loan came back',
    cost: { calls: 8, depth: 5, journal: 7 },
    apart: { calls: 10, depth: 5, journal: 9 },
    prepare: async (library, readers) => {
      await library.lend(readers.lending.libraryCard, lentOut);
      await library.giveBack(lentOut);
      const show = asking(staff('DeskCardByNumber'), 'credential', ({ lending }) => ({
        number: lending.libraryCard,
      }));
      return await show(library, readers);
    },
  },
  {
    name: 'card shown at a station',
    cost: { calls: 4, depth: 3, journal: 6 },
    apart: { calls: 5, depth: 3, journal: 7 },
    prepare: asking(station('LibraryCard'), 'credential', byNumber, atStation),
  },
  {
    name: 'the page of a patron',
    // The sum that is owed is the word of *charges*: as on the page of the reader below.
    cost: { calls: 6, depth: 3, journal: 5 },
    apart: { calls: 8, depth: 3, journal: 7 },
    prepare: asking(staff('PatronPicture'), 'patron', byPatron),
  },
  {
    name: 'the page of the reader',
    // One more than the table of decision 67: authors and shelf marks come from the copies. What is owed is the word of *charges*,
    // which asks the journal for merged records; in a process of its own it reads circulation's charges once more.
    cost: { calls: 6, depth: 3, journal: 2 },
    apart: { calls: 9, depth: 4, journal: 4 },
    prepare: asking(reader('Home'), 'me', () => ({ first: 10 }), ofReader),
  },
  {
    name: 'renew all five at a desk',
    cost: { calls: 9, depth: 4, journal: 36 },
    prepare: changing(staff('DeskRenewAllLoans'), 'renewAllLoans', renewingReader, gains),
  },
  {
    name: 'renew five by PIN at a station',
    cost: { calls: 11, depth: 6, journal: 45 },
    prepare: changing(station('Renew'), 'renewLoans', chosenByPin, { as: 'station', ...gains }),
  },
  {
    name: 'renew all five by PIN over SIP2',
    cost: { calls: 11, depth: 6, journal: 43 },
    prepare: changing(renewAllLoans.document, 'renewAllLoans', renewingByPin, { as: 'station', ...gains }),
  },
  {
    name: 'report a loss',
    cost: { calls: 3, depth: 2, journal: 8 },
    prepare: loseCard,
  },
  {
    name: 'patron information with PIN over SIP2',
    cost: { calls: 7, depth: 4, journal: 16 },
    apart: { calls: 12, depth: 6, journal: 20 },
    prepare: asking(
      cardAndReader.document,
      'credential',
      ({ reading: { libraryCard } }) => ({ number: libraryCard, reader: byPin(libraryCard), copies: false }),
      atStation,
    ),
  },
];
