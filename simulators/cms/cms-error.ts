/** The codes of contracts' README, CMS. */
export type CmsCode = 'E1001' | 'E1002' | 'E1003' | 'E1004' | 'E1005' | 'E1009';

/** CMS says no. */
export class CmsError extends Error {
  override readonly name = 'CmsError';
  readonly code: CmsCode;

  constructor(code: CmsCode, message: string) {
    super(message);
    this.code = code;
  }
}
