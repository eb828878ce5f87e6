/**
 * The headers of an answer that signs somebody out. The browser drops its copies of this origin's pages, even the pages
 * that its Back button would show. The browser keeps cookies and storage, because these may also belong to something
 * else: a station's enrolment, or a session in another area.
 */
export const forgetPages = { 'clear-site-data': '"cache"' } as const;
