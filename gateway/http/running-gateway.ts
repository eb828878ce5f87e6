/** A gateway that listens. Disposing of it answers the open requests, then closes everything that it opened. */
export interface RunningGateway extends AsyncDisposable {
  /**
   * Makes the gateway report that it is not ready. A gateway of another graph stays ready if `reason` says that another
   * process has replaced it. The gateway accepts requests until it is disposed of.
   */
  announceStop(reason: string | null): void;
  /** The gateway's origin, such as `http://127.0.0.1:4000`. */
  readonly address: string;
}
