import { recordVersion } from '../../../../adapters/patrons/record-version.ts';
import { identityCheckDigit } from '../../../../simulators/check-digits.ts';
import { stampOf } from '../../../../simulators/hong-kong-time.ts';
import { type FaultRequest, readSeed, type Seed } from '../../../../simulators/index.ts';
import type { ApplicationRow, Store } from '../../../../simulators/tables/store.ts';
import type { JournalDatabase } from '../../../../store/journal/port.ts';
import type { Caller } from '../../../../subgraphs/runtime/caller.ts';
import { anonymous, reader } from '../../../support/callers.ts';
import { mutationOf } from '../../../support/mutation.ts';
import {
  type Background,
  cardsOfMerged,
  changesOfClosing,
  closeMerged,
  merge,
} from './close-merged-patron.ts';
import { lendsOnceBlocked, missesOnceUnblocked, withdrawsOnceIssued } from './counter.ts';

/** An operation and all its effects. */
export interface Scenario {
  readonly name: string;
  readonly subgraph: 'credentials' | 'patrons' | 'circulation';
  readonly caller: Caller;
  readonly document: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** Set if no caller requests the operation. Takes the place of caller, document and input. */
  readonly background?: Background;
  readonly state: 'DONE' | 'PARTLY_DONE' | 'REFUSED';
  /** The changes in the systems' records, as `RecordChanges` lists them. */
  readonly changes: readonly string[];
  /** The changes in the audit, as `Fixture.audited` lists them. Default: none. */
  readonly audited?: readonly string[];
  /** What the books find afterwards, as `findingsOf` lists it. Default: nothing. */
  readonly findings?: readonly string[];
  /** Rows that are added to the seed. */
  readonly beside?: Partial<Pick<Seed, 'patrons' | 'cards' | 'applications' | 'items' | 'holds'>>;
  /** Prepares the journal, as an earlier operation left it. */
  readonly before?: (journal: JournalDatabase) => Promise<void>;
  /** Acts as staff at a counter during the operation. */
  readonly meanwhile?: (store: Store) => void;
  /** Faults of card management at the start. */
  readonly faults?: readonly FaultRequest[];
}

export const staff: Caller = {
  ...anonymous,
  authenticated: true,
  issuer: 'https://id.example',
  subject: 'staff-1',
  scopes: new Set([
    'patrons:read',
    'patrons:write',
    'credentials:read',
    'credentials:write',
    'applications:decide',
    'circulation:write',
    'identity:read',
  ]),
};

const reference = 'reference-1';
const mutation = (field: string, selection: string) =>
  mutationOf(field, `operation { state } problems { code } ${selection}`);
const credential = 'credential { libraryCardNumber status }';
const application = 'application { id status patron { id } }';
const card = (field: string) =>
  ({ subgraph: 'credentials', caller: staff, document: mutation(field, credential), state: 'DONE' }) as const;

/** An adult whom no system knows. */
export const stranger = {
  engName: 'TAM, YAT SUM',
  chiName: '譚一心',
  hkid: `E731337(${identityCheckDigit('E731337')})`,
  birthCertNo: null,
  dateOfBirth: '1990-01-02',
  dateOfIssue: '2024-02-03',
  address: 'Flat 9\n9 Library Road',
  addressProof: true,
  tel: '20009009',
  email: null,
} as const;
const strangersApplication: ApplicationRow = {
  applicationNo: 'A0000003',
  clientRef: 'seed-3',
  channel: 'CTR',
  status: 'RCV',
  patronNo: null,
  wants: ['LC', 'SC'],
  applicant: stranger,
  guarantor: null,
  submittedAt: '2026-11-23T10:00:00+08:00',
  decidedAt: null,
  decidedBy: null,
  reason: null,
};

/** The card of the suspended patron. Circulation has told of its block. */
const suspendedsCard = '21852000000199';

/**
 * Earlier events, from which the books know that each card is registered, and which cards are blocked. So they find
 * nothing before the operation. The blocks are younger than all loans.
 */
