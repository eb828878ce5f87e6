import { readFileSync } from 'node:fs';
import { Kind, parse } from 'graphql';
import { afterEach, describe, expect, test } from 'vitest';
import { numberAndPinTexts } from '../../../../subgraphs/credentials/rules/messages/number-and-pin.ts';
import { lendsOnceBlocked } from '../../../fault/procedures/scenarios/counter.ts';
import { leaksIn } from '../../../support/marked-secrets.ts';
import { rootField } from '../../running-system.ts';
import { copy, formOf, libraryForTests } from '../library.ts';
import type { ChangeName } from '../payloads.ts';
import { child, guarantor, newApplicant, newIdentityNumber, today, yearsAgo } from '../people.ts';

const library = libraryForTests();

type Input = Readonly<Record<string, unknown>>;
type Asked = readonly [name: ChangeName, input: Input];

const atCounter = (...form: Parameters<typeof formOf>): Asked => ['submitApplication', formOf(...form)];
const ofCard = (name: ChangeName, libraryCardNumber: string, others: Input = {}): Asked => [
  name,
  { libraryCardNumber, ...others },
];
const asked = async ([name, input]: Asked) => {
  const { operation } = await library.change(name, input);
  expect(operation.state).toBe('DONE');
};
async function lostSmartId(onReplacement: 'CONTINUE' | 'DISCONTINUE'): Promise<string> {
  const { smartId } = await library.joinWithBothCards(newApplicant());
  await asked(ofCard('reportLoss', smartId, { onReplacement }));
  return smartId;
}
/** A stranger applies over the internet, and staff reject the application. Resolves to its id. */
async function rejected(): Promise<string> {
  await library.overInternet(formOf(newApplicant({ addressProofShown: false }), ['LIBRARY_CARD']));
  const applicationId = (await library.waitingApplications()).at(-1)?.id ?? '';
  await asked(['decideApplication', { applicationId, approve: false, reason: 'No.' }]);
  return applicationId;
}
const joined = async (): Promise<string> => (await library.join(newApplicant(), ['SMART_ID'])).patronId;
const joinedAsChild = async (): Promise<string> =>
  (await library.join(child(10), ['LIBRARY_CARD'], { guarantor: guarantor(false) })).patronId;
const merge = (leavingPatronId: string, stayingPatronId: string): Asked => [
  'mergePatrons',
  { leavingPatronId, stayingPatronId },
];
/** Merges two records. Resolves to their patron numbers. */
async function merged() {
  const leaving = await joinedAsChild();
  const staying = await joined();
  await asked(merge(leaving, staying));
  return { leaving, staying };
}
/** Calls `ask` while the system is down. Resolves to its answer. */
async function without<T>(system: 'prs' | 'cms', ask: () => Promise<T>): Promise<T> {
  await library.system.legacy[system].stop();
  const answer = await ask();
  await library.system.legacy[system].start();
  return answer;
}

