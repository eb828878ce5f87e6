/**
 * The headers of an answer that signs somebody out. The browser drops its copies of this origin's pages, even the pages
 * that its Back button would show. Cookies and storage remain, because they may belong to something else: a station's
 * enrolment, or a session on other pages, such as `/staff`.
 */
export const forgetPages = { 'clear-site-data': '"cache"' } as const;
