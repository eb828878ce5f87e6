/**
 * The form of an operation's id in the journal. Changes from desks and older programs have other references, or none.
 */
const operationId = /^[0-9A-Za-z]{22}$/;

/** The operation's id, if the reference is one. Null if none of our operations has such a reference. */
export const operationIdIn = (reference: string | null): string | null =>
  reference !== null && operationId.test(reference) ? reference : null;
