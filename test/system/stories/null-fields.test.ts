/**
 * Many generated clients send null for every field that was not set. So in each mutation null is the same as absent: a
 * request that sets one field, and null for all others, changes that field and nothing else (decision 48).
 */
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { PatronRow } from '../../../simulators/tables/store.ts';
import { type Input, optionalFields, withNulls } from '../../support/graph/optional-fields.ts';
import { mutationOf } from '../../support/mutation.ts';
import { controlPayments, raiseCharge } from '../../support/services/payment-system.ts';
import { openedForTests } from '../../support/set-up/opened-for-tests.ts';
import { openJournalOf } from '../journal-of.ts';
import { rootField } from '../running-system.ts';
import { copy, libraryForTests } from './library.ts';
import { done } from './payloads.ts';
import { guarantor, newApplicant, newIdentityNumber, yearsAgo } from './people.ts';

const library = libraryForTests();
const journal = openedForTests(() => openJournalOf(library.system));

type Row = Readonly<Record<string, unknown>>;

/** The rows of the three systems. Each key has the kind of row and its number, such as `card 21852000000017`. */
function rows(): Map<string, Row> {
  const { prs, cms, circ } = library.system.store;
  return new Map<string, Row>([
    ...[...prs.patrons.values()].map((row) => [`patron ${row.patronNo}`, row] as const),
    ...[...cms.cards.values()].map((row) => [`card ${row.cardNo}`, row] as const),
    ...[...cms.applications.values()].map(
      ({ applicant, ...row }) => [`application ${row.applicationNo}`, { ...row, ...applicant }] as const,
    ),
    ...[...cms.lossReports.values()].map((row) => [`loss ${row.reportNo}`, row] as const),
    ...[...circ.holds.values()].map((row) => [`hold ${row.holdNo}`, row] as const),
    ...[...circ.items.values()].map((row) => [`item ${row.itemNo}`, row] as const),
  ]);
}

/** Columns that differ from run to run. Only the presence of their values is compared. */
const unlike = /No$|At$|On$|^(?:hkid|clientRef|ref|queuePos|regDate|lastUpd)$/;

/** The changes that a request makes in the systems: a line for each column of each row, sorted. */
async function changesOf(request: Promise<unknown>): Promise<string[]> {
  const before = rows();
  await request;
  return [...rows()]
    .filter(([key, row]) => row !== before.get(key))
    .flatMap(([key, row]) =>
      Object.entries(row)
        .filter(([column, value]) => JSON.stringify(value) !== JSON.stringify(before.get(key)?.[column]))
        .map(([column, value]) => {
          const told = unlike.test(column) && value !== null ? '…' : JSON.stringify(value);
          return `${key.replace(/ .*/, '')}: ${column} ${told}`;
        }),
    )
    .sort();
}

interface OtherMutation {
  /** The client, and its scopes. */
  readonly client: string;
  readonly scope: string;
  /** The signed-in patron. Absent for all others. */
  readonly patronId?: string;
  /** The branch of the station. */
  readonly branch?: string;
  readonly selection: string;
  readonly payload: object;
}

const ofSignIn: OtherMutation = {
  client: 'sign-in',
  scope: 'sign-in',
  selection: 'reader { patronId }',
  payload: { reader: { patronId: expect.any(String) } },
};

const ofRepairs: OtherMutation = {
  client: 'repairs',
  scope: 'operations:repair',
  selection: 'operation { state } problems { code }',
  payload: done,
};

const ofPayer: OtherMutation = {
  client: 'payer',
  scope: '',
  patronId: 'P0000003',
  selection: 'operation { state } problems { reason }',
  payload: done,
};

const ofStation: OtherMutation = {
  client: 'kiosk',
  scope: 'station',
  branch: 'HKCL',
  selection: 'operation { state } problems { reason }',
  payload: done,
};

const ofPayments: OtherMutation = {
  client: 'cashier',
  scope: 'charges:write charges:waive',
  selection: 'operation { state } problems { reason }',
  payload: done,
};

