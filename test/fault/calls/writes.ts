import type * as circ from '../../../adapters/circulation/contract.generated.ts';
import type { Circulation } from '../../../adapters/circulation/port.ts';
import type * as cms from '../../../adapters/credentials/contract.generated.ts';
import type { CardManagement, Credential, NewApplication } from '../../../adapters/credentials/port.ts';
import type * as prs from '../../../adapters/patrons/contract.generated.ts';
import type { NewPatron, PatronRegistry } from '../../../adapters/patrons/port.ts';
import { recordVersion } from '../../../adapters/patrons/record-version.ts';
import type { SystemName } from '../../../simulators/index.ts';
import { MARKS } from '../../support/marked-secrets.ts';
import { anyApplication, anyPatron, type Ports } from '../../support/ports.ts';

/**
 * A method of a port that changes something, and a call of it with data of the seed. The call's arguments contain as
 * many marked secrets as possible.
 */
export interface Write {
  readonly system: SystemName;
  readonly method: string;
  /** The vendor's operation that makes the change. */
  readonly operation: string;
  /**
   * The vendor's operation that the adapter calls first, for example a login on a new connection; null if there is
   * none.
   */
  readonly before: string | null;
  readonly call: (ports: Ports, signal: AbortSignal) => Promise<unknown>;
  /**
   * Finds in the system's data how often the change was made. If the system keeps only a state, this is 0 or 1. Call it
   * only once: for `verifyPin`, it changes the data.
   */
  readonly times: (ports: Ports, signal: AbortSignal) => Promise<number>;
}

type Entry<Operations> = Omit<Write, 'system' | 'method'> & { readonly operation: keyof Operations };
type Entries<Port, Operations> = Readonly<Partial<Record<keyof Port, Entry<Operations>>>>;

const { reference } = MARKS;

const newcomer: NewPatron = {
  englishName: MARKS.name,
  chineseName: null,
  identityNumber: MARKS.identityNumber,
  birthCertificateNumber: MARKS.birthCertificateNumber,
  dateOfBirth: '1990-01-31',
  addressLines: [MARKS.address],
  addressProven: true,
  telephone: MARKS.telephone,
  email: MARKS.email,
  guarantor: { name: MARKS.guarantor, telephone: MARKS.telephone },
};

const patronWrites = {
  register: {
    operation: 'RegisterPatron',
    before: null,
    call: ({ patrons }, signal) => patrons.register(newcomer, signal),
    times: async ({ patrons }, signal) =>
      (await patrons.search({ ...anyPatron, name: MARKS.name }, { first: 5, after: null }, signal))
        .totalCount,
  },
  amendContact: {
    operation: 'AmendPatron',
    before: 'GetPatrons',
    call({ patrons }, signal) {
      const { telephone, email, address } = MARKS;
      // The seed's version is used, because the fault may prevent reading the current version.
      return patrons.amendContact(
        'P0000001',
        recordVersion('P0000001', '20250101090000'),
        { telephone, email, addressLines: [address] },
        signal,
      );
    },
    async times({ patrons }, signal) {
      const [patron] = await patrons.findMany(['P0000001'], signal);
      return patron?.telephone === MARKS.telephone ? 1 : 0;
    },
  },
  amendPatron: {
    operation: 'AmendPatron',
    before: 'GetPatrons',
    call({ patrons }, signal) {
      const { name, identityNumber } = MARKS;
      return patrons.amendPatron(
        'P0000001',
        recordVersion('P0000001', '20250101090000'),
        { englishName: name, identityNumber, guarantor: { name, telephone: null } },
        signal,
      );
    },
    async times({ patrons }, signal) {
      const [patron] = await patrons.findMany(['P0000001'], signal);
      return patron?.englishName === MARKS.name ? 1 : 0;
    },
  },
  addIdentityNumber: {
    operation: 'AmendPatron',
    before: 'GetPatrons',
    // P0000005 was registered by birth certificate.
    call: ({ patrons }, signal) => patrons.addIdentityNumber('P0000005', MARKS.identityNumber, signal),
    async times({ patrons }, signal) {
      const found = await patrons.findByDocument({ kind: 'HKID', number: MARKS.identityNumber }, signal);
      return found?.number === 'P0000005' ? 1 : 0;
    },
  },
} as const satisfies Entries<PatronRegistry, prs.Operations>;