function earlierEvents(cards: Seed['cards']): NonNullable<Seed['events']> {
  const hoursAgo = (hours: number) => stampOf(new Date(Date.now() - hours * 3_600_000));
  const [registeredAt, blockedAt] = [hoursAgo(60 * 24), hoursAgo(1)];
  const blocked = cards.filter(({ cardNo, status }) => status !== 'ACT' || cardNo === suspendedsCard);
  const told = [
    ...cards.map(({ cardNo }) => ({ kind: 'REG', cardNo, at: registeredAt }) as const),
    ...blocked.map(({ cardNo }) => ({ kind: 'BLK', cardNo, at: blockedAt }) as const),
  ];
  return told.map((event, index) => ({ ...event, seq: index + 1, itemNo: '', loanNo: '', ref: '' }));
}

/** A card of the patron who has thirteen items out. The books would find that they are too many. */
const cardOfTooManyLoans = '21852000000181';

/**
 * The seed with the scenario's rows. The scenario's items replace those of the seed. If the scenario has no
 * applications, a stranger's application for both cards is added. The three systems agree.
 */
export function seedOf({ beside = {} }: Scenario): Seed {
  const { patrons = [], applications = [], items = [], holds = [] } = beside;
  const seed = readSeed();
  const cards = [...seed.cards, ...(beside.cards ?? [])];
  return {
    ...seed,
    cards,
    events: earlierEvents(cards),
    loans: seed.loans.filter(({ cardNo }) => cardNo !== cardOfTooManyLoans),
    patrons: [...seed.patrons, ...patrons],
    applications: [
      ...seed.applications,
      ...(applications.length === 0 ? [strangersApplication] : applications),
    ],
    items: seed.items.map((item) => items.find(({ itemNo }) => itemNo === item.itemNo) ?? item),
    holds: [...seed.holds, ...holds],
  };
}

/** A patron who was registered by birth certificate and now applies for a smart identity card. */
const grown: Seed['patrons'][number] = {
  patronNo: 'P0000019',
  engName: stranger.engName,
  chiName: stranger.chiName,
  hkid: null,
  birthCertNo: 'S7313370',
  dob: stranger.dateOfBirth,
  addrLine: ['Flat 9', '9 Library Road'],
  addrProof: true,
  tel: stranger.tel,
  email: 'grown@patrons.example',
  guarantorName: 'TAM, LO TAI',
  guarantorTel: '20009008',
  status: 'A',
  regDate: '20000103',
  lastUpd: '20250101090000',
};
const grownsApplication: ApplicationRow = {
  ...strangersApplication,
  applicationNo: 'A0000004',
  clientRef: 'seed-4',
  patronNo: grown.patronNo,
  wants: ['SC'],
};

/** Another patron's smart identity card with the stranger's number, and with another date of issue. */
const enrolledElsewhere: Seed['cards'][number] = {
  cardNo: '21852000009992',
  patronNo: 'P0000004',
  type: 'SC',
  status: 'ACT',
  issuedOn: '2026-11-20',
  closedOn: null,
  hkid: stranger.hkid,
  dateOfIssue: '2025-05-06',
  onReplacement: null,
  infoCardPrintedOn: null,
  pin: null,
};

const approveStranger = {
  subgraph: 'credentials',
  caller: staff,
  document: mutation('approveApplication', application),
  input: { reference, applicationId: 'A0000003' },
} as const;

/** A copy that is kept for a hold on a card that was replaced. */
const heldItem: Seed['items'][number] = {
  itemNo: '31852000000494',
  bibNo: 'B0000001',
  title: '紅樓夢',
  author: '曹雪芹',
  callNo: '857.49 5510',
  branch: 'STCL',
  material: 'BK',
  state: 'H',
};
const readyHold: Seed['holds'][number] = {
  holdNo: 'H0000003',
  cardNo: '21852000000231',
  bibNo: heldItem.bibNo,
  pickupBranch: 'STCL',
  state: 'R',
  queuePos: 0,
  placedAt: '20261120120000',
  readyUntil: '99991231',
  ref: '',
};
const lendHeldItem = {
  subgraph: 'circulation' as const,
  caller: staff,
  document: mutation('lendHeldItem', 'loan { id credential { libraryCardNumber } }'),
  input: {
    reference,
    reader: { patronId: 'P0000017' },
    holdId: readyHold.holdNo,
    itemNumber: heldItem.itemNo,
  },
  beside: { items: [heldItem], holds: [readyHold] },
} satisfies Partial<Scenario>;

