export interface ControlRequest {
  readonly path: string;
  readonly method: string | undefined;
  readonly from: string | undefined;
  readonly body: Buffer;
}
