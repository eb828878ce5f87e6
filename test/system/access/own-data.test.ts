/** R27: a scope gives access to the data of all patrons. Patrons need no scope for their own data. */
import { readFileSync } from 'node:fs';
import { Kind, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { subgraphs } from '../../../schema/sdl.ts';
import { systemForTests } from '../system-for-tests.ts';

/** Every coordinate of our subgraphs that has a guard with a scope. */
function guardedByScope(): string[] {
  return subgraphs.flatMap((subgraph) => {
    const sdl = readFileSync(new URL(`../../../schema/${subgraph}.graphql`, import.meta.url), 'utf8');
    return parse(sdl).definitions.flatMap((definition) => {
      if (
        definition.kind !== Kind.OBJECT_TYPE_DEFINITION &&
        definition.kind !== Kind.INTERFACE_TYPE_DEFINITION
      ) {
        return [];
      }
      const isGuarded = ({ directives = [] }: { readonly directives?: typeof definition.directives }) =>
        directives.some(({ name }) => name.value === 'requiresScopes');
      const type = definition.name.value;
      const fields = (definition.fields ?? []).filter(isGuarded).map(({ name }) => `${type}.${name.value}`);
      return isGuarded(definition) ? [type, ...fields] : fields;
    });
  });
}

/**
 * The guarded coordinates that don't belong to one patron, with the reason. A new guard on such a field must be added
 * here.
 */
const nobodysOwn: Readonly<Record<string, string>> = {
  'RowNote.colleague': 'staff are named to staff; a reader has the note',
  'AccessLogEntry.colleague':
    'who of the staff has looked; a reader has the role and the program (decision 55)',
  'Query.patrons': 'lists all patrons',
  'Query.operations': 'finds operations of all patrons; a reader has `operation` and `myOperations`',
  'Query.loans': 'lists those of all patrons; a reader has `Patron.loans`',
  'Query.holdShelf': 'lists those of all patrons; a reader has `Patron.holds`',
  'Query.paymentOperations': 'finds those of all patrons, for staff',
  'Query.owingPatrons': 'lists those of all patrons; a reader has `Patron.account`',
  'Query.pullList': 'copies for holds of all patrons',
  'Query.lendingDays': 'figures of the library',
  'Query.libraryCounts': 'figures of the library',
  'Loan.patron': 'whose it is, for lists of staff',
  'Hold.patron': 'whose it is, for lists of staff',
  'Item.loan': 'whoever has a copy, found by the copy',
  'CheckInPayload.endedLoan': 'whoever had a copy, found by the copy',
  'CheckInOperation.endedLoan': 'whoever had a copy, found by the copy',
  'ReturnDestination.hold': 'whoever waits for a copy, found by the copy',
  'Item.holds': 'whoever waits for a copy, found by the copy',
  'Item.destination': 'where a copy must go, without whom it waits for',
  'CheckOutOperation.item': 'for staff, who find what a refused loan was about',
  'Branch.loansOut': 'figures of the library',
  'Branch.overdue': 'figures of the library',
  'Branch.holdsReady': 'figures of the library',
  'Branch.holdsQueued': 'figures of the library',
  'Branch.asOf': 'figures of the library',
  'Query.undeliveredNotices': 'lists those of all patrons; a reader is told by the endpoint',
  'Mutation.resendNotice': 'staff look after endpoints',
  'Mutation.noteOnRow': 'staff work through lists',
  'Mutation.recordStationService': 'for stations',
  'Application.changesCursor': 'follows applications of all patrons; a reader has `Patron.changesCursor`',
  'Query.findings': 'lists those of all patrons and operations',
  'Mutation.acknowledgeFinding': 'staff work on findings',
  'Mutation.repairFinding': 'staff work on findings',
  'Mutation.closeFinding': 'staff work on findings',
  'Query.patronByIdentity': 'R27: a patron by their document, only with identity:read',
  'IdentityDocument.number': 'R27: a whole identity number, only with identity:read',
  'Applicant.identityNumber': 'R27: a whole identity number, only with identity:read',
  'Applicant.birthCertificateNumber': 'R27: a whole number, only with identity:read',
  'Query.applications': 'lists those of all patrons',
  'Application.decidedBy': 'names a member of staff',
  'Application.sameDocument': 'others who name the same document, for staff',
  'Query.lossReports': 'lists those of all patrons',
  'Mutation.amendPatron': 'staff amend, with the documents in hand',
  'Mutation.suspendPatron': 'R15: staff decide who may use the library',
  'Mutation.liftSuspension': 'R15: staff decide who may use the library',
  'Mutation.closePatron': 'R15: staff decide who may use the library',
  'Mutation.reopenPatron': 'R15: staff decide who may use the library',
  'Mutation.erasePatron': 'staff end the life of a record',
  'Mutation.mergePatrons': 'staff compare the two persons',
  'Mutation.waiveCharge': 'staff waive, with a reason',
  'Mutation.refundPayment': 'staff give back, with a reason',
  'Mutation.payAtStation': 'R29: by number and PIN, at a station',
  'Mutation.cancelPaymentAtStation': 'R29: by number and PIN, at a station',
  'Query.readerLoans': 'R10: by number and PIN, for whoever asks on behalf of a reader',
  'Query.readerHolds': 'R10: by number and PIN, for whoever asks on behalf of a reader',
  'Query.readerPatron': 'R29: by number and PIN, at a station',
  'Query.readerOwes': 'R29: by number and PIN, at a station',
  'Mutation.decideApplication': 'staff decide',
  'Mutation.approveApplication': 'staff decide',
  'Mutation.rejectApplication': 'staff decide',
  'Mutation.rejectApplications': 'staff decide',
  'Mutation.replaceCredential': 'at a counter or a station, with the card in hand',
  'Mutation.surrenderLibraryCard': 'the card is handed over at a counter',
  'Mutation.printInformationCard': 'the card is handed out at a counter',
  'Mutation.createPinCode': 'handed out by staff; a reader who is signed in sets a PIN without a code',
  'Mutation.verifyPatron': 'for partners',
  'Mutation.authenticateReader': 'for the sign-in page: nobody is signed in yet',
  'Mutation.setPinByCode': 'for the sign-in page: nobody is signed in yet',
  'Query.readerStanding': 'for the sign-in page, which tells a partner',
  'Mutation.checkOut': 'at a desk or a station, with the item in hand',
  'Mutation.checkIn': 'at a desk or a station, with the item in hand',
  'Mutation.lendHeldItem': 'at a desk, with the item in hand',
  'Subscription.credentialChanges': 'follows those of all patrons; a reader has `myChanges`',
  'Subscription.libraryChanges': 'follows those of all patrons; a reader has `myChanges`',
  'Subscription.standingChanges': 'for partners',
  'Subscription.stationChanges': 'for stations',
};

test("R27: no scope guards data that can be one's own", () => {
  expect(guardedByScope().sort()).toEqual(Object.keys(nobodysOwn).sort());
});

// The guards must hold even for a caller who sees every field.
const system = systemForTests(undefined, {}, { showsWholeGraph: true });

/**
 * For each patron of the seed, a query for their own data. P0000004 has applied for a smart identity card. P0000001 has
 * such a card.
 */
const own: Readonly<
  Record<string, { readonly patronId: string; readonly query: string; readonly data: object }>
> = {
  patron: {
    patronId: 'P0000001',
    query: '{ patron(id: "P0000001") { id name { english } credentials { status } loanQuota { limit } } }',
    data: { patron: { id: 'P0000001', name: { english: 'CHAN, TAI MAN' }, loanQuota: { limit: 10 } } },
  },
  credential: {
    patronId: 'P0000001',
    query: `{ credential(libraryCardNumber: "21852000000025") {
      status issuedOn patron { id name { english } } ... on SmartIdCard { maskedIdentityNumber dateOfIssue }
    } }`,
    data: {
      credential: {
        issuedOn: '2019-03-11',
        maskedIdentityNumber: 'A12****(*)',
        patron: { id: 'P0000001', name: { english: 'CHAN, TAI MAN' } },
      },
    },
  },
  smartId: {
    patronId: 'P0000001',
    query: `{ smartId(presented: { identityNumber: "A123456(3)", dateOfIssue: "2019-02-20" }) {
      libraryCardNumber issuedOn patron { id }
    } }`,
    data: { smartId: { libraryCardNumber: '21852000000025', patron: { id: 'P0000001' } } },
  },
  application: {
    patronId: 'P0000004',
    query:
      '{ application(id: "A0000001") { applicant { englishName maskedIdentityNumber } guarantor { name } } }',
    data: { application: { applicant: { englishName: 'NG, WAI', maskedIdentityNumber: 'D13****(*)' } } },
  },
};

describe.each(Object.entries(own))("R27: one's own %s", (field, { patronId, query, data }) => {
  test('needs no scope', async () => {
    const { body } = await system.ask(query, { token: await system.token({ subject: patronId, patronId }) });
    expect(body.errors).toBeUndefined();
    expect(body.data).toMatchObject(data);
  });

  test.each([
    ['another patron', { patronId: 'P0000002' }],
    ['a caller who is no patron', {}],
    ['a telephone', { scope: 'telephone' }],
  ])('is hidden from %s', async (_, claims) => {
    const { body } = await system.ask(query, { token: await system.token(claims) });
    expect(body.data).toEqual({ [field]: null });
    if (field !== 'application') {
      expect(body.errors).toMatchObject([{ path: [field], extensions: { code: 'FORBIDDEN' } }]);
    }
  });

  test('is hidden from an anonymous caller', async () => {
    const { body } = await system.ask(query);
    expect(body).toMatchObject({
      data: { [field]: null },
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    });
  });
});

test("a patron can't distinguish another's card from a card that doesn't exist", async () => {
  const token = await system.token({ patronId: 'P0000002' });
  const ask = (query: string) => system.ask(query, { token });
  const byNumber = (number: string) =>
    ask(`{ credential(libraryCardNumber: "${number}") { libraryCardNumber } }`);
  expect(await byNumber('21852000000025')).toEqual(await byNumber('21852000009992'));
  const byDocument = (identityNumber: string) =>
    ask(
      `{ smartId(presented: { identityNumber: "${identityNumber}", dateOfIssue: "2019-02-20" }) { status } }`,
    );
  expect(await byDocument('A123456(3)')).toEqual(await byDocument('Z123456(1)'));
});
