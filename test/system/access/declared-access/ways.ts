/** The requests that reach every field with limited access. */
import { randomUUID } from 'node:crypto';
import type { SubgraphName } from '../../../../platform/systems.ts';
import type { Scope } from '../../../../subgraphs/runtime/scopes.ts';
import { newApplicant } from '../../stories/people.ts';

export const whoeverAsks = Symbol('whoever asks');

/** A way to the objects of one patron. It starts at one root field of a subgraph. */
export interface Way {
  readonly subgraph: SubgraphName;
  /** The root field with its arguments. Each call makes a new reference. */
  readonly field: () => string;
  /** The type of the entity. It is absent if the root field determines the type. */
  readonly entity?: string;
  /**
   * The patron who owns the objects, or for whom the caller acts. This can be the caller. It is null if the person is
   * not registered.
   */
  readonly owner: string | typeof whoeverAsks | null;
  /**
   * Scopes that open the way to more objects, whose own fields need other scopes. Each is added to every caller's
   * scopes in turn.
   */
  readonly leads?: readonly Scope[];
  /** Whether the reader is identified by card number and PIN. */
  readonly byPin?: true;
  /** Whether stations have the patron by number and PIN, so that they get also what these open. */
  readonly provenByPin?: true;
  /** Whether only the owner asks, because the change can be made only once. */
  readonly ownerOnly?: true;
  /** The depth of the selection, if it differs from that of other queries. */
  readonly depth?: number;
  /** Whether the way asks for a card that doesn't exist. Another patron gets the same answer for any card. */
  readonly isNobodysCard?: true;
}

const query = (
  subgraph: SubgraphName,
  owner: string | typeof whoeverAsks,
  field: string,
  leads: readonly Scope[] = [],
): Way => ({
  subgraph,
  owner,
  field: () => field,
  leads,
});

const entity = (
  subgraph: SubgraphName,
  owner: string,
  type: string,
  keys: string,
  leads: readonly Scope[] = [],
): Way => ({
  subgraph,
  owner,
  field: () => `_entities(representations: [{ __typename: "${type}", ${keys} }])`,
  entity: type,
  leads,
});

export const chan = 'P0000001';
const [ng, yip] = ['P0000004', 'P0000006'] as const;
/** The address of a reader's browser at the sign-in page. */
const address = 'anAddressThatIsHashed';
const cardAndPin = '{ libraryCardNumber: "21852000000066", pin: "1234" }';
/** A reader with loans and a reservation. */
const lee = 'P0000002';
const leesCard = '{ libraryCardNumber: "21852000000033", pin: "1234" }';

/** The reference of a return that is done, so that it has a destination. */
const returned = 'returned at a station';

/**
 * Operations that must exist before the queries. All callers have the same subject, so the operations belong to every
 * caller.
 */
export const lentByWhoeverAsks = [
  {
    reference: 'lent at a station',
    scope: 'station',
    field:
      'checkOut(input: { reference: "lent at a station" credential: { libraryCardNumber: "0" } itemNumber: "0" })',
  },
  {
    reference: 'lent at a desk',
    scope: 'circulation:write',
    field: `lendHeldItem(input: { reference: "lent at a desk" reader: { patronId: "${ng}" } holdId: "0" itemNumber: "0" })`,
  },
  {
    reference: 'chosen at a desk',
    scope: 'circulation:write',
    field: `setNoticePreferences(input: { reference: "chosen at a desk" reader: { patronId: "${ng}" } switchOff: [LOAN_OVERDUE] })`,
  },
  {
    reference: returned,
    scope: 'station',
    field: `checkIn(input: { reference: "${returned}" itemNumber: "31852000000171" })`,
  },
  ...['acknowledgeFinding', 'repairFinding', 'closeFinding'].map((name) => ({
    reference: name,
    scope: 'operations:repair' as const,
    field: `${name}(input: { reference: "${name}" findingId: "none" ${name === 'closeFinding' ? 'reason: "Done."' : ''} })`,
  })),
] as const;

/**
 * The selection stops at the operation's objects. The fields of a patron can't be selected, because they need the
 * numbers of the patron's cards.
 */
const operationQuery = (field: string, depth = 2): Way => ({ ...query('circulation', ng, field), depth });

