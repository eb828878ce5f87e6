import { cardChangeRecovery } from '../../operations/card-change.ts';
import { resume } from '../../operations/procedure.ts';
import type { Reconcile } from '../../operations/reconciler.ts';
import { printInformationCard, setPin } from './card-services.ts';
import { decideApplication } from './decision.ts';
import { discontinueSmartId, surrenderLibraryCard } from './ending.ts';
import { reportLoss } from './loss.ts';
import { replaceCredential } from './replacement.ts';
import type { CredentialServices } from './services.ts';
import { submitApplication } from './submission.ts';

/** How each kind of operation of this subgraph is looked after. */
export function recoveryOf(services: CredentialServices): Readonly<Record<string, Reconcile>> {
  return {
    ...cardChangeRecovery(services),
    [submitApplication.kind]: resume(services, submitApplication),
    [decideApplication.kind]: resume(services, decideApplication),
    [reportLoss.kind]: resume(services, reportLoss),
    [replaceCredential.kind]: resume(services, replaceCredential),
    [discontinueSmartId.kind]: resume(services, discontinueSmartId),
    [surrenderLibraryCard.kind]: resume(services, surrenderLibraryCard),
    [printInformationCard.kind]: resume(services, printInformationCard),
    [setPin.kind]: resume(services, setPin),
  };
}
