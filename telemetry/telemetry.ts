/** The process that makes spans, and its log for errors of telemetry. */
export interface TelemetryOptions {
  /** `service.name` of the exported spans; `OTEL_SERVICE_NAME` overrides it. */
  readonly service: string;
  readonly version: string;
  readonly log: TelemetryLog;
}

export interface TelemetryLog {
  warn(details: object, message: string): void;
}

/** Telemetry that has started. Disposing of it exports the remaining spans, and takes a few seconds at most. */
export type Telemetry = AsyncDisposable;
