/** What tests open journals with. */
export const secret = new Uint8Array(32);
