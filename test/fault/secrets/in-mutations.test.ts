import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { coreSystemIds } from '../../../platform/systems.ts';
import { Sessions } from '../../../simulators/circ/sessions.ts';
import { DEFAULT_CREDENTIALS, FAULT_KINDS, type FaultKind, readSeed } from '../../../simulators/index.ts';
import { indiscretion, leaksIn, MARKS, secretsOf } from '../../support/marked-secrets.ts';
import { type ExportedSpans, exportSpans } from '../../support/telemetry/export-spans.ts';
import type { Answer } from '../../system/running-system.ts';
import { formOf, type Library, openLibrary } from '../../system/stories/library.ts';
import { guarantor, newApplicant } from '../../system/stories/people.ts';
import { faultOf, hasFault } from '../calls/expected-reasons.ts';

const opened = vi.spyOn(Sessions.prototype, 'open');
const passwords = [DEFAULT_CREDENTIALS.cms.password, ...Object.values(DEFAULT_CREDENTIALS.circ)];
const held = secretsOf(readSeed());

let spans: ExportedSpans;
beforeAll(async () => {
  spans = await exportSpans();
});
afterAll(async () => {
  const exported = await spans.stop();
  expect(exported).toContain('"mutation"');
  expect(exported).toContain('journal begin');
  const sessions = opened.mock.results.map(({ value }) => String(value));
  expect(leaksIn(exported, [...held, ...passwords, ...sessions])).toEqual([]);
});

const applicant = newApplicant({
  englishName: MARKS.name,
  identityNumber: MARKS.identityNumber,
  birthCertificateNumber: MARKS.birthCertificateNumber,
  addressLines: [MARKS.address],
  telephone: MARKS.telephone,
  email: MARKS.email,
});
/** Cards of the seed that are in use. */
const libraryCardNumber = '21852000000033';
const smartId = { identityNumber: MARKS.identityNumber, dateOfIssue: '2020-01-31' };

/** Sends every mutation whose input has personal data, all at once. */
async function changeAll(library: Library): Promise<Answer[]> {
  const { counter, station, telephone, system } = library;
  const vouched = { guarantor: { ...guarantor(true), name: MARKS.guarantor } };
  const contact = { telephone: MARKS.telephone, email: MARKS.email, addressLines: [MARKS.address] };
  const cardAndPin = { libraryCardNumber, pin: MARKS.pin };
  const partner = await system.token({ subject: 'partner', clientId: 'partner', scope: 'partner:verify' });
  const signIn = await system.token({ subject: 'sign-in', clientId: 'sign-in', scope: 'sign-in' });
  const address = 'anAddressThatIsHashed';
  return await Promise.all([
    library.send('submitApplication', formOf(applicant, ['SMART_ID', 'LIBRARY_CARD'], vouched), counter),
    library.send('setPin', { libraryCardNumber, newPin: MARKS.pin }, counter),
    library.send(
      'amendContact',
      { reader: { patronId: 'P0000003' }, version: MARKS.reference, ...contact },
      counter,
    ),
    library.send('reportLoss', { libraryCardNumber: '21852000000017' }, counter),
    library.send('checkOut', { credential: { smartId }, itemNumber: '31852000000494' }, station),
    library.send('renewAllLoans', { reader: { cardAndPin } }, telephone),
    system.mutate('verifyPatron', 'problem', cardAndPin, { token: partner }),
    system.mutate('authenticateReader', 'reader { patronId }', { ...cardAndPin, address }, { token: signIn }),
    system.mutate(
      'setPinByCode',
      'reader { patronId }',
      { libraryCardNumber, code: '1', newPin: MARKS.pin, address },
      { token: signIn },
    ),
  ]);
}

/** Whether the answer has an error, an unsettled operation, or a system that is unavailable. */
const isFailure = ({ body }: Answer): boolean =>
  body.errors !== undefined || /UNSETTLED|SYSTEM_UNAVAILABLE/.test(JSON.stringify(body.data));

async function expectDiscreet(kind: FaultKind): Promise<void> {
  await using library = await openLibrary();
  const { legacy, log } = library.system;
  const struck = coreSystemIds.filter((name) => hasFault(name, kind));
  for (const name of struck) {
    legacy[name].faults.set([{ ...faultOf(kind), text: indiscretion }]);
  }
  const answers = await changeAll(library);
  // Only CIRC has sessions, so mutations that don't call CIRC succeed.
  const least = kind === 'expired-session' ? 1 : answers.length;
  expect(answers.filter(isFailure).length).toBeGreaterThanOrEqual(least);
  for (const name of struck) {
    expect(legacy[name].faults.status.faults[0]?.hits).toBeGreaterThan(0);
  }
  const sessions = opened.mock.results.map(({ value }) => String(value));
  expect(leaksIn(JSON.stringify(answers), [...passwords, ...sessions])).toEqual([]);
  expect(log.length).toBeGreaterThan(0);
  expect(leaksIn(log.join('\n'), [...held, ...passwords, ...sessions])).toEqual([]);
}

// Each case has its own library, because a library reconciles its unsettled operations meanwhile.
describe.concurrent('no secret in a mutation’s input is in its failure or in the log', {
  timeout: 40_000,
}, () => {
  test.each(FAULT_KINDS)('%s', async (kind) => {
    await expectDiscreet(kind);
  });
});
