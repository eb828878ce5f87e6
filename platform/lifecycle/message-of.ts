/**
 * The message of an error, for the person who runs the program. A log may have it only of errors of ours that quote no data: see
 * `describeError`.
 */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
