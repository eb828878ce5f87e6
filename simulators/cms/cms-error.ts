/**
 * The vendor's error codes, in this order: not found, not allowed in this state, already exists, security header
 * refused, too many keys, busy or in trouble.
 */
export type CmsCode = 'E1001' | 'E1002' | 'E1003' | 'E1004' | 'E1005' | 'E1009';

export class CmsError extends Error {
  override readonly name = 'CmsError';
  readonly code: CmsCode;

  constructor(code: CmsCode, message: string) {
    super(message);
    this.code = code;
  }
}
