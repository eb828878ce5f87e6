import { cardChangeRecovery } from '../../operations/card-change.ts';
import { resume } from '../../operations/procedure.ts';
import type { Reconcile } from '../../operations/reconciler.ts';
import { closeMergedPatron } from './close-merged-patron.ts';
import { createPinCode } from './create-pin-code.ts';
import {
  approveApplication,
  decideApplication,
  rejectApplication,
  withdrawApplication,
} from './decide-application.ts';
import { discontinueSmartId, surrenderLibraryCard } from './end-credential.ts';
import { mergePatrons } from './merge-patrons.ts';
import { printInformationCard } from './print-information-card.ts';
import { rejectApplications } from './reject-applications.ts';
import { replaceCredential } from './replace-credential.ts';
import { reportLoss } from './report-loss.ts';
import type { CredentialServices } from './services.ts';
import { setPin } from './set-pin.ts';
import { submitApplication } from './submit-application.ts';

/** The functions that reconcile this subgraph's operations, by kind of operation. */
export function recoveryOf(services: CredentialServices): Readonly<Record<string, Reconcile>> {
  return {
    ...cardChangeRecovery(services),
    [submitApplication.kind]: resume(services, submitApplication),
    [approveApplication.kind]: resume(services, approveApplication),
    [rejectApplication.kind]: resume(services, rejectApplication),
    [withdrawApplication.kind]: resume(services, withdrawApplication),
    [decideApplication.kind]: resume(services, decideApplication),
    [rejectApplications.kind]: resume(services, rejectApplications),
    [reportLoss.kind]: resume(services, reportLoss),
    [replaceCredential.kind]: resume(services, replaceCredential),
    [discontinueSmartId.kind]: resume(services, discontinueSmartId),
    [surrenderLibraryCard.kind]: resume(services, surrenderLibraryCard),
    [printInformationCard.kind]: resume(services, printInformationCard),
    [createPinCode.kind]: resume(services, createPinCode),
    [setPin.kind]: resume(services, setPin),
    [mergePatrons.kind]: resume(services, mergePatrons),
    [closeMergedPatron.kind]: resume(services, closeMergedPatron),
  };
}