/** Two cards of one patron, both in use. */
const library = '21852000000017';
const smart = '21852000000025';

const application: NewApplication = {
  channel: 'INTERNET',
  patronId: null,
  wants: ['SMART_ID', 'LIBRARY_CARD'],
  applicant: {
    englishName: MARKS.name,
    chineseName: null,
    identityNumber: MARKS.identityNumber,
    birthCertificateNumber: MARKS.birthCertificateNumber,
    dateOfBirth: '2012-02-29',
    smartIdDateOfIssue: '2024-01-02',
    address: MARKS.address,
    addressProofShown: true,
    telephone: MARKS.telephone,
    email: MARKS.email,
  },
  guarantor: {
    name: MARKS.guarantor,
    telephone: MARKS.telephone,
    signedOn: '2026-11-20',
    allowsSmartId: true,
  },
};

/** 1 if `is` holds for the card, otherwise 0. */
const timesThat =
  (number: string, is: (card: Credential) => boolean): Write['times'] =>
  async ({ cards }, signal) => {
    const [card] = await cards.cardsByNumber([number], signal);
    return card != null && is(card) ? 1 : 0;
  };

/** The number of the patron's cards for which `is` holds. */
const cardsThat =
  (patronId: string, is: (card: Credential) => boolean): Write['times'] =>
  async ({ cards }, signal) => {
    const [found = []] = await cards.cardsByPatron([patronId], signal);
    return found.filter(is).length;
  };

/** The number of wrong PINs that lock a card. */
const FAILURES_TO_LOCK = 5;

const cardWrites = {
  submitApplication: {
    operation: 'SubmitApplication',
    before: null,
    call: ({ cards }, signal) => cards.submitApplication(reference, application, signal),
    async times({ cards }, signal) {
      const { rows } = await cards.listApplications(anyApplication, { first: 100, after: null }, signal);
      return rows.filter(({ applicant }) => applicant.englishName === MARKS.name).length;
    },
  },
  decideApplication: {
    operation: 'DecideApplication',
    before: null,
    call: ({ cards }, signal) =>
      cards.decideApplication(
        'A0000001',
        { approve: true, patronId: MARKS.patronNumber, decidedBy: MARKS.staff },
        signal,
      ),
    async times({ cards }, signal) {
      const [found] = await cards.applicationsById(['A0000001'], signal);
      return found?.status === 'APPROVED' ? 1 : 0;
    },
  },
  issueCard: {
    operation: 'IssueCard',
    before: null,
    call({ cards }, signal) {
      const { patronNumber: patronId, identityNumber } = MARKS;
      return cards.issueCard(
        reference,
        { patronId, kind: 'SMART_ID', identityNumber, dateOfIssue: '2024-01-02' },
        signal,
      );
    },
    times: cardsThat(MARKS.patronNumber, () => true),
  },
  reportLoss: {
    operation: 'ReportLoss',
    before: null,
    call: ({ cards }, signal) => cards.reportLoss(reference, smart, 'CONTINUE', signal),
    async times({ cards }, signal) {
      const { rows } = await cards.listLossReports({ first: 100, after: null }, signal);
      return rows.filter(({ libraryCardNumber }) => libraryCardNumber === smart).length;
    },
  },
  replaceCard: {
    operation: 'ReplaceCard',
    before: null,
    call: ({ cards }, signal) => cards.replaceCard(reference, library, null, signal),
    times: cardsThat(
      'P0000001',
      ({ kind, libraryCardNumber }) => kind === 'LIBRARY_CARD' && libraryCardNumber !== library,
    ),
  },
  closeCard: {
    operation: 'CloseCard',
    before: null,
    call: ({ cards }, signal) => cards.closeCard(reference, library, 'SURRENDERED', signal),
    times: timesThat(library, ({ state }) => state === 'SURRENDERED'),
  },
  printInformationCard: {
    operation: 'PrintInformationCard',
    before: null,
    call: ({ cards }, signal) => cards.printInformationCard(reference, smart, signal),
    times: timesThat(smart, ({ informationCardPrintedOn }) => informationCardPrintedOn !== '2019-03-11'),
  },
  changePin: {
    operation: 'ChangePin',
    before: null,
    call: ({ cards }, signal) => cards.changePin(reference, library, MARKS.pin, signal),
    async times({ cards }, signal) {
      const verdict = await cards.verifyPin(library, MARKS.pin, signal);
      return 'verified' in verdict && verdict.verified ? 1 : 0;
    },
  },
  verifyPin: {
    operation: 'VerifyPin',
    before: null,
    // The PIN is wrong, and the system counts wrong PINs.
    call: ({ cards }, signal) => cards.verifyPin(library, MARKS.pin, signal),
    async times({ cards }, signal) {
      for (let missing = 1; missing <= FAILURES_TO_LOCK; missing += 1) {
        const verdict = await cards.verifyPin(library, 'wrong', signal);
        if ('lockedUntil' in verdict && verdict.lockedUntil !== null) {
          return FAILURES_TO_LOCK - missing;
        }
      }
      throw new Error(`${FAILURES_TO_LOCK} wrong PINs did not lock it`);
    },
  },
} as const satisfies Entries<CardManagement, cms.Operations>;

