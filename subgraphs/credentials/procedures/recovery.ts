import { looksOfParts } from '../../operations/card-change.ts';
import { lookAfter } from '../../operations/procedure.ts';
import type { Look } from '../../operations/reconciler.ts';
import { printInformationCard, setPin } from './card-services.ts';
import { decideApplication } from './decision.ts';
import { discontinueSmartId, surrenderLibraryCard } from './ending.ts';
import { reportLoss } from './loss.ts';
import { replaceCredential } from './replacement.ts';
import type { CardDesk } from './services.ts';
import { submitApplication } from './submission.ts';

/** How each kind of operation of this subgraph is looked after. */
export function looksOf(desk: CardDesk): Readonly<Record<string, Look>> {
  return {
    ...looksOfParts(desk),
    [submitApplication.kind]: lookAfter(desk, submitApplication),
    [decideApplication.kind]: lookAfter(desk, decideApplication),
    [reportLoss.kind]: lookAfter(desk, reportLoss),
    [replaceCredential.kind]: lookAfter(desk, replaceCredential),
    [discontinueSmartId.kind]: lookAfter(desk, discontinueSmartId),
    [surrenderLibraryCard.kind]: lookAfter(desk, surrenderLibraryCard),
    [printInformationCard.kind]: lookAfter(desk, printInformationCard),
    [setPin.kind]: lookAfter(desk, setPin),
  };
}
