/**
 * The facts that staff confirm when they decide one application. Staff who decide several at once confirm none of them.
 */
export interface ShownToStaff {
  /** Whether proof of address was shown after the application was received (R2). */
  readonly addressProofShown: boolean;
  /** Whether staff saw the identity card, and compared its whole number with the application's (R7). */
  readonly identityDocumentSeen: boolean;
  /**
   * The ids of the applications that staff have looked at. These applications name the same document, and were sent
   * over the internet by unregistered people.
   */
  readonly otherApplicationsSeen: readonly string[];
  /**
   * Whether staff themselves have searched for other applications with the same document. Needed if not all can be
   * listed.
   */
  readonly applicationsSearched: boolean;
}
