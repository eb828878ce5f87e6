import { cardChangeRecovery } from '../../operations/card-change.ts';
import { resume } from '../../operations/procedure.ts';
import type { Reconcile } from '../../operations/reconciler.ts';
import { everyPlaceRecovery } from '../../operations/standing/every-place.ts';
import type { PatronServices } from '../context.ts';
import { amendContact } from './amend-contact.ts';
import { amendPatron } from './amend-patron.ts';
import { closePatron, liftSuspension, reopenPatron, suspendPatron } from './change-standing.ts';
import { erasePatron } from './erase-patron.ts';

/** The functions that reconcile this subgraph's operations, by kind of operation. */
export function recoveryOf(services: PatronServices): Readonly<Record<string, Reconcile>> {
  return {
    ...cardChangeRecovery(services),
    ...everyPlaceRecovery(services),
    [amendContact.kind]: resume(services, amendContact),
    [amendPatron.kind]: resume(services, amendPatron),
    [suspendPatron.kind]: resume(services, suspendPatron),
    [liftSuspension.kind]: resume(services, liftSuspension),
    [closePatron.kind]: resume(services, closePatron),
    [reopenPatron.kind]: resume(services, reopenPatron),
    [erasePatron.kind]: resume(services, erasePatron),
  };
}