/** For each code, the request that leads to it. `REJECTED_BY_STAFF` belongs to applications, not to mutations. */
const cardProblems: Readonly<Record<string, () => Asked | Promise<Asked>>> = {
  NOT_FOUND: () => ofCard('setPin', '21852000009992', { newPin: '864209' }),
  WRONG_STATE: async () => ofCard('setPin', await lostSmartId('CONTINUE'), { newPin: '864209' }),
  INVALID: async () =>
    ofCard('setPin', (await library.joinWithBothCards(newApplicant())).smartId, { newPin: '864-209' }),
  IDENTITY_NUMBER_INVALID: () => atCounter(newApplicant({ identityNumber: 'Z683365(4)' }), ['SMART_ID']),
  IDENTITY_MISMATCH: async () => {
    const { patronId, applicant } = await library.join(newApplicant(), ['LIBRARY_CARD']);
    return atCounter({ ...applicant, identityNumber: newIdentityNumber() }, ['SMART_ID'], { patronId });
  },
  PATRON_CLOSED: () =>
    atCounter(
      {
        ...newApplicant(),
        englishName: 'AU YEUNG, LAI WAH',
        identityNumber: 'Z818181(1)',
        dateOfBirth: '1940-01-31',
      },
      ['LIBRARY_CARD'],
      { patronId: 'P0000014' },
    ),
  ALREADY_REGISTERED: async () =>
    atCounter((await library.joinWithBothCards(newApplicant())).applicant, ['SMART_ID']),
  ALREADY_HELD: async () => {
    const { patronId, applicant } = await library.joinWithBothCards(newApplicant());
    return atCounter(applicant, ['SMART_ID'], { patronId });
  },
  SMART_ID_NEEDED: () => atCounter(newApplicant({ smartIdDateOfIssue: '2003-06-22' }), ['SMART_ID']),
  TOO_YOUNG_FOR_SMART_ID: () => atCounter(child(10), ['SMART_ID'], { guarantor: guarantor(true) }),
  GUARANTOR_NEEDED: () => atCounter(newApplicant({ dateOfBirth: yearsAgo(17) }), ['SMART_ID']),
  GUARANTOR_REFUSED: () =>
    atCounter(newApplicant({ dateOfBirth: yearsAgo(17) }), ['SMART_ID'], { guarantor: guarantor(false) }),
  ADDRESS_PROOF_NEEDED: () => atCounter(newApplicant({ addressProofShown: false }), ['SMART_ID']),
  IDENTITY_DOCUMENT_NEEDED: async () => {
    const others = { guarantor: guarantor(true) };
    const { patronId, applicant } = await library.join(child(12), ['LIBRARY_CARD'], others);
    const { birthCertificateNumber: _, ...grown } = applicant;
    const card = { identityNumber: newIdentityNumber(), smartIdDateOfIssue: today };
    const form = formOf({ ...grown, ...card }, ['SMART_ID'], { patronId, ...others });
    const applied = await library.apply(form);
    return ['decideApplication', { applicationId: applied.application?.id, approve: true }];
  },
  OTHER_APPLICATION_OPEN: async () => {
    const person = newApplicant();
    await asked(atCounter({ ...person, englishName: newApplicant().englishName }, ['LIBRARY_CARD']));
    const applied = await library.apply(formOf(person, ['LIBRARY_CARD']));
    return ['approveApplication', { applicationId: applied.application?.id }];
  },
  OTHER_APPLICATIONS_UNSEEN: async () => {
    const { addressProofShown: _, ...person } = newApplicant();
    expect(await library.overInternet(formOf(person, ['LIBRARY_CARD']))).toMatchObject({
      operation: { state: 'DONE' },
    });
    const applied = await library.apply(formOf({ ...person, addressProofShown: true }, ['LIBRARY_CARD']));
    return ['approveApplication', { applicationId: applied.application?.id }];
  },
  SMART_ID_ENROLLED: async () => {
    const person = newApplicant();
    const { patronId } = await library.join(newApplicant(), ['LIBRARY_CARD']);
    const { identityNumber, smartIdDateOfIssue } = person;
    await library.issueAtCounter({
      patronId,
      kind: 'SMART_ID',
      identityNumber: identityNumber ?? '',
      dateOfIssue: smartIdDateOfIssue ?? '',
    });
    const applied = await library.apply(formOf(person, ['SMART_ID']));
    return ['approveApplication', { applicationId: applied.application?.id }];
  },
  NEWER_DATE_OF_ISSUE_NEEDED: async () => ofCard('replaceCredential', await lostSmartId('CONTINUE')),
  FRESH_APPLICATION_NEEDED: async () =>
    ofCard('replaceCredential', await lostSmartId('DISCONTINUE'), { smartIdDateOfIssue: today }),
  SAME_RECORD: () => merge('P0000003', 'P0000003'),
  IDENTITY_ON_LEAVING_RECORD: async () => merge(await joined(), await joinedAsChild()),
  ALREADY_MERGED: async () => {
    const { leaving } = await merged();
    return merge(leaving, await joined());
  },
  MERGE_CHAIN: async () => {
    const { staying } = await merged();
    return merge(staying, await joined());
  },
  ANOTHER_OPERATION_OPEN: async () => {
    const { patronId, applicant } = await library.join(newApplicant(), ['LIBRARY_CARD']);
    await asked(atCounter(applicant, ['SMART_ID'], { patronId }));
    return atCounter(applicant, ['SMART_ID'], { patronId });
  },
};

