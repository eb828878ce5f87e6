/** The secret with which tests open journals. */
export const secret = new Uint8Array(32);
