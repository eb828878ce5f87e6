import type { Application } from '../../../../adapters/credentials/port.ts';
import { englishNameOf } from '../../../library/person.ts';
import { type CredentialProblem, problem } from '../problem.ts';
import type { ShownToStaff } from './shown-to-staff.ts';

/** The other open applications that name a document which an approval writes into the registry. */
export interface OtherApplications {
  readonly open: readonly Application[];
  /** False if not all open applications could be read. Staff then have to look for others themselves. */
  readonly areAllListed: boolean;
}

/**
 * Checks that nobody is registered by a document which another open application names (R7). If the other application is
 * from a patron, or was handed in at a counter, it must be decided first. If an unregistered person sent it over the
 * internet, staff only have to look at it. Such a person may name any document, and must not be able to keep its owner
 * from being registered.
 *
 * @example
 * // A patron has applied with this identity number, and an unregistered person is approved: OTHER_APPLICATION_OPEN.
 * // Somebody has applied with it over the internet, and staff have not looked at it: OTHER_APPLICATIONS_UNSEEN.
 * // The same person has applied twice at a counter, once for each kind of card: no problem.
 */
export function otherApplicationProblems(
  application: Application,
  { open, areAllListed }: OtherApplications,
  { otherApplicationsSeen, applicationsSearched }: ShownToStaff,
): CredentialProblem[] {
  const isObstacle = open.some(
    (other) => !isFromUnregistered(other) && !isOfSameApplicant(application, other),
  );
  const isUnseen = open.some(
    (other) => isFromUnregistered(other) && !otherApplicationsSeen.includes(other.id),
  );
  return [
    ...(isObstacle ? [problem('OTHER_APPLICATION_OPEN', 'applicationId')] : []),
    ...(isUnseen ? [problem('OTHER_APPLICATIONS_UNSEEN', 'otherApplicationsSeen')] : []),
    ...(areAllListed || applicationsSearched
      ? []
      : [problem('OTHER_APPLICATIONS_UNSEEN', 'applicationsSearched')]),
  ];
}

/** Whether an application came over the internet from somebody who isn't registered. Anybody can send one. */
const isFromUnregistered = ({ patronId, channel }: Application): boolean =>
  patronId === null && channel === 'INTERNET';

/**
 * Whether two applications are from the same patron, or from unregistered people with the same name and date of birth.
 */
function isOfSameApplicant(application: Application, other: Application): boolean {
  const [applicant, others] = [application.applicant, other.applicant];
  return (
    application.patronId === other.patronId &&
    englishNameOf(applicant.englishName) === englishNameOf(others.englishName) &&
    applicant.dateOfBirth === others.dateOfBirth
  );
}