export const queries: readonly Way[] = [
  query('patrons', whoeverAsks, 'me'),
  query('patrons', chan, `patron(id: "${chan}")`),
  query('patrons', chan, 'patrons(first: 1)'),
  query('patrons', chan, 'patronByIdentity(document: { kind: HKID, number: "A123456(3)" })'),
  entity('patrons', chan, 'Patron', `id: "${chan}"`, ['station', 'patrons:read']),
  query('credentials', whoeverAsks, 'me'),
  query('credentials', chan, 'credential(libraryCardNumber: "21852000000017")'),
  query(
    'credentials',
    chan,
    'smartId(presented: { identityNumber: "A123456(3)", dateOfIssue: "2019-02-20" })',
  ),
  query('credentials', yip, 'application(id: "A0000002")', ['credentials:read', 'applications:decide']),
  query('credentials', yip, 'applications(first: 1, filter: { patronId: "P0000006" })'),
  query('credentials', 'P0000008', 'lossReports(first: 1)'),
  query('credentials', yip, 'applications(first: 1, orderBy: NEWEST_FIRST)'),
  query('credentials', 'P0000008', 'lossReports(first: 1, orderBy: NEWEST_FIRST)'),
  query('credentials', chan, `readerStanding(patronId: "${chan}", partner: "ebooks")`),
  query('credentials', chan, 'applicationProgress(receipt: "none")'),
  entity('credentials', chan, 'Patron', `id: "${chan}"`),
  entity('credentials', chan, 'LibraryCard', 'libraryCardNumber: "21852000000017"'),
  entity('credentials', chan, 'SmartIdCard', 'libraryCardNumber: "21852000000025"'),
  // The selection stops at the patron who has borrowed the copy.
  { ...query('circulation', chan, 'item(itemNumber: "31852000000015")'), depth: 3 },
  { ...query('circulation', chan, 'items(title: "紅樓", first: 1)'), depth: 3 },
  query('circulation', chan, 'titles(search: "紅樓", first: 1)'),
  query('circulation', chan, 'branches'),
  { ...query('circulation', chan, 'node(id: "L00000001")'), depth: 1 },
  query('circulation', chan, 'loans(first: 1)'),
  query('circulation', chan, 'holdShelf(filter: { branch: "HKCL" }, first: 1)'),
  query('circulation', chan, 'pullList(filter: { branch: "HKCL" }, first: 1)'),
  query('circulation', chan, 'lendingDays'),
  query('circulation', chan, 'libraryCounts'),
  query('circulation', chan, 'undeliveredNotices(first: 1)'),
  query('circulation', chan, 'operations(filter: { state: UNSETTLED }, first: 1)'),
  { ...query('circulation', whoeverAsks, 'myOperations(first: 1)'), depth: 2 },
  query('circulation', chan, 'findings(first: 1)'),
  ...lentByWhoeverAsks.map(({ reference }) =>
    operationQuery(`operation(reference: "${reference}")`, reference === returned ? 3 : 2),
  ),
  ...lentByWhoeverAsks.map(({ reference }) =>
    operationQuery(`operations(reference: "${reference}", first: 1)`),
  ),
  { ...query('circulation', lee, `readerLoans(reader: ${leesCard})`, ['station']), byPin: true },
  { ...query('circulation', lee, `readerHolds(reader: ${leesCard})`, ['station']), byPin: true, depth: 2 },
  {
    ...query('circulation', lee, `readerPatron(reader: ${leesCard})`),
    byPin: true,
    provenByPin: true,
    depth: 1,
  },
  { ...query('circulation', lee, `readerOwes(reader: ${leesCard})`), byPin: true, depth: 1 },
  {
    ...entity(
      'circulation',
      chan,
      'Patron',
      `id: "${chan}", cardNumbers: ["21852000000017", "21852000000025"]`,
      ['station'],
    ),
    provenByPin: true,
  },
  {
    ...entity('charges', chan, 'Patron', `id: "${chan}", cardNumbers: ["21852000000017"]`, ['charges:read']),
    provenByPin: true,
  },
  query('charges', chan, 'owingPatrons(first: 1)'),
  query('charges', chan, `paymentOperations(filter: { patronId: "${chan}" })`),
  query('charges', chan, `payable(patronId: "${chan}", code: "none")`),
  query('charges', chan, `codePayment(patronId: "${chan}", id: "RO2026999999")`),
  query('charges', chan, 'paymentMethods'),
  query('charges', chan, 'paymentOperation(reference: "none")'),
  entity('charges', chan, 'Charge', `id: "G0000001", patronId: "${chan}"`),
];

/** These changes use numbers and versions that don't exist, so they change nothing. */
const noCard = '21852000009992';
const reader = `reader: { patronId: "${ng}" }`;
const byNumberAndPin = `reader: { cardAndPin: ${cardAndPin} }`;
const ofReaders: readonly (readonly [field: string, input: string])[] = [
  ['renewLoan', 'loanId: "L99999999"'],
  ['renewLoans', 'loanIds: ["L99999999"]'],
  ['renewAllLoans', ''],
  ['placeHold', 'titleNumber: "B9999999", pickupBranch: "HKCL"'],
  ['cancelHold', 'holdId: "H9999999"'],
];

