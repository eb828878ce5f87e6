/** The date of tomorrow in UTC. By the payment system's clock it is later than anything that a test has done. */
const tomorrow = () => new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);

/** Times for the payment system's clock: it is closed from 23:30 to 00:15 in Hong Kong. */
export const whileClosed = () => ({ clock: `${tomorrow()}T15:40:00Z` });
export const whenOpenAgain = () => ({ clock: `${tomorrow()}T16:15:00Z` });
