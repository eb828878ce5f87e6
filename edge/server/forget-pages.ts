/**
 * The headers of an answer that signs somebody out: the browser drops its copies of this origin's pages, even the pages
 * that its Back button would show. It keeps cookies and storage, because they also belong to others: a station's
 * enrolment, and a session in another area.
 */
export const forgetPages = { 'clear-site-data': '"cache"' } as const;