const mutation = (
  subgraph: SubgraphName,
  field: string,
  input: string,
  leads: readonly Scope[] = [],
): Way => ({
  subgraph,
  owner: ng,
  field: () => `${field}(input: { reference: "${randomUUID()}" ${input} })`,
  leads,
});

const cardMutation = (field: string, input = ''): Way => ({
  ...mutation('credentials', field, `libraryCardNumber: "${noCard}" ${input}`),
  isNobodysCard: true,
});

/** The argument of an application over the internet. Each application is from another person. */
const application = (wants: string, applicant: object, patronId?: string): string => {
  const form = Object.entries(applicant).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  const applies = patronId === undefined ? '' : `patronId: "${patronId}"`;
  return `channel: INTERNET wants: [${wants}] ${applies} applicant: { ${form.join(' ')} }`;
};
const submission = (owner: string | null, input: () => string): Way => ({
  ...mutation('credentials', 'submitApplication', ''),
  owner,
  field: () => `submitApplication(input: { reference: "${randomUUID()}" ${input()} })`,
});
/** A registered patron with a library card. She applies for a smart identity card. */
const tsui = {
  englishName: 'TSUI, WING SZE',
  identityNumber: 'B202020(9)',
  dateOfBirth: '1995-02-28',
  smartIdDateOfIssue: '2024-05-06',
};

export const mutations: readonly Way[] = [
  mutation('patrons', 'amendContact', `${reader} version: "none" telephone: null`),
  mutation('patrons', 'amendPatron', `patronId: "${ng}" version: "none" chineseName: null`),
  mutation('patrons', 'suspendPatron', 'patronId: "P9999999"'),
  mutation('patrons', 'liftSuspension', 'patronId: "P9999999"'),
  mutation('patrons', 'closePatron', 'patronId: "P9999999"'),
  mutation('patrons', 'reopenPatron', 'patronId: "P9999999"'),
  mutation('patrons', 'erasePatron', `patronId: "${ng}"`),
  mutation('credentials', 'mergePatrons', `leavingPatronId: "${ng}" stayingPatronId: "${ng}"`),
  submission(null, () => application('LIBRARY_CARD', newApplicant({ addressProofShown: false }))),
  {
    ...submission('P0000016', () => application('SMART_ID', tsui, 'P0000016')),
    ownerOnly: true,
  },
  mutation('credentials', 'approveApplication', 'applicationId: "A9999999"'),
  mutation('credentials', 'rejectApplication', 'applicationId: "A9999999" reason: "No."'),
  { ...mutation('credentials', 'withdrawApplication', 'applicationId: "A9999999"'), isNobodysCard: true },
  mutation('credentials', 'decideApplication', 'applicationId: "A9999999" approve: true'),
  mutation(
    'credentials',
    'rejectApplications',
    'applicationIds: ["A9999999"] reason: "The form is not signed."',
  ),
  cardMutation('reportLoss'),
  cardMutation('replaceCredential'),
  cardMutation('discontinueSmartId'),
  cardMutation('surrenderLibraryCard'),
  cardMutation('printInformationCard'),
  cardMutation('createPinCode'),
  cardMutation('setPin', 'newPin: "9754"'),
  { ...mutation('credentials', 'verifyPatron', ''), field: () => `verifyPatron(input: ${cardAndPin})` },
  {
    ...mutation('credentials', 'authenticateReader', ''),
    field: () => `authenticateReader(input: { libraryCardNumber: "0" pin: "0" address: "${address}" })`,
  },
  {
    ...mutation('credentials', 'setPinByCode', ''),
    field: () =>
      `setPinByCode(input: { libraryCardNumber: "0" code: "0" newPin: "9754" address: "${address}" })`,
  },
  mutation(
    'circulation',
    'checkOut',
    `credential: { libraryCardNumber: "${noCard}" } itemNumber: "31852000000494"`,
    ['station'],
  ),
  {
    // A loan of P0000001, so that there is a note to read.
    ...mutation('circulation', 'noteOnRow', '', ['circulation:write']),
    field: () => 'noteOnRow(input: { row: "L00000001", isCalled: true, text: "" })',
  },
  {
    ...mutation('circulation', 'resendNotice', ''),
    field: () => 'resendNotice(input: { noticeId: "7hQz02PLmnAbCdEfGhIjKl", endpoint: "mail" })',
  },
  {
    ...mutation('circulation', 'recordStationService', ''),
    field: () => 'recordStationService(input: { changeId: "one", isInService: true })',
  },
  {
    ...mutation('circulation', 'switchOffNotice', ''),
    field: () => 'switchOffNotice(input: { link: "none" })',
  },
  mutation('charges', 'startPayment', `patronId: "${ng}" charges: ["G9999999"] method: FPS`),
  {
    // All callers have the same subject, so all get the payment that the first of them has made.
    ...mutation('charges', 'startPayment', '', ['charges:write']),
    owner: lee,
    field: () =>
      `startPayment(input: { reference: "made" patronId: "${lee}" charges: ["G0000003"] method: FPS })`,
    depth: 3,
  },
  { ...mutation('charges', 'payAtStation', `patronId: "${chan}" cents: 1`), owner: chan },
  mutation('charges', 'cancelPaymentAtStation', 'payment: "none"'),
  mutation('charges', 'payByCode', `patronId: "${ng}" code: "none" method: FPS`),
  mutation('charges', 'cancelPayment', `patronId: "${ng}" paymentId: "RO2026999999"`),
  mutation('charges', 'waiveCharge', `patronId: "${ng}" charge: "G9999999" reason: "A test."`),
  mutation('charges', 'refundPayment', `patronId: "${ng}" paymentId: "RO2026999999" reason: "A test."`),
  mutation('circulation', 'checkIn', 'itemNumber: "31852000009999"', ['circulation:write']),
  mutation('circulation', 'acknowledgeFinding', 'findingId: "none"'),
  mutation('circulation', 'repairFinding', 'findingId: "none"'),
  mutation('circulation', 'closeFinding', 'findingId: "none" reason: "The desk knows."'),
  mutation('circulation', 'changePickupBranch', `${reader} holdId: "H9999999" pickupBranch: "HKCL"`),
  mutation('circulation', 'setNoticePreferences', `${reader} switchOff: [LOAN_OVERDUE]`),
  mutation('circulation', 'lendHeldItem', `${reader} holdId: "H9999999" itemNumber: "31852000000494"`),
  ...ofReaders.flatMap(([field, input]): readonly Way[] => [
    mutation('circulation', field, `${reader} ${input}`),
    { ...mutation('circulation', field, `${byNumberAndPin} ${input}`), byPin: true },
  ]),
];

