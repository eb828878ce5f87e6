import type { Application, Credential } from '../../../../adapters/credentials/port.ts';
import { refuseIfAny } from '../../../operations/operation-refused.ts';
import { withCanonicalDocuments } from '../../rules/applications/form.ts';
import { closedPatronProblems } from '../../rules/cards/closed-patron.ts';
import type { CredentialTask } from '../services.ts';
import { notFound } from './refusals.ts';

/** @throws OperationRefused NOT_FOUND if there is no such application. */
export async function readApplication(
  { services, signal }: CredentialTask,
  applicationId: string,
): Promise<Application> {
  const [application] = await services.cards.applicationsById([applicationId], signal);
  if (application == null) {
    throw notFound('applicationId');
  }
  return withCanonicalDocuments(application);
}

/** @throws OperationRefused PATRON_CLOSED if the registry has closed the card's patron (R15). */
export async function refuseIfPatronClosed(
  { services, signal }: CredentialTask,
  { patronId }: Credential,
): Promise<void> {
  const [patron = null] = await services.patrons.findMany([patronId], signal);
  refuseIfAny(closedPatronProblems(patron, 'libraryCardNumber'));
}
