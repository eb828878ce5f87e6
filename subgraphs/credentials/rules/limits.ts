/** The limits of applications and cards. Rules and messages are built from them. */

/** R4: from this birthday on, a smart identity card can be enrolled. */
export const smartIdAgeYears = 11;

/** Maximum length of the reason of a rejection, in UTF-16 units. */
export const maxReasonLength = 500;

/** Applications that one operation rejects: a page of the list, with time to make each change. */
export const maxRejections = 50;

/** Applications of strangers for one identity document that wait for staff at a time. Any more wait until one of these is decided. */
export const maxOpenPerDocument = 3;
/** How many of the waiting ones staff are shown beside an application. */
export const maxWaitingShown = 20;

/** Applications in an hour: of strangers at one address, where a school or a library may share one; and of all strangers. */
export const applicationsPerAddress = 60;
export const applicationsOfAll = 1_000;

/** Digits only: a PIN is also typed on a telephone. */
export const pinDigits = { min: 4, max: 8 } as const;