interface Problem {
  readonly code: string;
  readonly reason: string;
  readonly message: string;
}

interface Refusal {
  readonly operation: { readonly state: string };
  readonly problems: readonly Problem[];
}

/** `GIVEN_UP` refuses an operation long after its mutation: see work-on-findings.test.ts. */
const givenUp = 'GIVEN_UP';

/** Sends a mutation that is refused. Resolves to its problems. Fails the test if the answer has errors. */
async function problemsOf([name, input]: Asked): Promise<readonly Problem[]> {
  const { body } = await library.send(name, input);
  expect(body.errors).toBeUndefined();
  const { operation, problems } = rootField<Refusal>(body, name);
  expect(operation.state).toBe('REFUSED');
  expect(problems.map(({ reason }) => reason)).toEqual(problems.map(({ code }) => code));
  return problems;
}

/** The personal texts in an input, at any depth. */
function personal(input: unknown): string[] {
  if (typeof input === 'string') {
    return input.length > 3 ? [input] : [];
  }
  if (typeof input !== 'object' || input === null) {
    return [];
  }
  const { channel: _, wants: __, ...others } = input as Input;
  return Object.values(others).flatMap(personal);
}

/** Checks that the message is a plain sentence, without a vendor's words or a person's data. */
function expectPlain({ message }: Problem, input: Input): void {
  expect(message).toMatch(/^[A-Z][^.]*[.]$/);
  expect(message.length).toBeLessThan(130);
  expect(message).not.toMatch(/\b(?:PRS|CMS|CIRC|SOAP|HKID|null|undefined)\b/);
  expect(leaksIn(message, personal(input))).toEqual([]);
}

function codesOf(file: string): string[] {
  const schema = parse(readFileSync(new URL(`../../../../schema/${file}.graphql`, import.meta.url), 'utf8'));
  return schema.definitions.flatMap((definition) =>
    definition.kind === Kind.ENUM_TYPE_DEFINITION && definition.name.value === 'ProblemCode'
      ? (definition.values ?? []).map((value) => value.name.value)
      : [],
  );
}

describe('each problem of a card can be reached, and says in plain words what would help', () => {
  test('the table has every ProblemCode of credentials', () => {
    // The codes for a number with a PIN or a one-time code have their cases in the tests of partners and of signing
    // in. The code of a partly done operation has its case in partly-done.test.ts.
    const elsewhere = Object.keys(numberAndPinTexts);
    const withoutMutation = ['REJECTED_BY_STAFF', 'REGISTERED_WITHOUT_CARD', givenUp];
    const here = [...Object.keys(cardProblems), ...elsewhere, ...withoutMutation];
    expect(here.sort()).toEqual(codesOf('credentials').sort());
  });

  test.each(Object.entries(cardProblems))('%s', async (code, prepare) => {
    const change = await prepare();
    const problems = await problemsOf(change);
    expect(problems.map((one) => one.code)).toContain(code);
    for (const one of problems) {
      expectPlain(one, change[1]);
    }
  });

  test('REJECTED_BY_STAFF', async () => {
    const selection = 'problems { code message }';
    const { problems } = await library.application<{ problems: Problem[] }>(await rejected(), selection);
    expect(problems).toMatchObject([{ code: 'REJECTED_BY_STAFF' }]);
    for (const one of problems) {
      expectPlain(one, {});
    }
  });
});

