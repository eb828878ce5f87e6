/** The limits of applications and cards. Rules and messages are built from them. */

/** The maximum length of the reason of a rejection, in UTF-16 units. */
export const maxReasonLength = 500;

/** The maximum number of applications that one operation rejects, one by one. */
export const maxRejections = 50;

/**
 * The maximum number of open applications from unregistered people for one identity document. Further applications wait
 * until one of them is decided.
 */
export const maxOpenPerDocument = 3;
/** The maximum number of waiting applications that staff see with an application. */
export const maxWaitingShown = 20;

/**
 * The maximum number of applications of unregistered people in an hour: from one sender, and from all senders. A reader
 * may send one for somebody else. The sender is that reader, or else the token's client, or else the address. A school or a library may
 * share an address. A /56 network of IPv6 may send twice as many as a /64, and a /48 four times as many.
 */
export const applicationsPerSender = 60;
export const applicationsOfAll = 1_000;

/**
 * The maximum number of times that a reader sets PINs in an hour. Each change of a PIN stays in the audit for ever, and
 * ends sign-ins. Staff are not limited.
 */
export const pinsPerPatron = 10;

/** A PIN has only digits, because it is also typed on a telephone. */
export const pinDigits = { min: 4, max: 8 } as const;
