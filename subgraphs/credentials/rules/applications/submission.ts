import type { Application, NewApplication } from '../../../../adapters/credentials/port.ts';
import type { Patron } from '../../../../adapters/patrons/port.ts';
import { closedPatronProblems } from '../cards/closed-patron.ts';
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
 * Why an application can't be received, as far as the form itself tells, before any system is called (R1 to R5, R8, R27).
 * `today`, the day of applying, is a day in Hong Kong, `YYYY-MM-DD`.
 *
 * R2: proof of address is needed at a counter only. Over the internet an application is received without it; it then prevents the
 * approval.
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
 * Whether the systems may be called about an application with these problems. Not with an invalid identity number (R8), and not
 * about a patron whom the caller may not act for (R27). With any other problem they are called, so that all problems are
 * reported at once.
 */
export function mayReadRecords(problems: readonly CredentialProblem[]): boolean {
  return !problems.some(({ code, field }) => code === 'IDENTITY_NUMBER_INVALID' || field?.[0] === 'patronId');
}

/** What the systems know of the applicant. It is read only if {@link mayReadRecords} is true. */
export interface ApplicantRecords extends PatronCards {
  /** Null for a stranger, and for a patron number that the registry does not know. */
  readonly patron: Patron | null;
  /** The patron's open applications; none for a stranger. */
  readonly applications: readonly Application[];
  /** `undisclosedHolders` where the caller is not staff. */
  readonly holders: DocumentHolders;
}

/** Why an application can't be received, as far as the systems' records tell (R7, R15, R18). */
export function recordProblems(application: NewApplication, records: ApplicantRecords): CredentialProblem[] {
  return [
    ...closedPatronProblems(records.patron, 'patronId'),
    ...identityProblems(application, records.patron, records.holders),
    ...alreadyHeldProblems(application.wants, records.cards),
    ...lostDateProblems(application, records.cards, records.lostEarlier),
    ...openApplicationProblems(application.wants, records.applications),
  ];
}