/** Mutations that the counter may not send, or that have no reference and begin no operation that the payload shows. */
const ofOthers: ReadonlyMap<string, OtherMutation> = new Map([
  ['authenticateReader', ofSignIn],
  ['startPayment', ofPayments],
  ['payByCode', ofPayer],
  ['payAtStation', ofStation],
  ['waiveCharge', ofPayments],
  ['refundPayment', ofPayments],
  ['setPinByCode', ofSignIn],
  ['acknowledgeFinding', ofRepairs],
  ['repairFinding', ofRepairs],
  ['closeFinding', ofRepairs],
  [
    'verifyPatron',
    { client: 'ebooks', scope: 'partner:verify', selection: 'verified', payload: { verified: true } },
  ],
]);

async function send(mutation: string, input: Input): Promise<void> {
  const other = ofOthers.get(mutation);
  const token =
    other === undefined
      ? library.counter
      : await library.system.token({
          subject: other.client,
          clientId: other.client,
          scope: other.scope,
          ...(other.patronId !== undefined && { patronId: other.patronId }),
          branch: other.branch,
        });
  const selection = other?.selection ?? 'operation { state } problems { code }';
  const variables = { input: other === undefined ? { reference: randomUUID(), ...input } : input };
  const { body } = await library.system.ask(mutationOf(mutation, selection), { variables, token });
  expect(body).toMatchObject({ data: { [mutation]: other?.payload ?? done } });
}

let records = 0;
/** A record in the registry in which every field has a value. */
function newRecord(fields: Partial<PatronRow> = {}): PatronRow {
  records += 1;
  const record: PatronRow = {
    patronNo: `P${8_000_000 + records}`,
    engName: 'CHUI, SUM',
    chiName: '崔心',
    hkid: newIdentityNumber(),
    birthCertNo: `S${7_100_000 + records}`,
    dob: yearsAgo(15),
    addrLine: ['Flat 9', '9 Library Road'],
    addrProof: true,
    tel: '20008001',
    email: 'reader@patrons.example',
    guarantorName: 'CHUI, WAI',
    guarantorTel: '20008002',
    status: 'A',
    regDate: '20200103',
    lastUpd: '20250101090000',
    ...fields,
  };
  library.system.store.prs.patrons.put(record);
  return record;
}

describe('a request that sets one field, and null for all others, changes that field and nothing else', () => {
  const contact = async (change: Input, record: Partial<PatronRow> = {}) => {
    const { patronNo: patronId } = newRecord(record);
    return { reader: { patronId }, version: await library.versionOf(patronId), ...change };
  };
  test.each<[string, Input, readonly string[], Partial<PatronRow>?]>([
    ['addressLines', { addressLines: ['1 Road'] }, ['addrLine ["1 Road"]', 'addrProof false']],
    ['addressProofShown', { addressProofShown: true }, ['addrProof true'], { addrProof: false }],
    ['telephone', { telephone: '2000 8003' }, ['tel "20008003"']],
    ['email', { email: 'new@patrons.example' }, ['email "new@patrons.example"']],
    ['clear', { clear: ['EMAIL'] }, ['email null']],
  ])('amendContact.%s', async (_field, change, changed, record) => {
    const input = withNulls('amendContact', await contact(change, record));
    const lines = [...changed, 'lastUpd …'].map((line) => `patron: ${line}`);
    expect(await changesOf(send('amendContact', input))).toEqual(lines.sort());
  });

  const patron = async (change: Input) => {
    const { patronNo: patronId } = newRecord();
    return { patronId, version: await library.versionOf(patronId), ...change };
  };
  const name = 'Chui, Wai';
  test.each<[string, Input, string]>([
    ['englishName', { englishName: 'Chui, Ming' }, 'engName "CHUI, MING"'],
    ['chineseName', { chineseName: '崔明' }, 'chiName "崔明"'],
    ['dateOfBirth', { dateOfBirth: '2011-02-03' }, 'dob "2011-02-03"'],
    ['identityNumber', { identityNumber: newIdentityNumber() }, 'hkid …'],
    ['birthCertificateNumber', { birthCertificateNumber: 'S7200000' }, 'birthCertNo …'],
    ['guarantor', { guarantor: { name: 'Chui, Wai Man' } }, 'guarantorName "CHUI, WAI MAN"'],
    ['guarantor.telephone', { guarantor: { name, telephone: '20008004' } }, 'guarantorTel "20008004"'],
    ['status', { status: 'SUSPENDED' }, 'status "S"'],
    ['clear', { clear: ['CHINESE_NAME'] }, 'chiName null'],
  ])('amendPatron.%s', async (_field, change, changed) => {
    const input = withNulls('amendPatron', await patron(change));
    // With another guarantor, the former guarantor's telephone number is removed.
    const others = changed.startsWith('guarantorName') ? ['guarantorTel null'] : [];
    const lines = [changed, ...others, 'lastUpd …'].map((line) => `patron: ${line}`);
    expect(await changesOf(send('amendPatron', input))).toEqual(lines.sort());
  });
});

