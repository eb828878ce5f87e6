/**
 * The message of an error, for the person who runs the program. A log may have the message only if the error is ours
 * and quotes no data: see `describeError`.
 */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
