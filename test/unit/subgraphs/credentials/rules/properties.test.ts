/** Properties that hold for every application. `SEED=7 npx vitest run` with this file repeats the run of that seed. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Application, NewApplication } from '../../../../../adapters/credentials/port.ts';
import { readSeed } from '../../../../../simulators/index.ts';
import { currentProblems } from '../../../../../subgraphs/credentials/rules/applications/application-problems.ts';
import { approvalProblems } from '../../../../../subgraphs/credentials/rules/applications/decision.ts';
import { undisclosedHolders } from '../../../../../subgraphs/credentials/rules/applications/document-holders.ts';
import {
  type ApplicantForm,
  type ApplicationForm,
  newApplicationOf,
  splitAddress,
} from '../../../../../subgraphs/credentials/rules/applications/form.ts';
import { newPatronOf } from '../../../../../subgraphs/credentials/rules/applications/new-patron.ts';
import { formProblems } from '../../../../../subgraphs/credentials/rules/applications/submission.ts';
import { CardDrawer } from '../../../../support/memory/card-drawer.ts';
import { FaultyConnection } from '../../../../support/memory/faulty-connection.ts';
import { createMemoryPatrons } from '../../../../support/memory/patrons.ts';
import { today, told } from './cases.ts';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 0x7fff_ffff));
const anonymous = { isStaff: false, patronId: null };

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null, freq: 3 });
/** Days close to the limits of R3 to R5, and days far from them. */
const day = fc.oneof(
  fc.constantFrom('2008-11-24', '2008-11-25', '2015-11-24', '2015-11-25', '2003-06-22', '2003-06-23'),
  fc.constantFrom(today, '2026-11-25', '1960-01-01', '1895-01-01', '2024-02-29'),
);
const typed = fc.oneof(fc.string({ unit: 'binary', maxLength: 120 }), fc.string({ maxLength: 10 }));
const or = (text: fc.Arbitrary<string>, ...good: string[]) =>
  fc.oneof({ arbitrary: fc.constantFrom(...good), weight: 12 }, { arbitrary: text, weight: 1 });

const applicant: fc.Arbitrary<ApplicantForm> = fc.record({
  englishName: or(typed, 'Ng, Wai', 'MÜLLER, JOSÉ', 'Groß , Ann'),
  chineseName: maybe(or(typed, '蕭𨱏')),
  identityNumber: maybe(or(typed, 'd1357906', 'WX123450(A)')),
  birthCertificateNumber: maybe(or(typed, 's1234567')),
  dateOfBirth: day,
  smartIdDateOfIssue: maybe(day),
  addressLines: maybe(fc.array(or(typed, 'Flat 4', ' 1  Library Road ', ''), { maxLength: 5 })),
  addressProofShown: fc.constant(false),
  telephone: maybe(or(typed, '+852 2000 0001', '+44 20 7946 0000')),
  email: maybe(or(typed, 'p1@patrons.example')),
});
const form: fc.Arbitrary<ApplicationForm> = fc.record({
  channel: fc.constant('INTERNET'),
  wants: fc.subarray(['LIBRARY_CARD', 'SMART_ID']),
  applicant,
  guarantor: maybe(
    fc.record({
      name: or(typed, 'Yip, Kwok Wah', '葉國華'),
      telephone: maybe(or(typed, '20009999')),
      signedOn: fc.constantFrom('2026-10-10', today, '2026-11-25'),
      allowsSmartId: fc.boolean(),
    }),
  ),
});

const receive = (application: NewApplication): Application => ({
  ...application,
  id: 'A0000001',
  status: 'RECEIVED',
  submittedAt: `${today}T10:00:00+08:00`,
  decidedAt: null,
  decidedBy: null,
  reason: null,
});

/** Applications that have no problems when they are received. */
const acceptable = form
  .map((each) => newApplicationOf(each))
  .filter((application) => formProblems(application, anonymous, today).length === 0);