/** An application for a library card over the internet, with the least that it needs. */
const application = (applicant: Input = {}, others: Input = {}): Input => ({
  channel: 'INTERNET',
  wants: ['LIBRARY_CARD'],
  applicant: {
    englishName: 'CHUI, SUM',
    identityNumber: newIdentityNumber(),
    dateOfBirth: yearsAgo(30),
    addressLines: ['Flat 9'],
    ...applicant,
  },
  ...others,
});

/** An application of a patron who was registered without an identity card, and has one now. */
function applicationOfPatron(): Input {
  const { patronNo: patronId, birthCertNo, dob } = newRecord({ hkid: null, dob: yearsAgo(30) });
  const documents = { identityNumber: newIdentityNumber(), birthCertificateNumber: birthCertNo };
  const applicant = { englishName: 'CHUI, SUM', ...documents, dateOfBirth: dob };
  return { channel: 'INTERNET', wants: ['LIBRARY_CARD'], patronId, applicant };
}

async function decision(submitted: Input, decided: Input): Promise<Input> {
  const { application: received } = await library.apply(submitted);
  return { applicationId: received?.id, ...decided };
}

const member = () => library.joinWithBothCards(newApplicant());
const lostCard = async () => {
  const { libraryCard: libraryCardNumber } = await member();
  expect(await library.change('reportLoss', { libraryCardNumber })).toMatchObject(done);
  return { libraryCardNumber };
};

/** A finding about a card that the registry's suspension should have blocked. */
async function unblockedCard(): Promise<{ readonly findingId: string; readonly reference: string }> {
  const { patronId, libraryCard } = await member();
  const record = library.system.store.prs.patrons.get(patronId) ?? expect.fail();
  library.system.store.prs.patrons.put({ ...record, status: 'S' });
  const evidence = { patronStatus: 'SUSPENDED', cardState: 'ACTIVE', event: null, loans: [] } as const;
  await journal.recordPatronFindings([
    { kind: 'CARD_NOT_BLOCKED', patronId, evidence: { ...evidence, libraryCardNumber: libraryCard } },
  ]);
  const { body } = await library.system.ask(
    '{ findings(filter: { kind: [CARD_NOT_BLOCKED], state: [OPEN] }, first: 1) { edges { node { id } } } }',
    { token: await library.system.token({ subject: 'repairs', scope: 'operations:repair' }) },
  );
  const { edges } = rootField<{ edges: { node: { id: string } }[] }>(body, 'findings');
  return { findingId: edges[0]?.node.id ?? expect.fail(), reference: randomUUID() };
}

const paymentsUrl = () => library.system.legacy.all.get('rps')?.url ?? '';

/** A new charge of a reader, with what each change of payments has. */
async function newCharge() {
  const patronId = 'P0000002';
  return { reference: randomUUID(), patronId, chargeNo: await raiseCharge(paymentsUrl(), patronId, 200) };
}

async function chargeToPay() {
  const { chargeNo, ...input } = await newCharge();
  return { ...input, charges: [chargeNo], method: 'FPS' };
}

async function chargeToPayByCode() {
  const { reference, patronId } = await newCharge();
  const { me } = await library.system.read<{ me: { account: { payCode: { code: string } } } }>(
    '{ me { account { payCode { code } } } }',
    { token: await library.system.token({ patronId }) },
  );
  return { reference, patronId: 'P0000003', code: me.account.payCode.code, method: 'FPS' };
}

