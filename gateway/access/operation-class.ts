import type { CallClass } from '../../platform/priority/call-classes.ts';
import type { Identity } from './caller.ts';

/**
 * The class of each root field of our graph, for callers with a token. `test/schema/operation-classes.test.ts` asks for the class
 * of every field.
 */
export const rootFieldClasses: Readonly<Record<string, Exclude<CallClass, 'background'>>> = {
  'Mutation.checkOut': 'lending',
  'Mutation.checkIn': 'lending',
  'Mutation.lendHeldItem': 'lending',
  'Mutation.renewLoan': 'lending',
  'Mutation.renewLoans': 'lending',
  'Mutation.renewAllLoans': 'lending',

  // One reader's own, or one reader at a desk.
  'Query.me': 'reader',
  'Query.patron': 'reader',
  'Query.patronByIdentity': 'reader',
  'Query.credential': 'reader',
  'Query.smartId': 'reader',
  'Query.readerLoans': 'reader',
  'Query.readerHolds': 'reader',
  'Query.operation': 'reader',
  'Query.applicationProgress': 'reader',
  'Mutation.placeHold': 'reader',
  'Mutation.cancelHold': 'reader',
  'Mutation.amendContact': 'reader',
  'Mutation.setPin': 'reader',
  'Mutation.createPinCode': 'reader',
  'Mutation.reportLoss': 'reader',
  'Mutation.replaceCredential': 'reader',
  'Mutation.discontinueSmartId': 'reader',
  'Mutation.surrenderLibraryCard': 'reader',
  'Mutation.printInformationCard': 'reader',
  'Mutation.submitApplication': 'reader',
  // One copy by its number, as a station or a desk has it in hand.
  'Query.item': 'reader',
  // It asks no system.
  'Query.branches': 'reader',

  'Query.patrons': 'staff',
  'Query.application': 'staff',
  'Query.applications': 'staff',
  'Query.latestApplications': 'staff',
  'Query.lossReports': 'staff',
  'Query.latestLossReports': 'staff',
  'Query.operations': 'staff',
  'Query.undeliveredNotices': 'staff',
  'Query.loans': 'staff',
  'Query.holdShelf': 'staff',
  'Query.lendingDays': 'staff',
  'Mutation.amendPatron': 'staff',
  'Mutation.decideApplication': 'staff',
  'Mutation.rejectApplications': 'staff',
  'Mutation.resendNotice': 'staff',
  // A partner's question.
  'Mutation.verifyPatron': 'staff',
  // Anybody can type at the sign-in page: readers who are signed in go first.
  'Mutation.authenticateReader': 'staff',
  'Mutation.setPinByCode': 'staff',
  'Query.readerStanding': 'staff',

  'Query.items': 'anonymous',
  'Query.titles': 'anonymous',
};

/** Least urgent last. */
const urgency: readonly CallClass[] = ['lending', 'reader', 'staff', 'anonymous'];

/**
 * The class of an operation with these coordinates (`Type.field`), for a caller with a token: that of its least urgent root field,
 * so that a search beside `me` is no more urgent than alone. Without a field of the table, as where it only asks for the schema,
 * it is `anonymous`.
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

/** The class of an operation for this caller. Without a token every operation is `anonymous`. */
export function classFor({ authenticated }: Pick<Identity, 'authenticated'>, ofFields: CallClass): CallClass {
  return authenticated ? ofFields : 'anonymous';
}