/** A card without loans and holds. */
const card = '21852000000066';

/** A write of CIRC. It needs a login, and CIRC finds its events by the reference. */
const traced = (
  operation: keyof circ.Operations,
  call: (circulation: Circulation, signal: AbortSignal) => Promise<unknown>,
): Entry<circ.Operations> => ({
  operation,
  before: 'Login',
  call: ({ circulation }, signal) => call(circulation, signal),
  times: async ({ circulation }, signal) => (await circulation.eventsByReference(reference, signal)).length,
});

const circulationWrites = {
  checkOut: traced('CheckOut', (port, signal) => port.checkOut(card, '31852000000494', reference, signal)),
  checkIn: traced('CheckIn', (port, signal) => port.checkIn('31852000000015', reference, signal)),
  renew: traced('Renew', (port, signal) => port.renew('L00000001', reference, signal)),
  placeHold: traced('PlaceHold', (port, signal) =>
    port.placeHold(card, 'B0000001', 'STCL', reference, signal),
  ),
  cancelHold: traced('CancelHold', (port, signal) => port.cancelHold('H0000001', reference, signal)),
  registerCard: traced('RegisterCard', (port, signal) =>
    port.registerCard(MARKS.cardNumber, reference, signal),
  ),
  blockCard: traced('BlockCard', (port, signal) => port.blockCard(card, reference, signal)),
  unblockCard: traced('UnblockCard', (port, signal) => port.unblockCard('21852000000116', reference, signal)),
} as const satisfies Entries<Circulation, circ.Operations>;

/** The methods that are in these tables, by port. All other methods must be in the tables of reads. */
export interface WriteMethods {
  readonly patrons: keyof typeof patronWrites;
  readonly cards: keyof typeof cardWrites;
  readonly circulation: keyof typeof circulationWrites;
}

const writesOf = (
  system: SystemName,
  entries: Readonly<Record<string, Omit<Write, 'system' | 'method'>>>,
): Write[] => Object.entries(entries).map(([method, entry]) => ({ system, method, ...entry }));

/** Every write of the three ports. */
export const WRITES: readonly Write[] = [
  ...writesOf('prs', patronWrites),
  ...writesOf('cms', cardWrites),
  ...writesOf('circ', circulationWrites),
];
