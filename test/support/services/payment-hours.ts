/** A date in UTC. */
const dayIn = (ms: number) => new Date(Date.now() + ms).toISOString().slice(0, 10);
/** By the payment system's clock, tomorrow is later than anything that a test has done. */
const tomorrow = () => dayIn(86_400_000);

/** Times for the payment system's clock: it is closed from 23:30 to 00:15 in Hong Kong. */
export const whileClosed = () => ({ clock: `${tomorrow()}T15:40:00Z` });
export const whenOpenAgain = () => ({ clock: `${tomorrow()}T16:15:00Z` });
/** For a page that compares the end of the night with the browser's own clock. */
export const whileClosedTonight = () => ({ clock: `${dayIn(0)}T15:40:00Z` });
