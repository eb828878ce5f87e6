/** The code that keeps lists up to date. It is loaded after the first view. */
export { LiveChanges } from './live-changes.ts';
export { LiveNotice } from './live-notice.tsx';
