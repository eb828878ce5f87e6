/** The limits of applications and cards. Rules and messages are built from them. */

/** R4: from this birthday on, a smart identity card can be enrolled. */
export const smartIdAgeYears = 11;

/** R3: from this birthday on, no guarantor is needed. */
export const adultAgeYears = 18;

/** A date of birth further back is taken for a mistake. */
export const maxAgeYears = 130;

/** In UTF-16 units. The vendors' contracts set no limit for names; this one is ours. */
export const maxNameLength = 100;

/** Of the words in which staff reject an application, in UTF-16 units. */
export const maxReasonLength = 500;

/** Digits only: a PIN is also typed on a telephone. */
export const pinDigits = { min: 4, max: 8 } as const;