const standing = (field: string, patronId: string) =>
  ({
    subgraph: 'patrons',
    caller: staff,
    document: mutation(field, 'patron { id status }'),
    input: { reference, patronId },
    state: 'DONE',
  }) as const;

/** A queued hold of a patron whose record is closed. */
const queuedHold: Seed['holds'][number] = {
  holdNo: 'H0000003',
  cardNo: '21852000000066',
  bibNo: 'B0000004',
  pickupBranch: 'STCL',
  state: 'Q',
  queuePos: 1,
  placedAt: '20261120120000',
  readyUntil: '',
  ref: '',
};

/** An application for a smart identity card of the suspended patron. */
const suspendedsApplication: ApplicationRow = {
  ...strangersApplication,
  applicationNo: 'A0000004',
  clientRef: 'seed-4',
  patronNo: 'P0000013',
  wants: ['SC'],
  applicant: { ...stranger, engName: 'MAK, SHING', hkid: 'Y717171(2)', dateOfBirth: '1971-07-07' },
};

const correctNumber = {
  subgraph: 'patrons',
  caller: staff,
  document: mutation('amendPatron', 'patron { id }'),
  input: { reference, identityNumber: stranger.hkid },
} satisfies Partial<Scenario>;

const lossOfLibraryCard = {
  input: { reference, libraryCardNumber: '21852000000033' },
  audited: ['STAFF P0000002 credential.status'],
  changes: [
    'blocked 21852000000033',
    'card 21852000000033: status "LST"',
    'event BLK 21852000000033',
    'new loss R0000004: 21852000000033 P0000002',
  ],
};

