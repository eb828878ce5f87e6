import { beforeEach, describe, expect, test } from 'vitest';
import { recordVersion } from '../../../adapters/patrons/record-version.ts';
import { type LimitedAccess, readAccess } from '../../../schema/access.ts';
import { allScopes } from '../../../subgraphs/runtime/scopes.ts';
import { growOlder } from '../running-system.ts';
import { libraryForTests } from '../stories/library.ts';
import { type ChangeName, changeNames, refusedFor, refusedWith } from '../stories/payloads.ts';
import { newApplicant, today } from '../stories/people.ts';

// The guards must hold even for a caller who sees every field.
const library = libraryForTests({ showsWholeGraph: true });

const declared = readAccess();

function accessTo(mutation: ChangeName): LimitedAccess {
  const access = declared.get(`Mutation.${mutation}`);
  return access?.kind === 'limited' ? access : expect.fail(`everybody may send ${mutation}`);
}

const owner = 'P0000002';
const ownerVersion = recordVersion(owner, '20250101090000');
const [libraryCard, smartId] = ['21852000000033', '21852000000041'] as const;

/** For each mutation, an input with which it succeeds for a permitted caller. */
const inputs: Readonly<Record<Exclude<ChangeName, 'submitApplication'>, Readonly<Record<string, unknown>>>> =
  {
    approveApplication: { applicationId: 'A0000001' },
    rejectApplication: { applicationId: 'A0000001', reason: 'The form is not signed.' },
    withdrawApplication: { applicationId: 'A0000002' },
    decideApplication: { applicationId: 'A0000001', approve: true },
    reportLoss: { libraryCardNumber: libraryCard },
    replaceCredential: { libraryCardNumber: '21852000000116', smartIdDateOfIssue: today },
    discontinueSmartId: { libraryCardNumber: smartId },
    surrenderLibraryCard: { libraryCardNumber: libraryCard },
    printInformationCard: { libraryCardNumber: smartId },
    createPinCode: { libraryCardNumber: libraryCard },
    setPin: { libraryCardNumber: libraryCard, newPin: '9754' },
    rejectApplications: { applicationIds: ['A0000001'], reason: 'The form is not signed.' },
    amendContact: { reader: { patronId: owner }, version: ownerVersion, telephone: null },
    amendPatron: { patronId: owner, version: ownerVersion, chineseName: null },
    suspendPatron: { patronId: owner },
    liftSuspension: { patronId: owner },
    closePatron: { patronId: owner },
    reopenPatron: { patronId: owner },
    erasePatron: { patronId: 'P0000014' },
    mergePatrons: { leavingPatronId: owner, stayingPatronId: owner },
    checkOut: { credential: { libraryCardNumber: libraryCard }, itemNumber: '31852000000494' },
    lendHeldItem: { reader: { patronId: owner }, holdId: 'H0000001', itemNumber: '31852000000494' },
    checkIn: { itemNumber: '31852000000114' },
    renewLoan: { reader: { patronId: owner }, loanId: 'L00000011' },
    renewLoans: { reader: { patronId: owner }, loanIds: ['L00000011'] },
    renewAllLoans: { reader: { patronId: owner } },
    placeHold: { reader: { patronId: owner }, titleNumber: 'B0000010', pickupBranch: 'HKCL' },
    cancelHold: { reader: { patronId: owner }, holdId: 'H0000001' },
    changePickupBranch: { reader: { patronId: owner }, holdId: 'H0000001', pickupBranch: 'STCL' },
    setNoticePreferences: { reader: { patronId: owner }, switchOff: ['HOLD_READY'] },
    acknowledgeFinding: { findingId: 'none' },
    repairFinding: { findingId: 'none' },
    closeFinding: { findingId: 'none', reason: 'The desk knows.' },
  };

beforeEach(() => {
  library.resetCalls();
  // An earlier test may have renewed these loans. Here they are made older, so that they can be renewed again.
  for (const loanId of ['L00000007', 'L00000011']) {
    growOlder(library.system, loanId);
  }
});

/** The rights that each mutation requires by the SDLs: one of the scopes, or `own` for the patron whom it concerns. */
const takes = (Object.keys(inputs) as (keyof typeof inputs)[]).map((name) => {
  const { own, scopes } = accessTo(name);
  return [name, own ? ['own', ...scopes] : scopes] as const;
});

test('the table has every mutation', () => {
  expect([...Object.keys(inputs), 'submitApplication'].sort()).toEqual([...changeNames].sort());
});

describe.each(takes)('R27: %s needs %j, and does nothing without', (name, allowed) => {
  async function expectRefused(token: string | null, code: string): Promise<void> {
    const { body } = await library.send(name, inputs[name], token);
    expect(body.data).toEqual({ [name]: null });
    expect(body.errors).toMatchObject([{ path: [name], extensions: { code } }]);
    expect(library.changesSent()).toEqual([]);
  }

  test('for an anonymous caller', () => expectRefused(null, 'UNAUTHENTICATED'));

  test.each(allScopes.filter((scope) => !allowed.includes(scope)))('with %s alone', async (scope) => {
    const token = await library.system.token({ subject: scope, clientId: 'any', scope });
    await expectRefused(token, 'FORBIDDEN');
  });

  test('for another patron', async () => {
    const token = await library.reader('P0000004');
    const { body } = await library.send(name, inputs[name], token);
    // The answer must not reveal that the card exists, so it says "not found".
    const [error] = body.errors ?? [];
    if (error === undefined) {
      const { [name]: payload } = body.data as Record<string, { problems: { code: string }[] }>;
      expect(payload).toMatchObject({ operation: { state: 'REFUSED' } });
      expect(['NOT_FOUND', 'CREDENTIAL_NOT_FOUND']).toContain(payload?.problems[0]?.code);
    } else {
      expect(error.extensions.code).toBe('FORBIDDEN');
    }
    expect(library.changesSent()).toEqual([]);
  });
});

