/** The header in which a page sends its session's token. */
export const csrfHeader = 'x-csrf-token';