describe('each problem of a patron’s record can be reached', () => {
  const amend = async (patronId: string, others: Input = {}): Promise<Asked> => [
    'amendContact',
    { reader: { patronId }, version: await library.versionOf(patronId), telephone: '21110099', ...others },
  ];
  const amendRecord = async (patronId: string, changes: Input): Promise<Asked> => [
    'amendPatron',
    { patronId, version: await library.versionOf(patronId), ...changes },
  ];
  const recordProblems: Readonly<Record<string, () => Asked | Promise<Asked>>> = {
    NOT_FOUND: () => amend('P0000003', { reader: { patronId: 'P9999999' } }),
    VERSION_CONFLICT: () => amend('P0000003', { version: '20000101000000' }),
    INVALID: () => amend('P0000003', { telephone: '4711-x' }),
    IDENTITY_NUMBER_INVALID: () => amendRecord('P0000003', { identityNumber: 'Z683365(4)' }),
    ALREADY_REGISTERED: () => amendRecord('P0000004', { identityNumber: 'A123456(3)' }),
    SMART_ID_ENROLLED: async () => {
      const { patronId } = await library.joinWithBothCards(newApplicant());
      return amendRecord(patronId, { identityNumber: newIdentityNumber() });
    },
    LOANS_OUT: () => amendRecord('P0000001', { status: 'CLOSED' }),
    PATRON_CLOSED: () => ['suspendPatron', { patronId: 'P0000014' }],
    WRONG_STATE: () => ['reopenPatron', { patronId: 'P0000013' }],
    ANOTHER_OPERATION_OPEN: async () => {
      const { patronId } = await library.join(newApplicant(), ['LIBRARY_CARD']);
      library.system.legacy.circ.faults.set([{ kind: 'reset-after', operations: ['BlockCard'], times: 1 }]);
      const { operation } = await library.change('suspendPatron', { patronId });
      expect(operation.state).toBe('UNSETTLED');
      return ['closePatron', { patronId }];
    },
    ALREADY_MERGED: async () => ['liftSuspension', { patronId: (await merged()).leaving }],
    LENT_MEANWHILE: async () => {
      const { patronId, libraryCard } = await library.join(newApplicant(), ['LIBRARY_CARD']);
      lendsOnceBlocked(libraryCard, copy)(library.system.store);
      return ['closePatron', { patronId }];
    },
    RECORD_NOT_CLOSED: async () => ['erasePatron', { patronId: 'P0000003' }],
    CHARGES_OWED: async () => {
      // The charge of this patron is for a loan. Both loans are returned.
      for (const itemNumber of ['31852000000437', '31852000000445']) {
        await asked(['checkIn', { itemNumber }]);
      }
      await asked(['closePatron', { patronId: 'P0000016' }]);
      return ['erasePatron', { patronId: 'P0000016' }];
    },
    OPERATIONS_NOT_FINAL: async () => {
      // The card's registration is checked again after six hours. Until then, the approval that issued the card is not
      // final.
      const { patronId } = await library.join(newApplicant(), ['LIBRARY_CARD']);
      await asked(['closePatron', { patronId }]);
      return ['erasePatron', { patronId }];
    },
  };

  afterEach(() => library.system.legacy.cms.faults.set([]));

  test('the table has every ProblemCode of patrons', () => {
    const here = [...Object.keys(recordProblems), 'SYSTEM_UNAVAILABLE', givenUp];
    expect(here.sort()).toEqual(codesOf('patrons').sort());
  });

  test.each(Object.entries(recordProblems))('%s', async (code, prepare) => {
    const change = await prepare();
    const problems = await problemsOf(change);
    expect(problems.map((one) => one.code)).toEqual([code]);
    for (const one of problems) {
      expectPlain(one, change[1]);
    }
  });

  test('SYSTEM_UNAVAILABLE, and nothing is done later', async () => {
    const [name, input] = await amend('P0000003');
    const problems = await without('prs', () => problemsOf([name, input]));
    expect(problems.map(({ code }) => code)).toEqual(['SYSTEM_UNAVAILABLE']);
    await asked([name, input]);
  });
});

test('SYSTEM_UNAVAILABLE of a card', async () => {
  const { smartId } = await library.joinWithBothCards(newApplicant());
  const change = ofCard('setPin', smartId, { newPin: '864209' });
  const problems = await without('cms', () => problemsOf(change));
  expect(problems.map(({ code }) => code)).toEqual(['SYSTEM_UNAVAILABLE']);
});
