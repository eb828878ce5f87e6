import type { Application, NewApplication } from '../../../../adapters/credentials/port.ts';
import type { Patron } from '../../../../adapters/patrons/port.ts';
import { closedPatronProblems } from '../cards/closed-patron.ts';
import { alreadyHeldProblems, openApplicationProblems } from '../cards/holdings.ts';
import { lostDateProblems } from '../cards/lost-dates.ts';
import type { CredentialProblem } from '../problem.ts';
import { type Submitter, staffFactProblems } from '../staff-facts.ts';
import { addressProofProblems } from './address-proof.ts';
import { documentProblems } from './documents.ts';
import { filledInProblems } from './filled-in.ts';
import { guaranteeProblems } from './guarantee.ts';
import { type DocumentHolders, identityProblems } from './identity.ts';
import type { PatronCards } from './obstacles.ts';

/**
 * Why an application can't be received, as far as the form itself tells, before any system is asked (R2 to R5, R8, R27).
 * `today`, the day of applying, is a day in Hong Kong.
 *
 * Proof of address is wanted at a counter only: over the internet an application is received without it, and it then
 * stands in the way of approving (R2).
 */
export function formProblems(
  application: NewApplication,
  submitter: Submitter,
  today: string,
): CredentialProblem[] {
  const isAtCounter = submitter.isStaff && application.channel === 'COUNTER';
  return [
    ...staffFactProblems(application, submitter),
    ...filledInProblems(application, today),
    ...(isAtCounter ? addressProofProblems(application) : []),
    ...guaranteeProblems(application, today),
    ...documentProblems(application, today, today),
  ];
}

/**
 * Whether the systems may be asked about an application with these problems: not with an identity number that is none
 * (R8), and not for someone whom the caller may not act for (R27).
 */
export function mayAskSystems(problems: readonly CredentialProblem[]): boolean {
  return !problems.some(({ code, field }) => code === 'IDENTITY_NUMBER_INVALID' || field?.[0] === 'patronId');
}

/** What the systems hold of who applies: read after {@link mayAskSystems}. */
export interface ApplicantRecords extends PatronCards {
  /** Null for a stranger, and for a patron number that the registry doesn't know. */
  readonly patron: Patron | null;
  /** None for a stranger. */
  readonly applications: readonly Application[];
  /** `untold` for who is not staff. */
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
