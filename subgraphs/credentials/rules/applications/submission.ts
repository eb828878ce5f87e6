import type { Application, NewApplication } from '../../../../adapters/credentials/port.ts';
import { endedRecordProblems, type RecordForCards } from '../cards/ended-record.ts';
import { lostDateProblems } from '../cards/lost-dates.ts';
import { alreadyHeldProblems, openApplicationProblems } from '../cards/one-card-per-kind.ts';
import type { CredentialProblem } from '../problem.ts';
import { addressProofProblems } from './address-proof.ts';
import { type DocumentHolders, identityProblems } from './document-holders.ts';
import { documentProblems } from './documents.ts';
import type { PatronCards } from './eligibility.ts';
import { fieldProblems } from './fields.ts';
import { guaranteeProblems } from './guarantee.ts';
import { isAtCounter, type Submitter, staffOnlyProblems } from './staff-only-facts.ts';

/**
 * The reasons why an application can't be received, according to the form alone, before any system is called (R1 to R5,
 * R8, R27). Proof of address is only needed at a counter (R2). An internet application is received without it, but not
 * approved.
 * @param today the day of applying, in Hong Kong, `YYYY-MM-DD`
 */
export function formProblems(
  application: NewApplication,
  submitter: Submitter,
  today: string,
): CredentialProblem[] {
  const mustProveAddress = submitter.isStaff && isAtCounter[application.channel];
  return [
    ...staffOnlyProblems(application, submitter),
    ...fieldProblems(application, today),
    ...(mustProveAddress ? addressProofProblems(application) : []),
    ...guaranteeProblems(application, today),
    ...documentProblems(application, today, today),
  ];
}

/**
 * Whether the registry and card management may be called about an application with these problems. They may not be
 * called if the identity number is invalid (R8), or if the caller may not act for the patron (R27). With any other
 * problem, the two are called, so that all problems are reported at once.
 */
export function mayReadRecords(problems: readonly CredentialProblem[]): boolean {
  return !problems.some(({ code, field }) => code === 'IDENTITY_NUMBER_INVALID' || field?.[0] === 'patronId');
}

/** The applicant's records in the systems. They are read only if {@link mayReadRecords} is true. */
export interface ApplicantRecords extends PatronCards, RecordForCards {
  /** The patron's open applications. Empty for an applicant who is not registered. */
  readonly applications: readonly Application[];
  /** `undisclosedHolders` if the caller is not staff. */
  readonly holders: DocumentHolders;
}

/** The reasons why an application can't be received, according to the systems' records (R7, R15, R18). */
export function recordProblems(application: NewApplication, records: ApplicantRecords): CredentialProblem[] {
  return [
    ...endedRecordProblems(records, 'patronId'),
    ...identityProblems(application, records.patron, records.holders),
    ...alreadyHeldProblems(application.wants, records.cards),
    ...lostDateProblems(application, records.cards, records.lostEarlier),
    ...openApplicationProblems(application.wants, records.applications),
  ];
}
