export interface ControlRequest {
  readonly path: string;
  readonly method: string | undefined;
  /** The caller's address. */
  readonly from: string | undefined;
  readonly body: Buffer;
}
