/**
 * The form of an operation's id in the journal. Changes from desks and older programs have other references, or none.
 */
const operationId = /^[0-9A-Za-z]{22}$/;

/** The reference, if it has the form of an operation's id; null otherwise. */
export const operationIdIn = (reference: string | null): string | null =>
  reference !== null && operationId.test(reference) ? reference : null;
