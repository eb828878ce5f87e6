import { looksOfParts } from '../circulation-part.ts';
import { lookAfter } from '../procedure.ts';
import type { Look } from '../settler.ts';
import type { CardDesk } from './desk.ts';
import { printInformationCard, setPin } from './procedures/card-services.ts';
import { decideApplication } from './procedures/decision.ts';
import { discontinueSmartId, surrenderLibraryCard } from './procedures/ending.ts';
import { reportLoss } from './procedures/loss.ts';
import { replaceCredential } from './procedures/replacement.ts';
import { submitApplication } from './procedures/submission.ts';

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