/** A field of an input that some callers may not send, although they may send the input without it. */
export interface LimitedInput extends Pick<Way, 'subgraph' | 'field'> {
  readonly coordinate: string;
  readonly owner: string;
  /** The scopes that the mutation itself requires. `owner` means that the patron sends it. */
  readonly sender: readonly Scope[] | 'owner';
  /** The `field` of the problem that refuses the input field. It is absent if an error refuses it. */
  readonly problem?: readonly string[];
}

/** None of these changes is made, because the version doesn't exist or the applicant has no name. */
export const inputs: readonly LimitedInput[] = [
  {
    ...mutation('patrons', 'amendContact', `${reader} version: "none" addressProofShown: true`),
    coordinate: 'AmendContactInput.addressProofShown',
    owner: ng,
    sender: 'owner',
    problem: ['addressProofShown'],
  },
  ...['identityNumber: "A123456(3)"', 'birthCertificateNumber: "S7654321"'].map(
    (document): LimitedInput => ({
      ...mutation('patrons', 'amendPatron', `patronId: "${ng}" version: "none" ${document}`),
      coordinate: `AmendPatronInput.${document.replace(/:.*/, '')}`,
      owner: ng,
      sender: ['patrons:write'],
    }),
  ),
  {
    ...submission(null, () =>
      application('LIBRARY_CARD', newApplicant({ englishName: '', addressProofShown: true })),
    ),
    coordinate: 'ApplicantInput.addressProofShown',
    owner: ng,
    sender: [],
    problem: ['applicant', 'addressProofShown'],
  },
  {
    ...submission(ng, () =>
      application('SMART_ID', newApplicant({ englishName: '', addressProofShown: false }), ng),
    ),
    coordinate: 'SubmitApplicationInput.patronId',
    owner: ng,
    sender: [],
    problem: ['patronId'],
  },
  {
    ...mutation(
      'circulation',
      'checkOut',
      `credential: { libraryCardNumber: "${noCard}" } itemNumber: "31852000000494" despiteCharges: true`,
    ),
    coordinate: 'CheckOutInput.despiteCharges',
    owner: ng,
    sender: ['circulation:write'],
  },
  {
    ...mutation(
      'circulation',
      'lendHeldItem',
      `${reader} holdId: "H9999999" itemNumber: "31852000000494" despiteCharges: true`,
    ),
    coordinate: 'LendHeldItemInput.despiteCharges',
    owner: ng,
    sender: ['circulation:write'],
  },
];