/** At a station, all must be payable at once: what an earlier payment has not ended would be refused. */
async function chargeAtStation() {
  const patronId = 'P0000012';
  const owner = { token: await library.system.token({ patronId }) };
  const { me } = await library.system.read<{
    me: { account: { payments: { id: string; state: string }[] } };
  }>('{ me { account { payments { id state } } } }', owner);
  for (const { id } of me.account.payments.filter(({ state }) => state === 'PENDING')) {
    await controlPayments(paymentsUrl(), { pay: id });
  }
  await raiseCharge(paymentsUrl(), patronId, 200);
  const { client, scope, branch } = ofStation;
  const { readerPatron } = await library.system.read<{
    readerPatron: { id: string; owes: { cents: number } };
  }>('{ readerPatron(reader: { libraryCardNumber: "21852000000173", pin: "1234" }) { id owes { cents } } }', {
    token: await library.system.token({ subject: client, clientId: client, scope, branch }),
  });
  return { reference: randomUUID(), patronId: readerPatron.id, cents: readerPatron.owes.cents };
}

async function chargeToWaive() {
  const { chargeNo, ...input } = await newCharge();
  return { ...input, charge: chargeNo, reason: 'A test.' };
}

async function paymentToRefund() {
  const input = await chargeToPay();
  const token = await library.system.token({ subject: 'cashier', scope: 'charges:write' });
  const { payment } = await library.system.change<{ payment: { id: string } }>(
    'startPayment',
    'payment { id }',
    input,
    { token },
  );
  await controlPayments(paymentsUrl(), { pay: payment.id });
  const { reference, patronId } = input;
  return { reference: `${reference} back`, patronId, paymentId: payment.id, reason: 'A test.' };
}

async function itemToLend() {
  await library.giveBack();
  const { libraryCard: libraryCardNumber } = await member();
  return { credential: { libraryCardNumber }, itemNumber: copy };
}

const signInInput = async () => ({
  libraryCardNumber: (await library.joinWithPin('2583')).libraryCard,
  pin: '2583',
  address: randomUUID(),
});

/**
 * For each field that may be left out, an input with few fields. The test sends it as it is, and with null for each
 * field that may be left out and isn't set.
 */