/** Every operation on cards, with each of its outcomes. */
export const scenarios: readonly Scenario[] = [
  {
    name: 'submitApplication',
    subgraph: 'credentials',
    caller: staff,
    document: mutation('submitApplication', application),
    input: {
      reference,
      channel: 'COUNTER',
      wants: ['LIBRARY_CARD', 'SMART_ID'],
      applicant: {
        englishName: stranger.engName,
        identityNumber: stranger.hkid,
        dateOfBirth: stranger.dateOfBirth,
        smartIdDateOfIssue: stranger.dateOfIssue,
        addressLines: ['Flat 9', '9 Library Road'],
        addressProofShown: true,
      },
    },
    state: 'DONE',
    changes: ['new application A0000004: RCV'],
  },
  {
    name: 'submitApplication: over the internet, anonymously',
    subgraph: 'credentials',
    caller: anonymous,
    document: mutation('submitApplication', ''),
    input: {
      reference,
      channel: 'INTERNET',
      wants: ['LIBRARY_CARD'],
      applicant: {
        englishName: stranger.engName,
        identityNumber: stranger.hkid,
        dateOfBirth: stranger.dateOfBirth,
        addressLines: ['Flat 9', '9 Library Road'],
      },
    },
    state: 'DONE',
    changes: ['new application A0000004: RCV'],
  },
  {
    ...approveStranger,
    name: 'approveApplication: a stranger',
    state: 'DONE',
    audited: ['STAFF P0000019 credential.issuedOn'],
    changes: [
      'application A0000003: decidedAt',
      'application A0000003: decidedBy "staff-1"',
      'application A0000003: patronNo "P0000019"',
      'application A0000003: status "APR"',
      'event REG 21852000000264',
      'event REG 21852000000272',
      'known 21852000000264',
      'known 21852000000272',
      'new card 21852000000264: 21852000000264 SC P0000019 ACT',
      'new card 21852000000272: 21852000000272 LC P0000019 ACT',
      'new patron P0000019: TAM, YAT SUM P0000019 A',
    ],
  },
  {
    ...approveStranger,
    name: 'approveApplication: withdrawn meanwhile',
    state: 'PARTLY_DONE',
    meanwhile: withdrawsOnceIssued,
    audited: ['STAFF P0000019 credential.issuedOn', 'STAFF P0000019 credential.status'],
    changes: [
      'application A0000003: status "WDN"',
      'blocked 21852000000264',
      'blocked 21852000000272',
      'event BLK 21852000000264',
      'event BLK 21852000000272',
      'event REG 21852000000264',
      'event REG 21852000000272',
      'known 21852000000264',
      'known 21852000000272',
      'new card 21852000000264: 21852000000264 SC P0000019 CAN',
      'new card 21852000000272: 21852000000272 LC P0000019 CAN',
      'new patron P0000019: TAM, YAT SUM P0000019 A',
    ],
  },
  {
    ...approveStranger,
    name: 'approveApplication: the number is enrolled with another date of issue',
    state: 'PARTLY_DONE',
    beside: { cards: [enrolledElsewhere] },
    findings: ['IDENTITY_DIFFERS P0000004 21852000009992'],
    changes: ['new patron P0000019: TAM, YAT SUM P0000019 A'],
  },
  {
    ...approveStranger,
    name: 'decideApplication: a registered patron',
    document: mutation('decideApplication', application),
    input: { reference, applicationId: 'A0000001', approve: true },
    state: 'DONE',
    audited: ['STAFF P0000004 credential.issuedOn'],
    changes: [
      'application A0000001: decidedAt',
      'application A0000001: decidedBy "staff-1"',
      'application A0000001: status "APR"',
      'event REG 21852000000264',
      'known 21852000000264',
      'new card 21852000000264: 21852000000264 SC P0000004 ACT',
    ],
  },
  {
    ...approveStranger,
    name: "approveApplication: the registry gets a patron's identity card",
    beside: { patrons: [grown], applications: [grownsApplication] },
    input: { reference, applicationId: 'A0000004', identityDocumentSeen: true },
    state: 'DONE',
    audited: ['STAFF P0000019 credential.issuedOn', 'STAFF P0000019 identityNumber'],
    changes: [
      'application A0000004: decidedAt',
      'application A0000004: decidedBy "staff-1"',
      'application A0000004: status "APR"',
      'event REG 21852000000264',
      'known 21852000000264',
      'new card 21852000000264: 21852000000264 SC P0000019 ACT',
      `patron P0000019: hkid "${stranger.hkid}"`,
      'patron P0000019: lastUpd',
    ],
  },
  {
    ...approveStranger,
    name: 'approveApplication: the card of a suspended patron is blocked from the beginning',
    beside: { applications: [suspendedsApplication] },
    input: { reference, applicationId: 'A0000004' },
    state: 'DONE',
    audited: ['STAFF P0000013 credential.issuedOn'],
    changes: [
      'application A0000004: decidedAt',
      'application A0000004: decidedBy "staff-1"',
      'application A0000004: status "APR"',
      'blocked 21852000000264',
      'event BLK 21852000000264',
      'event REG 21852000000264',
      'known 21852000000264',
      'new card 21852000000264: 21852000000264 SC P0000013 ACT',
    ],
  },
  {
    ...approveStranger,
    name: 'rejectApplication',
    document: mutation('rejectApplication', application),
    input: { reference, applicationId: 'A0000001', reason: 'The form is not signed.' },
    state: 'DONE',
    changes: [
      'application A0000001: decidedAt',
      'application A0000001: decidedBy "staff-1"',
      'application A0000001: reason "The form is not signed."',
      'application A0000001: status "REJ"',
    ],
  },
  {
    ...approveStranger,
    name: 'withdrawApplication',
    caller: reader('P0000004'),
    document: mutation('withdrawApplication', application),
    input: { reference, applicationId: 'A0000001' },
    state: 'DONE',
    changes: [
      'application A0000001: decidedAt',
      'application A0000001: decidedBy "P0000004"',
      'application A0000001: reason "Withdrawn by the applicant."',
      'application A0000001: status "REJ"',
    ],
  },
  {
    ...approveStranger,
    name: 'rejectApplications',
    document: mutation('rejectApplications', 'outcomes { applicationId state problems { code } }'),
    input: { reference, applicationIds: ['A0000001', 'A0000003'], reason: 'The form is not signed.' },
    state: 'DONE',
    changes: ['A0000001', 'A0000003'].flatMap((id) => [
      `application ${id}: decidedAt`,
      `application ${id}: decidedBy "staff-1"`,
      `application ${id}: reason "The form is not signed."`,
      `application ${id}: status "REJ"`,
    ]),
  },
  {
    ...card('reportLoss'),
    ...lossOfLibraryCard,
    name: 'reportLoss: library card',
  },
  {
    ...card('reportLoss'),
    name: 'reportLoss: not yet in circulation',
    input: { reference, libraryCardNumber: '21852000000033' },
    meanwhile: ({ circ }) => circ.knownCards.delete('21852000000033'),
    audited: ['STAFF P0000002 credential.status'],
    changes: [
      'blocked 21852000000033',
      'card 21852000000033: status "LST"',
      'event BLK 21852000000033',
      'event REG 21852000000033',
      'new loss R0000004: 21852000000033 P0000002',
    ],
  },
  {
    ...card('reportLoss'),
    name: 'reportLoss: smart card, to continue',
    caller: reader('P0000002'),
    input: { reference, libraryCardNumber: '21852000000041', onReplacement: 'CONTINUE' },
    audited: ['PATRON P0000002 credential.onReplacement', 'PATRON P0000002 credential.status'],
    changes: [
      'blocked 21852000000041',
      'card 21852000000041: onReplacement "CONT"',
      'card 21852000000041: status "LST"',
      'event BLK 21852000000041',
      'new loss R0000004: 21852000000041 P0000002 CONT',
    ],
  },
  {
    ...card('reportLoss'),
    name: 'reportLoss: smart card, to discontinue',
    input: { reference, libraryCardNumber: '21852000000041', onReplacement: 'DISCONTINUE' },
    audited: ['STAFF P0000002 credential.onReplacement', 'STAFF P0000002 credential.status'],
    changes: [
      'blocked 21852000000041',
      'card 21852000000041: closedOn',
      'card 21852000000041: onReplacement "DISC"',
      'card 21852000000041: status "CAN"',
      'event BLK 21852000000041',
      'new loss R0000004: 21852000000041 P0000002 DISC',
    ],
  },
  {
    ...card('replaceCredential'),
    name: 'replaceCredential: library card',
    input: { reference, libraryCardNumber: '21852000000157' },
    audited: ['STAFF P0000011 credential.issuedOn', 'STAFF P0000011 credential.status'],
    changes: [
      'card 21852000000157: closedOn',
      'card 21852000000157: status "CAN"',
      'event BLK 21852000000157',
      'event REG 21852000000264',
      'known 21852000000264',
      'new card 21852000000264: 21852000000264 LC P0000011 ACT',
    ],
  },
  {
    ...card('replaceCredential'),
    name: 'replaceCredential: smart card',
    input: { reference, libraryCardNumber: '21852000000116', smartIdDateOfIssue: '2024-06-07' },
    audited: ['STAFF P0000008 credential.dateOfIssue', 'STAFF P0000008 credential.status'],
    changes: [
      'card 21852000000116: dateOfIssue "2024-06-07"',
      'card 21852000000116: onReplacement null',
      'card 21852000000116: status "ACT"',
      'event UBK 21852000000116',
      'unblocked 21852000000116',
    ],
  },
  {
    ...card('discontinueSmartId'),
    name: 'discontinueSmartId',
    caller: reader('P0000003'),
    input: { reference, libraryCardNumber: '21852000000058' },
    audited: ['PATRON P0000003 credential.status'],
    changes: [
      'blocked 21852000000058',
      'card 21852000000058: closedOn',
      'card 21852000000058: status "CAN"',
      'event BLK 21852000000058',
    ],
  },
  {
    ...card('surrenderLibraryCard'),
    name: 'surrenderLibraryCard',
    input: { reference, libraryCardNumber: '21852000000066' },
    audited: ['STAFF P0000004 credential.status'],
    changes: [
      'blocked 21852000000066',
      'card 21852000000066: closedOn',
      'card 21852000000066: status "SUR"',
      'event BLK 21852000000066',
    ],
  },
  {
    ...card('printInformationCard'),
    name: 'printInformationCard',
    input: { reference, libraryCardNumber: '21852000000090' },
    audited: ['STAFF P0000007 credential.informationCardPrintedOn'],
    changes: ['card 21852000000090: infoCardPrintedOn'],
  },
  {
    ...card('createPinCode'),
    name: 'createPinCode',
    input: { reference, libraryCardNumber: '21852000000074' },
    audited: ['STAFF P0000005 credential.pinCode'],
    changes: [],
  },
  {
    ...card('setPin'),
    name: 'setPin',
    input: { reference, libraryCardNumber: '21852000000074', newPin: '8643' },
    audited: ['STAFF P0000005 credential.pin'],
    changes: ['card 21852000000074: pin "8643"'],
  },
  {
    name: 'mergePatrons',
    subgraph: 'credentials',
    caller: staff,
    document: mutation('mergePatrons', 'patron { id } leavingPatron { id } issued { libraryCardNumber }'),
    // The record that leaves has a library card in use, and a smart identity card that is lost.
    input: { reference, leavingPatronId: 'P0000008', stayingPatronId: 'P0000003' },
    state: 'DONE',
    audited: [
      'STAFF P0000003 credential.issuedOn',
      'STAFF P0000003 mergedFrom',
      'STAFF P0000008 credential.status',
      'STAFF P0000008 mergedInto',
      'STAFF P0000008 status',
    ],
    changes: [
      'blocked 21852000000108',
      'card 21852000000108: closedOn',
      'card 21852000000108: status "CAN"',
      'card 21852000000116: closedOn',
      'card 21852000000116: status "CAN"',
      'event BLK 21852000000108',
      'event BLK 21852000000116',
      'event REG 21852000000264',
      'known 21852000000264',
      'new card 21852000000264: 21852000000264 LC P0000003 ACT',
      'patron P0000008: lastUpd',
      'patron P0000008: status "S"',
    ],
  },
  {
    name: 'the end of a merge',
    subgraph: 'credentials',
    caller: anonymous,
    document: '',
    input: {},
    background: closeMerged,
    beside: { patrons: [{ ...grown, status: 'S' }], cards: cardsOfMerged },
    before: async (journal) => {
      await journal.mergePatrons(merge);
    },
    state: 'DONE',
    audited: ['STAFF P0000019 credential.status', 'STAFF P0000019 status'],
    changes: changesOfClosing,
  },
  {
    ...lendHeldItem,
    name: 'lendHeldItem',
    state: 'DONE',
    // The card is unblocked for the check-out and then blocked again.
    changes: ['event BLK 21852000000231', 'event OUT 21852000000231', 'event UBK 21852000000231'],
  },
  {
    ...lendHeldItem,
    name: 'lendHeldItem: the copy is missing by then',
    meanwhile: missesOnceUnblocked,
    state: 'REFUSED',
    changes: ['event BLK 21852000000231', 'event UBK 21852000000231'],
  },
  {
    name: 'amendContact',
    subgraph: 'patrons',
    caller: reader('P0000002'),
    document: mutation('amendContact', 'patron { id contact { telephone email } }'),
    input: {
      reference,
      reader: { patronId: 'P0000002' },
      version: recordVersion('P0000002', '20250101090000'),
      telephone: '29998888',
    },
    state: 'DONE',
    audited: ['PATRON P0000002 telephone'],
    changes: ['patron P0000002: lastUpd', 'patron P0000002: tel "29998888"'],
  },
  {
    name: 'amendPatron',
    subgraph: 'patrons',
    caller: staff,
    document: mutation('amendPatron', 'patron { id status name { chinese } }'),
    input: {
      reference,
      patronId: 'P0000004',
      version: recordVersion('P0000004', '20250101090000'),
      chineseName: '吳偉',
      status: 'CLOSED',
    },
    state: 'DONE',
    audited: [
      'STAFF P0000004 chineseName',
      'STAFF P0000004 credential.block',
      'STAFF P0000004 signIns',
      'STAFF P0000004 status',
    ],
    changes: [
      'blocked 21852000000066',
      'event BLK 21852000000066',
      'patron P0000004: chiName "吳偉"',
      'patron P0000004: lastUpd',
      'patron P0000004: status "C"',
    ],
  },
  {
    ...standing('suspendPatron', 'P0000002'),
    name: 'suspendPatron',
    audited: ['STAFF P0000002 credential.block', 'STAFF P0000002 status'],
    changes: [
      'blocked 21852000000033',
      'blocked 21852000000041',
      'event BLK 21852000000033',
      'event BLK 21852000000041',
      'patron P0000002: lastUpd',
      'patron P0000002: status "S"',
    ],
  },
  {
    ...standing('liftSuspension', 'P0000013'),
    name: 'liftSuspension',
    before: (journal) => journal.keepStandingBlocks('P0000013', [suspendedsCard]),
    meanwhile: ({ circ }) => circ.blockedCards.add(suspendedsCard),
    audited: ['STAFF P0000013 credential.block', 'STAFF P0000013 status'],
    changes: ['event UBK 21852000000199', 'patron P0000013: lastUpd', 'patron P0000013: status "A"'],
  },
  {
    ...standing('liftSuspension', 'P0000013'),
    name: 'liftSuspension: a card that a desk has blocked stays blocked',
    // Only staff know whether the desk's reason is still good.
    findings: ['CARD_BLOCKED P0000013 21852000000199'],
    audited: ['STAFF P0000013 status'],
    changes: ['patron P0000013: lastUpd', 'patron P0000013: status "A"'],
  },
  {
    ...standing('closePatron', 'P0000004'),
    name: 'closePatron',
    beside: { holds: [queuedHold] },
    audited: ['STAFF P0000004 credential.block', 'STAFF P0000004 signIns', 'STAFF P0000004 status'],
    changes: [
      'blocked 21852000000066',
      'event BLK 21852000000066',
      'event UNH 21852000000066',
      'patron P0000004: lastUpd',
      'patron P0000004: status "C"',
    ],
  },
  {
    ...standing('closePatron', 'P0000004'),
    name: 'closePatron: a desk lends meanwhile',
    state: 'REFUSED',
    meanwhile: lendsOnceBlocked('21852000000066', '31852000000494'),
    changes: ['event BLK 21852000000066', 'event UBK 21852000000066'],
  },
  {
    ...standing('reopenPatron', 'P0000014'),
    name: 'reopenPatron',
    audited: ['STAFF P0000014 status'],
    changes: ['patron P0000014: lastUpd', 'patron P0000014: status "A"'],
  },
  {
    ...correctNumber,
    name: 'amendPatron: another identity number',
    input: {
      ...correctNumber.input,
      patronId: 'P0000004',
      version: recordVersion('P0000004', '20250101090000'),
    },
    state: 'DONE',
    audited: ['STAFF P0000004 identityNumber'],
    changes: [`patron P0000004: hkid "${stranger.hkid}"`, 'patron P0000004: lastUpd'],
  },
  {
    ...correctNumber,
    name: 'amendPatron: a smart card in use has the present number',
    input: {
      ...correctNumber.input,
      patronId: 'P0000002',
      version: recordVersion('P0000002', '20250101090000'),
    },
    state: 'REFUSED',
    changes: [],
  },
  {
    // The record is closed in the seed. The three systems change nothing.
    name: 'erasePatron',
    subgraph: 'patrons',
    caller: staff,
    document: mutation('erasePatron', 'patron { id status } receipt { kept { system records } }'),
    input: { reference, patronId: 'P0000014' },
    state: 'DONE',
    changes: [],
  },
];

/**
 * A loss that is reported at a counter while the card can't be read. The card is blocked first and checked later (R17).
 */
export const unseenLoss: Scenario = {
  ...card('reportLoss'),
  ...lossOfLibraryCard,
  name: 'reportLoss: not readable at first',
  // There are two faults, because a read is retried once.
  faults: [{ kind: 'reset-before', operations: ['GetCardsByNumber'], times: 2 }],
};

/** @throws Error if no scenario has that name. */
export function scenarioOf(name: string): Scenario {
  const found = [...scenarios, unseenLoss].find((scenario) => scenario.name === name);
  if (found === undefined) {
    throw new Error(`there is no scenario ${name}`);
  }
  return found;
}
