import { type Making, makeAll, pageSize } from './services.ts';

/**
 * The maximum number of pages of charges, payments and refunds that one run reads from the journal. The next run reads
 * the rest.
 */
const maxPages = 20;

/**
 * Makes notices of charges, payments and refunds. Another process reads the payment system's events, and records them
 * in the journal. An entry is removed only after its notice is made, and each notice is made only once. So a killed
 * process neither loses nor repeats a notice.
 */
export async function tellOfAccounts(making: Making): Promise<void> {
  const { accountNews, notices } = making;
  for (let pages = 0; pages < maxPages && !making.signal.aborted; pages += 1) {
    const news = await accountNews.newsOfAccounts(pageSize);
    for (const kind of new Set(news.map((one) => one.kind))) {
      const found = news
        .filter((one) => one.kind === kind)
        .map(({ patronId, subject }) => ({ kind, patronId, occasion: `${patronId} ${subject}` }));
      const unmade = new Set(
        await notices.unmadeNotices(
          kind,
          found.map(({ occasion }) => occasion),
        ),
      );
      await makeAll(
        making,
        found.filter(({ occasion }) => unmade.has(occasion)),
      );
    }
    await accountNews.newsTaken(news.map(({ id }) => id));
    if (news.length < pageSize) {
      return;
    }
  }
}