/** Mutations that a reader may send with card number and PIN. Only some callers may send them. */
const byPin = {
  renewLoan: { loanId: 'L00000007' },
  renewAllLoans: {},
} as const satisfies Partial<Record<ChangeName, object>>;

describe.each(Object.keys(byPin) as (keyof typeof byPin)[])('R10: %s by number and PIN', (name) => {
  const cardAndPin = { libraryCardNumber: '21852000000017', pin: '1234' };
  const input = { reader: { cardAndPin }, ...byPin[name] };
  const taken = accessTo(name).withPin;

  test.each(taken)('R29: is allowed with %s', async (scope) => {
    const token = await library.system.token({ subject: scope, scope });
    expect(await library.change(name, input, token)).toMatchObject({ operation: { state: 'DONE' } });
  });

  test.each(allScopes.filter((scope) => !taken.includes(scope)))('is refused with %s', async (scope) => {
    const token = await library.system.token({ subject: scope, clientId: 'any', scope });
    const { body } = await library.send(name, input, token);
    expect(body.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    expect(library.changesSent()).toEqual([]);
  });

  test('is refused to a patron and to an anonymous caller, without trying the PIN', async () => {
    for (const token of [await library.reader('P0000001'), null]) {
      const { body } = await library.send(name, input, token);
      const code = token === null ? 'UNAUTHENTICATED' : 'FORBIDDEN';
      expect(body.errors).toMatchObject([{ extensions: { code } }]);
    }
    expect(library.changesSent()).toEqual([]);
  });
});

describe('R27: facts that are accepted from staff only', () => {
  test.each([
    'patrons:read',
    'credentials:read',
    'circulation:write',
    'operations:repair',
    'station',
    'telephone',
    'partner:verify',
    'sign-in',
  ])('%s can’t apply as a counter does', async (scope) => {
    const token = await library.system.token({ subject: scope, scope });
    const input = { channel: 'COUNTER', wants: ['LIBRARY_CARD'], applicant: newApplicant() };
    expect(await library.change('submitApplication', input, token)).toMatchObject({
      ...refusedWith('INVALID', 'INVALID'),
      problems: [{ field: ['channel'] }, { field: ['applicant', 'addressProofShown'] }],
    });
    expect(library.changesSent()).toEqual([]);
  });
});

describe('R29: a station', () => {
  test('can’t replace a lost library card, which is done at a counter', async () => {
    const { libraryCard: libraryCardNumber } = await library.join(newApplicant(), ['LIBRARY_CARD']);
    await library.change('reportLoss', { libraryCardNumber });
    const input = { libraryCardNumber };
    expect(await library.change('replaceCredential', input, library.station)).toMatchObject(
      refusedFor('INVALID', 'libraryCardNumber'),
    );
    expect(await library.change('replaceCredential', input)).toMatchObject({
      operation: { state: 'DONE' },
    });
  });
});

describe('R27: callers with the right scope succeed', () => {
  const placed = async (token: string) => {
    const titleNumber = token === library.counter ? 'B0000010' : 'B0000011';
    return await library.change('placeHold', { ...inputs.placeHold, titleNumber }, token);
  };
  const who = {
    'a patron': () => library.reader(owner),
    'a counter': async () => library.counter,
    'a station': async () => library.station,
  } as const;

  test.each<[keyof typeof who, ChangeName, object]>([
    ['a counter', 'checkOut', inputs.checkOut],
    ['a station', 'checkOut', { ...inputs.checkOut, itemNumber: '31852000000502' }],
    ['a counter', 'checkIn', { itemNumber: '31852000000494' }],
    ['a station', 'checkIn', { itemNumber: '31852000000502' }],
    ['a patron', 'renewLoan', inputs.renewLoan],
    ['a counter', 'renewLoan', inputs.renewLoan],
    ['a patron', 'renewAllLoans', inputs.renewAllLoans],
    ['a counter', 'renewAllLoans', inputs.renewAllLoans],
  ])('%s: %s', async (name, change, input) => {
    expect(await library.change(change, { ...input }, await who[name]())).toMatchObject({
      operation: { state: 'DONE' },
    });
  });

  test.each(['a patron', 'a counter'] as const)('%s: placeHold and cancelHold', async (name) => {
    const token = await who[name]();
    const { operation, hold } = await placed(token);
    expect(operation.state).toBe('DONE');
    const cancellation = { reader: { patronId: owner }, holdId: hold?.id };
    expect(await library.change('cancelHold', cancellation, token)).toMatchObject({
      operation: { state: 'DONE' },
    });
  });
});

describe('an operation', () => {
  test('is visible to its own caller only', async () => {
    const query = '{ operation(reference: "mine") { state } }';
    await library.change('setPin', { ...inputs.setPin, reference: 'mine' });
    expect(await library.read(query)).toEqual({ operation: { state: 'DONE' } });
    expect(await library.read(query, {}, library.station)).toEqual({ operation: null });
    const { body } = await library.system.ask(query);
    expect(body.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  });
});
