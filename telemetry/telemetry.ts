/** Which process it is, and where it says what goes wrong. */
export interface TelemetryOptions {
  /** `service.name` of what is exported; `OTEL_SERVICE_NAME` overrides it. */
  readonly service: string;
  readonly version: string;
  readonly log: TelemetryLog;
}

export interface TelemetryLog {
  warn(details: object, message: string): void;
}

/** Telemetry that has started. Disposing of it exports what is left, and takes a few seconds at most. */
export type Telemetry = AsyncDisposable;
