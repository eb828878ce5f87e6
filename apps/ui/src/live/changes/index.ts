/** What is loaded after the first view: everything that follows changes. */
export { LiveChanges } from './live-changes.ts';
export { LiveNotice } from './live-notice.tsx';