describe(`any application (SEED=${seed})`, () => {
  test('R2: only proof of address keeps one that was received from being approved', () => {
    fc.assert(
      fc.property(acceptable, (application) => {
        expect(told(currentProblems(receive(application), [], today, today))).toEqual([
          'ADDRESS_PROOF_NEEDED applicant addressProofShown',
        ]);
      }),
      { seed },
    );
  });

  test('card management keeps it as it was handed in', () => {
    fc.assert(
      fc.property(acceptable, (application) => {
        const tables = { cards: new Map(), pins: new Map(), applications: new Map(), reports: [] };
        expect(new CardDrawer(tables, () => new Date()).submit(application)).toMatchObject(application);
      }),
      { seed },
    );
  });

  test('R7: the registry takes whoever is approved', async () => {
    const nobody = { ...readSeed(), patrons: [] };
    await fc.assert(
      fc.asyncProperty(acceptable, async (application) => {
        const registry = createMemoryPatrons(
          nobody,
          () => new Date(),
          new FaultyConnection('patron registry'),
        );
        const patron = newPatronOf(receive(application), true, today);
        const registered = await registry.register(patron, AbortSignal.timeout(5_000));
        expect(registered).toMatchObject({ patron: { englishName: application.applicant.englishName } });
      }),
      { seed },
    );
  });

  test('what is received, filled in once more as it was kept, is kept the same', () => {
    fc.assert(
      fc.property(acceptable, (application) => {
        const { address, ...fields } = application.applicant;
        const again = { ...application, applicant: { ...fields, addressLines: splitAddress(address) } };
        expect(newApplicationOf(again)).toEqual(application);
      }),
      { seed },
    );
  });

  test('R2: proof of address takes away the want of it, and no other problem', () => {
    const records = {
      patron: null,
      isMerged: false,
      cards: [],
      lostEarlier: new Set<string>(),
      holders: undisclosedHolders,
      isEnrolledElsewhere: false,
      others: { open: [], areAllListed: true },
    };
    fc.assert(
      fc.property(form, (each) => {
        const application = receive(newApplicationOf(each));
        const shown = {
          addressProofShown: true,
          identityDocumentSeen: false,
          otherApplicationsSeen: [],
          applicationsSearched: false,
        };
        const unproven = { ...shown, addressProofShown: false };
        const without = approvalProblems(application, unproven, records, today, today);
        expect(approvalProblems(application, shown, records, today, today)).toEqual(
          without.filter(({ code }) => code !== 'ADDRESS_PROOF_NEEDED'),
        );
      }),
      { seed },
    );
  });

  test('R30: no problem quotes what was filled in', () => {
    const secret = fc.constantFrom('Zqx1', 'QZX 22', '7777@', 'zq\u0000xz');
    const secrets = fc.record({
      englishName: secret,
      chineseName: secret,
      identityNumber: secret,
      birthCertificateNumber: secret,
      telephone: secret,
      email: secret,
      addressLines: fc.array(secret, { minLength: 5, maxLength: 5 }),
      dateOfBirth: fc.constantFrom('2027-03-04', '1777-03-04'),
      smartIdDateOfIssue: fc.constantFrom('2027-03-04', '1777-03-04'),
    });
    fc.assert(
      fc.property(secrets, (each) => {
        const guarantor = { name: '', telephone: 'Zqx1', signedOn: '2027-03-04', allowsSmartId: false };
        const filledIn = newApplicationOf({
          channel: 'COUNTER',
          patronId: 'P7777777',
          wants: ['SMART_ID', 'LIBRARY_CARD'],
          applicant: { ...each, addressProofShown: true },
          guarantor,
        });
        const problems = formProblems(filledIn, anonymous, today);
        expect(problems.length).toBeGreaterThan(8);
        expect(JSON.stringify(problems)).not.toMatch(/zqx|qzx|7777|2027|1777|03-04/i);
      }),
      { seed },
    );
  });
});
