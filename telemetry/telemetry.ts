/** The process that makes spans, and its log, for what goes wrong with them. */
export interface TelemetryOptions {
  /** `service.name` of the exported spans; `OTEL_SERVICE_NAME` overrides it. */
  readonly service: string;
  readonly version: string;
  readonly log: TelemetryLog;
}

export interface TelemetryLog {
  warn(details: object, message: string): void;
}

/** Telemetry that has started. Disposing of it exports what is left, and takes a few seconds at most. */
export type Telemetry = AsyncDisposable;
