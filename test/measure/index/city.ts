/** The speeds of the stages, as they were measured. */
interface Speeds {
  readonly pagesPerSecond: number;
  readonly cardsPerSecond: number;
  readonly patronsPerSecond: number;
}

/** The city of docs/sizing.md: five million readers, 35 million loans in a year. */
const city = {
  patrons: 5_000_000,
  /** Loans, returns, renewals and holds of 90 days, 500 to a page. */
  pages: Math.ceil((35_000_000 * (3 + 1 / 15) * (90 / 365)) / 500),
  /** The cards of the 1.9 million current loans, and of the 600,000 holds that were placed in 90 days. */
  cards: 1_700_000,
};

/** Prints the times that the stages would take for the city. */
export function reckon({ pagesPerSecond, cardsPerSecond, patronsPerSecond }: Speeds): void {
  const print = (what: string, seconds: number) =>
    process.stdout.write(`${what.padEnd(52)} ${(seconds / 3600).toFixed(1).padStart(8)} h\n`);
  process.stdout.write('\nfor a city with 5 million readers, reckoned from these speeds\n');
  const [events, cards] = [city.pages / pagesPerSecond, city.cards / cardsPerSecond];
  print(`events (${city.pages} pages)`, events);
  print(`cards (${city.cards})`, cards);
  print('until lists are open', events + cards);
  print(`patrons (${city.patrons})`, city.patrons / patronsPerSecond);
  print('after a crash, until lists are open again', cards);
}
