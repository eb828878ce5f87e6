/**
 * The headers of an answer that signs somebody out. The browser drops its copies of this origin's pages, even those for
 * the Back button. Cookies and storage remain, because they may belong to a station, or to a session on other pages.
 */
export const forgetPages = { 'clear-site-data': '"cache"' } as const;
