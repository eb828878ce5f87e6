/** The header in which a page sends the CSRF token of its session. */
export const csrfHeader = 'x-csrf-token';