const inputs: Readonly<Record<string, () => Input | Promise<Input>>> = {
  'submitApplication.patronId': applicationOfPatron,
  'submitApplication.applicant.chineseName': () => application({ chineseName: '崔明' }),
  'submitApplication.applicant.identityNumber': () => application(),
  'submitApplication.applicant.birthCertificateNumber': () => application({ birthCertificateNumber: 'S73' }),
  'submitApplication.applicant.smartIdDateOfIssue': () => application({ smartIdDateOfIssue: yearsAgo(2) }),
  'submitApplication.applicant.addressLines': () => application({ addressLines: ['Flat 10', '9 Road'] }),
  'submitApplication.applicant.addressProofShown': () => application({ addressProofShown: true }),
  'submitApplication.applicant.telephone': () => application({ telephone: '20008005' }),
  'submitApplication.applicant.email': () => application({ email: 'new@patrons.example' }),
  'submitApplication.guarantor': () =>
    application({}, { guarantor: { ...guarantor(true), telephone: undefined } }),
  'submitApplication.guarantor.telephone': () => application({}, { guarantor: guarantor(true) }),
  'approveApplication.addressProofShown': () => decision(application(), { addressProofShown: true }),
  'approveApplication.identityDocumentSeen': () =>
    decision(applicationOfPatron(), { identityDocumentSeen: true }),
  'approveApplication.otherApplicationsSeen': () =>
    decision(application(), { addressProofShown: true, otherApplicationsSeen: ['A0000001'] }),
  'approveApplication.applicationsSearched': () =>
    decision(application(), { addressProofShown: true, applicationsSearched: true }),
  'decideApplication.addressProofShown': () =>
    decision(application(), { approve: true, addressProofShown: true }),
  'decideApplication.identityDocumentSeen': () =>
    decision(applicationOfPatron(), { approve: true, identityDocumentSeen: true }),
  'decideApplication.reason': () => decision(application(), { approve: false, reason: 'No proof.' }),
  'reportLoss.onReplacement': async () => ({ libraryCardNumber: (await member()).libraryCard }),
  'replaceCredential.smartIdDateOfIssue': lostCard,
  'checkIn.atBranch': async () => {
    expect(await library.lend((await member()).libraryCard)).toMatchObject(done);
    return { itemNumber: copy };
  },
  'checkOut.lentOffline': itemToLend,
  'checkOut.despiteCharges': itemToLend,
  'lendHeldItem.despiteCharges': async () => {
    await library.giveBack();
    const reader = await member();
    const holdId = await library.keepForHold(reader.libraryCard);
    await library.replaceLibraryCard(reader);
    return { reader: { patronId: reader.patronId }, holdId, itemNumber: copy };
  },
  'acknowledgeFinding.version': unblockedCard,
  'repairFinding.version': unblockedCard,
  'closeFinding.version': async () => ({ ...(await unblockedCard()), reason: 'A test.' }),
  'placeHold.libraryCardNumber': async () => {
    const { patronId } = await member();
    return { reader: { patronId }, titleNumber: 'B0000001', pickupBranch: 'HKCL' };
  },
  ...Object.fromEntries(
    ['language', 'switchOn', 'switchOff'].map((field) => [
      `setNoticePreferences.${field}`,
      async () => ({ reader: { patronId: (await member()).patronId } }),
    ]),
  ),
  'verifyPatron.endUser': async () => ({
    libraryCardNumber: (await library.joinWithPin('2583')).libraryCard,
    pin: '2583',
  }),
  'startPayment.branch': chargeToPay,
  'startPayment.walletProvider': chargeToPay,
  'startPayment.returnOrigin': chargeToPay,
  'payAtStation.charge': chargeAtStation,
  'payByCode.walletProvider': chargeToPayByCode,
  'payByCode.returnOrigin': chargeToPayByCode,
  'waiveCharge.cents': chargeToWaive,
  'refundPayment.charges': paymentToRefund,
  'authenticateReader.widerNetworks': signInInput,
  'authenticateReader.knownBrowser': signInInput,
  'setPinByCode.widerNetworks': async () => {
    const { libraryCard } = await member();
    const input = { reference: randomUUID(), libraryCardNumber: libraryCard };
    const asStaff = { token: library.counter };
    const { body } = await library.system.mutate('createPinCode', 'pinCode', input, asStaff);
    const { pinCode: code } = rootField<{ pinCode: string }>(body, 'createPinCode');
    return { libraryCardNumber: libraryCard, code, newPin: '2583', address: randomUUID() };
  },
};

/**
 * Mutations that change nothing in the three systems. notice-preferences.test.ts tests null in `setNoticePreferences`,
 * after the reader has made a choice.
 */
const changesNoRow = [
  'authenticateReader',
  'verifyPatron',
  'setNoticePreferences',
  'acknowledgeFinding',
  'repairFinding',
  'closeFinding',
  // These change rows of the payment system, which paying.test.ts looks at.
  'startPayment',
  'payByCode',
  'payAtStation',
  'waiveCharge',
  'refundPayment',
];

describe('null changes as much as an absent field', () => {
  test.each(Object.entries(inputs))('%s', async (coordinate, inputFor) => {
    const [mutation = ''] = coordinate.split('.');
    const absent = await inputFor();
    const expected = await changesOf(send(mutation, absent));
    const inNull = withNulls(mutation, await inputFor());
    expect(await changesOf(send(mutation, inNull))).toEqual(expected);
    expect(expected.length > 0 || changesNoRow.includes(mutation)).toBe(true);
  });
});

test('every field of a mutation that may be left out is tried', () => {
  const ofAmendments = optionalFields.filter((field) => field.startsWith('amend'));
  expect([...Object.keys(inputs), ...ofAmendments].sort()).toEqual([...optionalFields].sort());
  expect(ofAmendments).toHaveLength(14);
});
