import type { CallClass } from '../../platform/priority/call-classes.ts';
import type { Identity } from './caller.ts';

/**
 * The class of each root field of our graph, for callers with a token. `test/schema/operation-classes.test.ts` checks
 * that every root field has a class.
 */
export const rootFieldClasses: Readonly<Record<string, Exclude<CallClass, 'background'>>> = {
  'Mutation.checkOut': 'lending',
  'Mutation.checkIn': 'lending',
  'Mutation.lendHeldItem': 'lending',
  'Mutation.renewLoan': 'lending',
  'Mutation.renewLoans': 'lending',
  'Mutation.renewAllLoans': 'lending',

  // The reader's own data, or data of one reader at a desk.
  'Query.me': 'reader',
  'Query.patron': 'reader',
  'Query.patronByIdentity': 'reader',
  'Query.credential': 'reader',
  'Query.smartId': 'reader',
  'Query.readerLoans': 'reader',
  'Query.readerHolds': 'reader',
  'Query.readerPatron': 'reader',
  'Query.readerOwes': 'reader',
  'Query.payable': 'reader',
  'Query.codePayment': 'reader',
  'Query.paymentMethods': 'reader',
  'Query.paymentOperation': 'reader',
  'Query.operation': 'reader',
  'Query.node': 'reader',
  'Query.myOperations': 'reader',
  'Query.applicationProgress': 'reader',
  'Mutation.placeHold': 'reader',
  'Mutation.cancelHold': 'reader',
  'Mutation.changePickupBranch': 'reader',
  'Mutation.amendContact': 'reader',
  'Mutation.setNoticePreferences': 'reader',
  'Mutation.switchOffNotice': 'reader',
  'Mutation.recordStationService': 'reader',
  'Mutation.setPin': 'reader',
  'Mutation.createPinCode': 'reader',
  'Mutation.reportLoss': 'reader',
  'Mutation.replaceCredential': 'reader',
  'Mutation.discontinueSmartId': 'reader',
  'Mutation.surrenderLibraryCard': 'reader',
  'Mutation.printInformationCard': 'reader',
  'Mutation.startPayment': 'reader',
  'Mutation.payByCode': 'reader',
  'Mutation.payAtStation': 'reader',
  'Mutation.cancelPaymentAtStation': 'reader',
  'Mutation.cancelPayment': 'reader',
  'Mutation.waiveCharge': 'reader',
  'Mutation.refundPayment': 'reader',
  'Mutation.submitApplication': 'reader',
  'Mutation.withdrawApplication': 'reader',
  // This field reads one copy by its number. Somebody at a station or a desk has the copy in hand and waits.
  'Query.item': 'reader',
  // This field calls no legacy system.
  'Query.branches': 'reader',

  'Query.patrons': 'staff',
  'Query.application': 'staff',
  'Query.applications': 'staff',
  'Query.lossReports': 'staff',
  'Query.operations': 'staff',
  'Query.undeliveredNotices': 'staff',
  'Query.findings': 'staff',
  'Query.owingPatrons': 'staff',
  'Query.paymentOperations': 'staff',
  'Query.loans': 'staff',
  'Query.holdShelf': 'staff',
  'Query.pullList': 'staff',
  'Query.lendingDays': 'staff',
  'Query.libraryCounts': 'staff',
  'Mutation.amendPatron': 'staff',
  'Mutation.suspendPatron': 'staff',
  'Mutation.liftSuspension': 'staff',
  'Mutation.closePatron': 'staff',
  'Mutation.reopenPatron': 'staff',
  'Mutation.erasePatron': 'staff',
  'Mutation.mergePatrons': 'staff',
  'Mutation.approveApplication': 'staff',
  'Mutation.rejectApplication': 'staff',
  'Mutation.decideApplication': 'staff',
  'Mutation.rejectApplications': 'staff',
  'Mutation.resendNotice': 'staff',
  'Mutation.noteOnRow': 'staff',
  'Mutation.acknowledgeFinding': 'staff',
  'Mutation.repairFinding': 'staff',
  'Mutation.closeFinding': 'staff',
  // A partner's service sends this mutation, and partners have no class of their own.
  'Mutation.verifyPatron': 'staff',
  // Anybody can use the sign-in page, so readers who are signed in go first.
  'Mutation.authenticateReader': 'staff',
  'Mutation.setPinByCode': 'staff',
  'Query.readerStanding': 'staff',

  // These classes apply only to the opening of a stream. The requests for each event of the stream have the class `live`.
  'Subscription.myChanges': 'reader',
  'Subscription.operationChanges': 'reader',
  'Subscription.stationChanges': 'reader',
  'Subscription.libraryChanges': 'staff',
  'Subscription.credentialChanges': 'staff',
  'Subscription.standingChanges': 'staff',

  'Query.items': 'anonymous',
  'Query.titles': 'anonymous',
};

/** The classes in the table, from the most urgent to the least urgent. */
const urgency: readonly CallClass[] = ['lending', 'reader', 'staff', 'anonymous'];

/**
 * Returns the class of an operation with these coordinates (`Type.field`), for a caller with a token. It is the class
 * of the least urgent root field. So a search doesn't become more urgent if the operation also has `me`. If no field is
 * in the table, as in introspection, the class is `anonymous`.
 */
export function classOfFields(coordinates: Iterable<string>): CallClass {
  let least = -1;
  for (const coordinate of coordinates) {
    const fieldClass = rootFieldClasses[coordinate];
    if (fieldClass !== undefined) {
      least = Math.max(least, urgency.indexOf(fieldClass));
    }
  }
  return urgency[least] ?? 'anonymous';
}

/** Returns the class of an operation for this caller. Without a token it is always `anonymous`. */
export function classFor({ authenticated }: Pick<Identity, 'authenticated'>, ofFields: CallClass): CallClass {
  return authenticated ? ofFields : 'anonymous';
}
